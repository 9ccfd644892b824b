// A path: two addresses, all their flows pooled, each direction on its own.
// Holds evidence only; what follows from it is decided in black_hole.h and its neighbours.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_PATH_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_PATH_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/containers/value_ptr.h"
#include "analysis/evidence/deliveries.h"
#include "analysis/evidence/ledger.h"
#include "analysis/evidence/loss_pattern.h"
#include "analysis/evidence/outage_log.h"
#include "analysis/evidence/overtaken_losses.h"
#include "analysis/evidence/ptb.h"
#include "analysis/evidence/repetitions.h"
#include "analysis/evidence/unreachable_data.h"
#include "analysis/evidence/zero_window.h"
#include "analysis/report/finding.h"
#include "analysis/report/path_tunnel.h"
#include "capture/packet.h"

namespace mtuscope {

// A byte range that never got through while it had this size (failed_range.h), or, from the
// receiver, a hole that was never filled.
struct FailedRange {
  FlowDirection flow;
  IpSize size;                              // whole IP packet
  std::vector<Transmission> transmissions;  // of this size, oldest first; empty for a hole
  uint32_t not_kept = 0;                    // how many more there were before the last of them
  Timestamp first, last;                    // first and last transmission; for a hole: see below
  Duration rtt;                             // of its flow; 0 when unknown
  bool backed_off = false;                  // at least one gap was a retransmission timeout
  bool one_way = false;                     // the capture has only this direction of the flow
  bool waited_for = false;                  // it holds data, and its sender did not close at once
  bool handshake = false;                   // the range is a SYN, or a SYN-ACK ...
  bool answers_syn = false;                 // ... and it is the latter
  bool only_fin = false;                    // the range is a FIN
  bool joined = false;                      // the capture has not seen its flow begin
  std::string payload;      // what its bytes are, where they say so: "TLS ServerHello"
  bool peer_alive = false;  // its flow's receiver was heard later than one RTT after
  // Of the same flow: a smaller packet, first sent after this one, that was selectively
  // acknowledged, and how many ranges of this size or more never arrived though later bytes did.
  std::optional<Delivery> flow_control;
  uint32_t stuck_ranges = 0;
  // Of the same flow, sent at or after `first`: when the last packet was sent that is known to have
  // arrived; and smaller ones, sent later than that, which the receiver would have answered and
  // nobody did.
  std::optional<Timestamp> flow_arrived;
  std::vector<Unanswered> flow_missed;
  // Without SACK: duplicate acknowledgements came, which do not say what it was that arrived.
  bool flow_answered = false;

  // Seen from the receiver (`hole`): later bytes arrived at `first`, the range was still missing at
  // `last`; `transmissions` is empty, and this many must have happened in between.
  bool hole = false;
  uint32_t hole_bytes = 0;
  uint32_t implied_transmissions = 0;
  // ... of these, until the sender was heard last: it lived, and did send them.
  uint32_t tried_while_heard = 0;
  uint32_t asks = 0;  // duplicate or selective acknowledgements that asked for it
  // Before a packet without data revealed it, nothing had come by in the midst of full segments.
  Duration silent_before{0};
  Duration paused_before{0};          // ... or nothing after whatever had come
  std::vector<FrameRef> hole_frames;  // evidence: the packet behind the hole, acknowledgements

  // Set when the same bytes arrived after being cut smaller.
  std::optional<Recovery> recovered;
  FrameRef recovered_frame;
};

// How a flow fared that shared its path with failures.
struct FlowOutcome {
  FlowDirection flow;
  IpSize largest_delivered;
  Timestamp first, last;  // of its packets, as far as they are known
};

// Sent again after a timeout, and not acknowledged then either: too little for a failure.
struct FewTries {
  FlowDirection flow;
  IpSize size;
  std::array<Timestamp, 2> sent;  // first and last
  std::array<FrameRef, 2> frames;
};

// Full segments that never came by, while their bytes came in smaller packets: lost for their size.
struct CutSmaller {
  IpSize lost;
  Timestamp missing;  // when later bytes came
  Recovery recovery;  // since then
  FrameRef frame;     // the first of the smaller packets
};

// The smallest that was lost.
class CutSmallerLog {
 public:
  void note(const CutSmaller& cut) {
    if (!smallest_ || cut.lost < smallest_->lost) smallest_ = cut;
  }
  // Nullopt where packets as large arrived later, too: then it was another reason.
  std::optional<CutSmaller> standing(const DeliveryFront& deliveries) const {
    if (!smallest_) return std::nullopt;
    const auto later = deliveries.latest_of_at_least(smallest_->lost);
    return later && later->sent >= smallest_->missing ? std::nullopt : smallest_;
  }

