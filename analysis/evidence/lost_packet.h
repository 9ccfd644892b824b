// Which ranges of a ledger were lost in one packet: what is counted is packets, not ranges.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_LOST_PACKET_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_LOST_PACKET_H_

#include <cstdint>

#include "analysis/evidence/ledger.h"

namespace mtuscope {

// Ranges that were sent apart and then in one packet (RFC 9293 3.8.6.2.1: senders may repacketize)
// are lost with it: one packet.
struct LostPacket {
  FrameRef frame;
  Timestamp sent;
  uint32_t bytes = 0;

  // Whether the last packet that was asked about held this range too.
  bool holds(const Range& range, uint32_t header_bytes) {
    const bool same = range.frame && range.frame == frame && range.sent == sent &&
                      header_bytes + bytes + range.bytes <= range.size.bytes;
    if (!same) *this = {range.frame, range.sent, 0};
    bytes += range.bytes;
    return same;
  }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_LOST_PACKET_H_
