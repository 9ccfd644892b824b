// The case against one size: everything that failed at it or above, and what speaks for size as the
// reason. Evidence put together, nothing decided: black_hole.cc does that.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_SIZE_CASE_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_SIZE_CASE_H_

#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// Below this probability of luck, small packets of a flow were not lost by luck beside large ones:
// against a size, more is needed than a suspicion (kSuspectedBelow).
inline constexpr double kFlowLuckBelow = 0.01;
// Every IPv4 path carries 68 and every host takes 576 (RFC 791); nobody runs links so small today.
// Failures at such sizes with nothing but bare headers arriving are a filter, not an MTU.
inline constexpr IpSize kSmallestCredibleFailure{577};
// The largest packet without data: headers with options.
inline constexpr IpSize kBareHeaders{120};

// What the failing flows themselves let through since they failed. A narrow path lets everything
// smaller through, on every flow; where a flow had the chance to show that and did not, the size is
// not what stopped it.
struct OwnFlows {
  bool control = false;            // smaller packets of one of them arrived
  std::vector<Unanswered> missed;  // smaller packets that did not, though the receiver answers them
  uint64_t events = 0;  // ... of sizes that the path carries, one RTT apart, most of any flow
  double chance = 1;    // that luck took all of these, or all their answers

  // They stopped whatever the size.
  bool stopped() const { return !control && events > 1 && chance < kFlowLuckBelow; }
  // Nothing of them is known to have arrived, though something smaller was sent.
  bool doubtful() const { return !control && !missed.empty(); }
  IpSize smallest() const;  // of `missed`, which must not be empty
};

// Of the flows of `ranges`, which failed at `size` or more. `carried`: such sizes are known to
// pass.
OwnFlows own_flows(const PathDirection& direction, const std::vector<const FailedRange*>& ranges,
                   IpSize size, IpSize carried);

// The failures of one direction that can be held against a size S, and what speaks for it.
struct SizeCase {
  IpSize size;                             // S
  std::vector<const FailedRange*> ranges;  // failed at S or more, none vetoed
  Timestamp first, last;
  FrameRef first_frame;  // sent at `first`; none for a hole
  Duration rtt{0};
  uint64_t events = 0;  // loss events, one RTT apart
  uint64_t opportunities = 0;
  double chance = 1;                // that luck alone lost all of them
  double size_chance = 1;           // that luck, or a path that broke, did
  double settled_chance = 1;        // ... had what could not be answered before the end arrived
  std::optional<Delivery> control;  // smaller, sent after `first`, delivered
  bool controlled_later = false;    // ... later than the first timeout
  std::optional<Delivery> delivered_before;  // at least S, sent before `first`
  std::optional<Delivery> largest_before;    // smaller, sent before `first`
  bool other_direction_alive = false;
  bool flow_alive = false;  // the receiver of one of `ranges` was heard after its first failure
  double own_chance = 1;    // as `chance`, of the failures at exactly S
  const FailedRange* cut_smaller = nullptr;  // the experiment: its bytes arrived in smaller packets
  bool holes_only = true;
  bool one_way = true;
  bool joined = true;         // none of their flows was seen to begin
  bool acknowledged = false;  // an acknowledgement without data came back since
  bool missed_bytes = false;  // the capture lacks packets of this direction
  bool asked_for = false;     // the receiver asked for one of `ranges`, if they are holes
  // One of `ranges` is a hole that followed upon a silence in the midst of a transfer: the longest.
  Duration silent{0};
  Duration paused{0};  // ... or upon a silence after whatever had come
  size_t smaller_failures = 0;
  OwnFlows own;

  bool shrunk() const { return delivered_before.has_value(); }
};

// `standing`: the failures of the direction that no later delivery refutes.
SizeCase build_case(const Path& path, unsigned direction, IpSize size,
                    const std::vector<const FailedRange*>& standing);

// What the case leaves for the path MTU.
Bracket bracket_of(const SizeCase& c);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_SIZE_CASE_H_
