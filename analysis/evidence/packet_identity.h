// One packet captured twice, or two packets? A copy has the same IPv4 identification and TCP
// timestamp; a retransmission has new ones, as far as the stack sets them.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_PACKET_IDENTITY_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_PACKET_IDENTITY_H_

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

// A hash of the identity and of all that a copy has in common; never 0. Flags and SACK blocks are
// part of it: where neither address family nor options give an identification, they alone tell
// acknowledgements apart that answer a burst within one tick of the sender's clock.
inline uint32_t fingerprint(const Packet& p) {
  const PacketIdentity id = identity_of(p);
  uint32_t h = p.tcp.seq.value * 0x9e3779b1u ^ p.tcp.ack.value * 0x85ebca77u ^
               id.ts_val * 0xc2b2ae3du ^ (static_cast<uint32_t>(id.ip_id) << 16 | id.checksum) ^
               (p.payload_bytes << 8 ^ p.tcp.window);
  h += p.tcp.flags * 0x27d4eb2fu;
  for (size_t i = 0; i < p.tcp.sack_count; ++i) {
    h = h * 0x01000193u + (p.tcp.sack[i].begin.value ^ p.tcp.sack[i].end.value * 0x165667b1u);
  }
  return h | 1u;
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_PACKET_IDENTITY_H_
