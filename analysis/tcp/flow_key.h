// Which flow a packet belongs to: its two endpoints in an order that does not depend on the
// direction.

#ifndef MTUSCOPE_ANALYSIS_TCP_FLOW_KEY_H_
#define MTUSCOPE_ANALYSIS_TCP_FLOW_KEY_H_

#include <array>
#include <cstdint>
#include <cstring>

#include "analysis/containers/index_table.h"
#include "capture/address.h"

namespace mtuscope {

// Words, so that it is built, hashed and compared in registers.
struct FlowKey {
  std::array<uint64_t, 2> low{}, high{};  // addresses, as they lie in IpAddress
  uint64_t ports_and_family = 0;          // low port << 48 | high port << 32 | family

  friend bool operator==(const FlowKey& a, const FlowKey& b) {
    return ((a.low[0] ^ b.low[0]) | (a.high[0] ^ b.high[0]) | (a.low[1] ^ b.low[1]) |
            (a.high[1] ^ b.high[1]) | (a.ports_and_family ^ b.ports_and_family)) == 0;
  }
  uint32_t hash() const {
    if (family() == IpFamily::kIPv4) return hash_words(low[0] << 32 | high[0], ports_and_family);
    return hash_words(low[0], low[1], high[0], high[1], ports_and_family);
  }

  IpFamily family() const { return static_cast<IpFamily>(ports_and_family & 0xff); }
  // 0 is the low endpoint, 1 the high one.
  Endpoint endpoint(unsigned which) const {
    Endpoint e;
    std::memcpy(e.address.bytes.data(), which == 0 ? low.data() : high.data(), 16);
    e.address.family = family();
    e.port = static_cast<uint16_t>(ports_and_family >> (which == 0 ? 48 : 32));
    return e;
  }
};

namespace flow_key_detail {
inline std::array<uint64_t, 2> words_of(const IpAddress& address) {
  std::array<uint64_t, 2> words;
  std::memcpy(words.data(), address.bytes.data(), 16);
  return words;
}
}  // namespace flow_key_detail

// `from`: 0 when src is the low endpoint. The order is fixed, and otherwise means nothing.
inline FlowKey flow_key(const IpAddress& src, uint16_t src_port, const IpAddress& dst,
                        uint16_t dst_port, unsigned& from) {
  const std::array<uint64_t, 2> a = flow_key_detail::words_of(src);
  const std::array<uint64_t, 2> b = flow_key_detail::words_of(dst);
  bool swap = dst_port < src_port;
  if (a[1] != b[1]) swap = b[1] < a[1];
  if (a[0] != b[0]) swap = b[0] < a[0];
  from = swap ? 1 : 0;
  const uint64_t first = swap ? dst_port : src_port;
  const uint64_t second = swap ? src_port : dst_port;
  return {swap ? b : a, swap ? a : b,
          first << 48 | second << 32 | static_cast<uint64_t>(src.family)};
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_FLOW_KEY_H_
