// Watches one packet go through its flow: what had the flow been waiting for before it, and did it
// get on by it? What is noticed goes to the StallLog.

#ifndef MTUSCOPE_ANALYSIS_TCP_PAUSE_WATCH_H_
#define MTUSCOPE_ANALYSIS_TCP_PAUSE_WATCH_H_

#include <optional>

#include "analysis/tcp/flow_step.h"
#include "analysis/tcp/stall_log.h"

namespace mtuscope {

class PauseWatch {
 public:
  // Before the packet changes anything.
  explicit PauseWatch(const FlowStep& step)
      : look_(step.packet.time - step.flow.progress >= StallLog::kResolution) {
    if (look_) begin(step);
  }
  // After all that the packet says was followed.
  void end(FlowStep& step) const {
    if (!look_ || !got_on(step)) return;
    if (pause_) step.stalls.add(step.flow, *pause_);
    step.flow.progress = step.packet.time;
  }

 private:
  void begin(const FlowStep& step) {
    pause_ = StallLog::pause_before(step);
    una_ = step.peer.una;
    nxt_ = step.half.nxt;
    idle_ = step.half.ledger.empty();
    hole_ = !idle_ && step.half.ledger[0].hole;
  }
  bool got_on(const FlowStep& step) const {
    const HalfFlow& half = step.half;
    if (is_held_up(half) || is_held_up(step.peer)) return false;
    if (!(step.peer.una == una_)) return true;
    if (idle_) return !half.ledger.empty();
    if (hole_) return !half.ledger.empty() && !half.ledger[0].hole;
    return !step.peer.seen && !(half.nxt == nxt_);  // nobody acknowledges: one direction only
  }
  // Waits for a packet that was lost, whatever the other direction does meanwhile.
  static bool is_held_up(const HalfFlow& half) {
    return !half.ledger.empty() && (half.ledger[0].history != 0 || half.ledger[0].hole);
  }

  bool look_;  // packets that follow each other closely need no look
  bool idle_ = false, hole_ = false;
  SeqNumber una_, nxt_;
  std::optional<Pause> pause_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_PAUSE_WATCH_H_
