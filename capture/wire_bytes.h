// The bytes of one protocol layer while it is being decoded: what was captured of it, and how long
// it claims to be. Loads are big-endian and assert that they stay inside; a decoder asks has()
// first, so that a release build pays for each check once.

#ifndef MTUSCOPE_CAPTURE_WIRE_BYTES_H_
#define MTUSCOPE_CAPTURE_WIRE_BYTES_H_

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace mtuscope {

inline uint16_t load_be16(const uint8_t* p) {
  uint16_t value;
  std::memcpy(&value, p, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap16(value);
  return value;
}
inline uint32_t load_be32(const uint8_t* p) {
  uint32_t value;
  std::memcpy(&value, p, sizeof value);
  if constexpr (std::endian::native == std::endian::little) value = __builtin_bswap32(value);
  return value;
}

class WireBytes {
 public:
  WireBytes() = default;
  // `claimed` is the length on the wire; it is never less than what was captured.
  WireBytes(std::span<const uint8_t> captured, uint32_t claimed)
      : data_(captured.data()),
        captured_(static_cast<uint32_t>(std::min<size_t>(captured.size(), UINT32_MAX))),
        claimed_(std::max(claimed, captured_)) {}

  const uint8_t* data() const { return data_; }
  uint32_t captured() const { return captured_; }  // bytes
  uint32_t claimed() const { return claimed_; }    // bytes on the wire, at least captured()
  bool has(size_t count) const { return count <= captured_; }
  bool claims(size_t count) const { return count <= claimed_; }
  std::span<const uint8_t> span() const { return {data_, captured_}; }

  // The `count` bytes from `offset` on, which must have been captured.
  const uint8_t* at(size_t offset, size_t count) const {
    assert(offset + count <= captured_);
    (void)count;
    return data_ + offset;
  }
  uint8_t u8(size_t offset) const { return *at(offset, 1); }
  uint16_t be16(size_t offset) const { return load_be16(at(offset, 2)); }
  uint32_t be24(size_t offset) const {
    const uint8_t* p = at(offset, 3);
    return uint32_t{p[0]} << 16 | uint32_t{p[1]} << 8 | p[2];
  }
  uint32_t be32(size_t offset) const { return load_be32(at(offset, 4)); }

  // Without the first `count` bytes; empty where fewer were captured or claimed.
  WireBytes after(uint32_t count) const {
    WireBytes rest;
    const uint32_t skipped = std::min(count, captured_);
    rest.data_ = data_ + skipped;
    rest.captured_ = captured_ - skipped;
    rest.claimed_ = claimed_ - std::min(count, claimed_);
    return rest;
  }

  // The same where they were captured.
  WireBytes past(uint32_t count) const {
    assert(count <= captured_);
    WireBytes rest;
    rest.data_ = data_ + count;
    rest.captured_ = captured_ - count;
    rest.claimed_ = claimed_ - count;
    return rest;
  }

  // The layer's own length field: cuts link padding off, or says that more was sent than captured.
  WireBytes with_length(uint32_t claimed) const {
    WireBytes layer = *this;
    layer.claimed_ = claimed;
    layer.captured_ = std::min(captured_, claimed);
    return layer;
  }

 private:
  // 16 bytes in all, so that it travels in two registers.
  const uint8_t* data_ = nullptr;
  uint32_t captured_ = 0;
  uint32_t claimed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_WIRE_BYTES_H_
