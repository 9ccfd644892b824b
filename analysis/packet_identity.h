// One packet captured twice, or one range sent twice? A copy has the same IPv4 identification and
// TCP timestamp; a retransmission has new ones, as far as the stack sets them.

#ifndef MTUSCOPE_ANALYSIS_PACKET_IDENTITY_H_
#define MTUSCOPE_ANALYSIS_PACKET_IDENTITY_H_

#include <cstdint>

#include "capture/packet.h"

namespace mtuscope {

struct PacketIdentity {
  uint16_t ip_id = 0;     // IPv4; 0 for IPv6
  uint16_t checksum = 0;  // TCP
  uint32_t ts_val = 0;    // RFC 7323; 0 without
  friend bool operator==(const PacketIdentity&, const PacketIdentity&) = default;

  // How much later a copy can be captured, on another interface or by a bridge. Without an IPv4
  // identification a retransmission may look just like a copy, and only a short time tells.
  // Either way round: two interfaces need not be captured in order, and a clock that was set back
  // makes no copies.
  bool can_be_copy(Duration later) const {
    const Duration within = ip_id != 0 ? Duration::milliseconds(1000) : Duration::milliseconds(1);
    return later <= within && later.ns >= -within.ns;
  }
};

// The checksum only stands in where neither of the others is there: before a network card fills it
// in, it is another one than behind it.
inline PacketIdentity identity_of(const Packet& p) {
  PacketIdentity id;
  if (p.src.family == IpFamily::kIPv4) id.ip_id = static_cast<uint16_t>(p.ip_id);
  if (p.tcp.has_timestamps) id.ts_val = p.tcp.ts_val;
  if (id.ip_id == 0 && !p.tcp.has_timestamps) id.checksum = p.tcp.checksum;
  return id;
}

// A hash of the identity and of all that a copy has in common; never 0.
inline uint32_t fingerprint(const Packet& p) {
  const PacketIdentity id = identity_of(p);
  const uint32_t h =
      p.tcp.seq.value * 0x9e3779b1u ^ p.tcp.ack.value * 0x85ebca77u ^ id.ts_val * 0xc2b2ae3du ^
      (static_cast<uint32_t>(id.ip_id) << 16 | id.checksum) ^ (p.payload_bytes << 8 ^ p.tcp.window);
  return h | 1u;
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_PACKET_IDENTITY_H_
