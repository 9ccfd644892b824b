// One packet on its way through a TCP flow: what the parts that follow it (data it carries, data it
// acknowledges) need to see and to change.

#ifndef MTUSCOPE_ANALYSIS_TCP_FLOW_STEP_H_
#define MTUSCOPE_ANALYSIS_TCP_FLOW_STEP_H_

#include <algorithm>
#include <cstdint>

#include "analysis/evidence/path.h"
#include "analysis/tcp/tcp_flow.h"
#include "capture/packet.h"

namespace mtuscope {

struct TcpCounts {
  uint64_t flows = 0;
  uint64_t one_way_flows = 0;
  uint64_t duplicates = 0;
  uint64_t offloaded_packets = 0;
  uint64_t unseen_acked_bytes = 0;
  uint64_t overfull_ledgers = 0;  // ranges given up because too many were outstanding
  uint64_t evicted_flows = 0;     // to make room, though they may go on
  uint64_t evicted_paths = 0;
};

// The RTT of a flow: of its handshake, which is whole from any vantage, or else the shortest times
// in which each side of the path answers. Never 0.
inline Duration round_trip(const TcpFlow& flow, const Path& path) {
  constexpr Duration kUnknown = Duration::milliseconds(1);
  if (flow.handshake.ns > 0) return flow.handshake;
  Duration sum{0};
  for (const PathDirection& d : path.directions) {
    if (d.answered_within) sum = sum + *d.answered_within;
  }
  return std::max(sum, kUnknown);
}

class StallLog;

struct FlowStep {
  const Packet& packet;
  TcpFlow& flow;
  Path& path;
  unsigned from;                  // which half sent the packet
  HalfFlow& half;                 // that half
  HalfFlow& peer;                 // the other one, whose data the packet acknowledges
  PathDirection& direction;       // of half's data
  PathDirection& peer_direction;  // of peer's data
  FrameRef frame;
  LedgerMemory& memory;
  TcpCounts& counts;
  StallLog& stalls;
  Duration silent{0};  // since the packet of `half` before this one

  Duration rtt() const { return round_trip(flow, path); }
};

// A packet of step.half had to be repeated, in the packet of this step: `loss` without its flow.
inline void note_loss_of(FlowStep& step, Loss loss) {
  // What the other direction needs for its own losses, once there are some, is what arrived before.
  step.peer_direction.in_trouble();
  loss.flow = {step.flow.endpoint(step.from), step.flow.endpoint(1 - step.from)};
  loss.first_of_flow = step.half.repeated == 1;
  step.direction.note_loss(loss, step.rtt());
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_FLOW_STEP_H_
