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
  return static_cast<uint16_t>(static_cast<uint16_t>(p[0] << 8) | p[1]);
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
        captured_(captured.size()),
        claimed_(std::max<size_t>(claimed, captured.size())) {}

  const uint8_t* data() const { return data_; }
  size_t captured() const { return captured_; }  // bytes
  size_t claimed() const { return claimed_; }    // bytes on the wire, at least captured()
  bool has(size_t count) const { return count <= captured_; }
  bool claims(size_t count) const { return count <= claimed_; }
  std::span<const uint8_t> span() const { return {data_, captured_}; }

  uint8_t u8(size_t at) const {
    assert(at < captured_);
    return data_[at];
  }
  uint16_t be16(size_t at) const {
    assert(at + 2 <= captured_);
    return load_be16(data_ + at);
  }
  uint32_t be24(size_t at) const {
    assert(at + 3 <= captured_);
    return uint32_t{data_[at]} << 16 | uint32_t{data_[at + 1]} << 8 | data_[at + 2];
  }
  uint32_t be32(size_t at) const {
    assert(at + 4 <= captured_);
    return load_be32(data_ + at);
  }
  const uint8_t* at(size_t offset, size_t count) const {
    assert(offset + count <= captured_);
    (void)count;
    return data_ + offset;
  }

  // Without the first `count` bytes; empty where fewer were captured or claimed.
  WireBytes after(size_t count) const {
    WireBytes rest;
    const size_t skipped = std::min(count, captured_);
    rest.data_ = data_ + skipped;
    rest.captured_ = captured_ - skipped;
    rest.claimed_ = claimed_ - std::min(count, claimed_);
    return rest;
  }

  // The layer's own length field: cuts link padding off, or says that more was sent than captured.
  WireBytes with_length(size_t claimed) const {
    WireBytes layer = *this;
    layer.claimed_ = claimed;
    layer.captured_ = std::min(captured_, claimed);
    return layer;
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t captured_ = 0;
  size_t claimed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_WIRE_BYTES_H_