 private:
  std::optional<CutSmaller> smallest_;
};

// What only a direction in trouble needs.
struct PathTrouble {
  explicit PathTrouble(std::optional<Timestamp> arrived) : outages(arrived) {}
  OutageLog outages;
  OvertakenLosses overtaken;
  ZeroWindowLog windows;
  CutSmallerLog cut_smaller;
  UnreachableLog unreachable;
  std::vector<FlowOutcome> outcomes;  // where something failed: at most kMaxOutcomes flows
  static constexpr size_t kMaxOutcomes = 1024;
  std::vector<FewTries> few_tries;  // at most kMaxFewTries
  static constexpr size_t kMaxFewTries = 64;
};

// One direction of a path: from src to dst.
struct PathDirection {
  DeliveryFront deliveries;
  SizeHistogram sizes;
  std::vector<FailedRange> failures;
  uint64_t failures_total = 0;  // may be more than are kept
  std::vector<PtbCase> ptbs;    // at most kMaxPtbs

  uint64_t packets = 0;
  std::optional<Timestamp> last_packet;  // of any kind, from src to dst
  Timestamp last_bare_ack;               // without data; of the epoch where there was none
  IpSize largest_seen;                   // as captured, super-packets included
  Mss largest_mss;                       // announced by src
  ValuePtr<LossPattern> losses;          // made with the first one
  bool troubled = false;  // something was retransmitted: from now on pure ACKs are followed

  // For the vantage: the shortest time in which a packet to dst was answered, as seen here.
  std::optional<Duration> answered_within;
  uint8_t ttl = 0;                          // of the packets from src
  bool outgoing = false, incoming = false;  // Linux cooked captures tell
  bool opens = false;                       // src opened a connection: it asks, dst answers
  uint32_t finished = 0;                    // flows that src ended: all it had sent was seen
  uint32_t syns = 0;                        // sent, each time
  bool merged = false;                      // by offload: super-packets were seen
  bool carried_data = false;                // a packet with data was seen, whatever became of it
  bool data_arrived = false;                // some of it is known to have arrived
  uint64_t missed_bytes = 0;                // of data from src that arrived and was not captured
  ValuePtr<Unanswered> outstanding;         // the largest credible one without an answer at the end
  ValuePtr<PathTrouble> trouble;            // from the first loss or closed window on
  std::vector<PathTunnel> tunnels;          // around its packets, outermost first

  void note(const Packet& p) {
    ++packets;
    last_packet = p.time;
    if (is_bare(p)) last_bare_ack = p.time;
    ttl = p.ttl;
    outgoing = outgoing || p.host_direction == HostDirection::kOutgoing;
    incoming = incoming || p.host_direction == HostDirection::kIncoming;
  }

  // A packet is known to have arrived. `size_known`: it is certain which size it had on the wire.
  void arrived(const Delivery& delivery, bool size_known = true) {
    if (trouble) {
      trouble->outages.arrived(delivery.sent);
      if (size_known) trouble->overtaken.arrived(delivery.size, delivery.sent);
    }
    if (size_known) deliveries.add(delivery);
  }
  PathTrouble& in_trouble();
  // A packet had to be repeated.
  void note_loss(const Loss& loss, Duration rtt);
  // It had not: the sending before this one arrived.
  void not_lost(const Repetition& repetition);

  // Keeps at most kMaxFailures: those that no later delivery refutes, of the smallest sizes. The
  // pieces of one range count once.
  void add_failure(FailedRange failure);
  static constexpr size_t kMaxFailures = 64;
  static constexpr size_t kMaxPtbs = 64;
};

struct Path {
  IpAddress low, high;                      // in the order in which their flows have them
  std::array<PathDirection, 2> directions;  // [0] low -> high
  uint64_t flows = 0;
  uint32_t open_flows = 0;                       // of these, followed now
  uint32_t interface_source = 0, interface = 0;  // where it was first seen
  // Nothing that came by until then was missed: of whatever path the last packet there, or, while
  // it is watched, when it was judged last.
  Timestamp captured_until;

  // Those of the direction in which they add more; empty when there are none.
  const std::vector<PathTunnel>& dearest_tunnels() const;
  // The time of its last packet.
  Timestamp last_packet() const;
  // Its packets would have been captured until then, as far as is known.
  Timestamp watched_until() const { return std::max(last_packet(), captured_until); }

  const IpAddress& src(unsigned direction) const { return direction == 0 ? low : high; }
  const IpAddress& dst(unsigned direction) const { return direction == 0 ? high : low; }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_PATH_H_
