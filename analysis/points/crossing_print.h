// What of a packet stays the same from one capture point to the next, as one number: routers lower
// the TTL, NAT (RFC 3022) rewrites addresses and ports, clamps rewrite the MSS option, and some
// firewalls rewrite the IPv4 identification. Sequence numbers, timestamps and payload stay, unless
// something terminates the connection or randomizes its sequence numbers (docs/limitations.md).

#ifndef MTUSCOPE_ANALYSIS_POINTS_CROSSING_PRINT_H_
#define MTUSCOPE_ANALYSIS_POINTS_CROSSING_PRINT_H_

#include <cstdint>

#include "capture/packet.h"

namespace mtuscope {

// 0 for a packet that has nothing of its own to be known by.
uint64_t crossing_print(const Packet& packet);

// Whether two packets with the same print are certainly one packet: a retransmission has another
// timestamp (RFC 7323) or another IPv4 identification, where there is one.
struct SamePacketProof {
  bool has_timestamps = false;
  uint16_t ip_id = 0;  // 0: none

  bool proves(const SamePacketProof& other) const {
    return (has_timestamps && other.has_timestamps) || (ip_id != 0 && ip_id == other.ip_id);
  }
};
SamePacketProof same_packet_proof(const Packet& packet);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_CROSSING_PRINT_H_
