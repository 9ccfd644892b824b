// Notices the pauses of flows while packets go by, and keeps the worst flows of a capture. What a
// lost packet died of is known only at the end, when the paths are judged: explain_stalls() tells.
//
// A flow makes progress when bytes are acknowledged that were not before, or when a side that had
// nothing outstanding sends. Longer without progress than a timeout can explain by the RTT alone is
// a pause.

#ifndef MTUSCOPE_ANALYSIS_TCP_STALL_LOG_H_
#define MTUSCOPE_ANALYSIS_TCP_STALL_LOG_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/containers/index_table.h"
#include "analysis/report/stall.h"
#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// A pause as the tracker sees it: `stall.flow` is left to the end of the flow.
struct Pause {
  Stall stall;
  uint8_t direction = 0;  // of the data that was waited for, as in the path
};

// The pauses of one flow: all of them summed up, the longest ones kept.
struct FlowPauses {
  static constexpr size_t kKept = 6;
  uint32_t count = 0;
  Duration waited{0};
  std::vector<Pause> longest;
  std::array<Pause, 2> delayed_acks;  // summed up for each direction
};

class StallLog {
 public:
  // Before `step`'s packet changes anything: what the flow has been waiting for, when it has paused
  // for long enough to be noticed.
  static std::optional<Pause> pause_before(const FlowStep& step);
  // TcpFlow::progress may be so much earlier than the last progress.
  static constexpr Duration kResolution = Duration::milliseconds(20);
  // The shortest pause that a person notices: a minimal timeout on top of ordinary round trips.
  static constexpr Duration noticed_after(Duration rtt) {
    return Duration::milliseconds(200) + rtt + rtt;
  }

  void add(TcpFlow& flow, const Pause& pause);
  // A small segment went out the moment that a delayed acknowledgement let it.
  void add_delayed_ack(FlowStep& step, Duration waited, Timestamp since);

  // The flow is over, its ledgers are still as they were. Keeps its row when it is among the worst.
  // Call once, its pauses go.
  void end_flow(TcpFlow& flow, const LedgerMemory& memory);

  struct Row {
    FlowReport flow;
    const Path* path = nullptr;
    std::vector<uint8_t> directions;  // of the stalls
  };
  // Stuck flows first, then by how long they waited, then by bytes.
  std::vector<Row> take_rows();
  // Paths that rows speak of.
  std::vector<const Path*> paths() const;
  uint64_t flows_total() const { return flows_total_; }

 private:
  static constexpr size_t kMaxRows = 1000;
  void add_row(const TcpFlow& flow, const LedgerMemory& memory);
  FlowPauses& pauses_of(TcpFlow& flow);

  ChunkedVector<FlowPauses> pauses_;  // [0] is never used
  std::vector<uint32_t> free_pauses_;
  std::vector<Row> rows_;  // a heap, the least interesting first
  uint64_t flows_total_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_STALL_LOG_H_
