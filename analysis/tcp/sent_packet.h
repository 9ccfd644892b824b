// A packet with data, as the ledger of its sender takes it: one segment or several, counted as
// sent, or only a keepalive.

#ifndef MTUSCOPE_ANALYSIS_TCP_SENT_PACKET_H_
#define MTUSCOPE_ANALYSIS_TCP_SENT_PACKET_H_

#include <algorithm>
#include <cstdint>

#include "analysis/tcp/flow_step.h"
#include "analysis/tcp/segment_size.h"

namespace mtuscope {

// A payload, in the 16 bits that a flow has for it.
inline uint16_t clamped(uint32_t bytes) { return static_cast<uint16_t>(std::min(bytes, 0xffffu)); }

// The quick answer for most packets: certainly a single segment.
inline bool is_single(const FlowStep& step) {
  const HalfFlow& half = step.half;
  const bool in_doubt =
      half.recut() != 0 && step.direction.merged && step.packet.payload_bytes > half.recut();
  return !in_doubt && is_single_segment(step.packet, step.peer);
}

inline Segmentation segmentation_now(const FlowStep& step) {
  return segmentation_of(step.packet, step.half, step.peer, step.direction.largest_seen,
                         step.direction.merged);
}

// A packet of this size, which may be one of several that were captured as one.
inline void note_sent(FlowStep& step, IpSize size) {
  step.direction.sizes.sent(size);
  if (step.direction.losses) step.direction.losses->sent(step.packet.time, size, step.rtt());
}

// RFC 9293 3.8.4: it brings nothing, and asks for an answer.
inline void note_keepalive(FlowStep& step) {
  const Packet& p = step.packet;
  step.half.details().keepalive = {p.tcp.seq, step.half.nxt, p.size, p.time, step.frame, true};
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_SENT_PACKET_H_
