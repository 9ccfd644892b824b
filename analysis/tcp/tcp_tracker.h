// Follows every TCP flow of a capture: keeps the ledgers, learns from acknowledgements what
// arrived, and hands what it learns to the path. Decides nothing.

#ifndef MTUSCOPE_ANALYSIS_TCP_TCP_TRACKER_H_
#define MTUSCOPE_ANALYSIS_TCP_TCP_TRACKER_H_

#include <functional>

#include "analysis/evidence/path_table.h"
#include "analysis/evidence/ptb.h"
#include "analysis/evidence/syn_refusals.h"
#include "analysis/tcp/flow_step.h"
#include "analysis/tcp/memory_limits.h"
#include "analysis/tcp/quoted_flow.h"
#include "analysis/tcp/stall_log.h"
#include "analysis/tcp/tcp_flow.h"
#include "analysis/tcp/trouble_list.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

class TcpTracker {
 public:
  explicit TcpTracker(PathTable& paths) : paths_(paths) {}

  // `packet.transport` must be kTcp.
  void add(const Packet& packet);
  // A PTB: matched to the flow and the bytes that it quotes.
  void add_ptb(const Packet& packet);
  // An ICMP "unreachable": counts where it quotes a SYN that has not been answered, or data that
  // has not been acknowledged.
  void add_unreachable(const Packet& packet);
  // From now on `troubles` is told of flows and paths about which there is news. It must stay.
  void tell(TroubleList& troubles) { troubles_ = &troubles; }
  // A path as its evidence would be if the listed flows, all of them its own, ended now.
  Path path_now(const Path& path, const std::vector<TcpFlow*>& flows) const;
  // Adds to such a copy how the flows of `path` fared. Looks at some thousands of flows.
  void add_outcomes(const Path& path, Path& copy) const;

  // Call before the first packet. `path_ends` is called with each path that has to go, when its
  // flows have ended and before it does.
  void limit(const MemoryLimits& limits, std::function<void(Path&)> path_ends);
  // Ends an eighth of the flows, those that have been idle for longest.
  void evict_flows();
  // The same with paths, and all flows of theirs. Paths of the stall log stay.
  void evict_paths();

  // Ends all flows: what is still outstanding becomes evidence. Call once.
  void finish(const std::vector<SourceInfo>& sources);

  uint32_t open_flows() const { return flows_.count(); }
  const TcpCounts& counts() const { return counts_; }
  const PtbLog& ptbs() const { return ptbs_; }
  // Call after finish().
  StallLog& stalls() { return stalls_; }
  const SynRefusals& refusals() const { return refusals_; }

 private:
  void start(TcpFlow& flow, const Packet& first, unsigned from);
  void end(TcpFlow& flow);
  void make_room();
  void tell_news(TcpFlow& flow, Timestamp time);
  static void note_outcome(const TcpFlow& flow, Path& path);

  PathTable& paths_;
  FlowTable flows_;
  TcpFlow* last_ = nullptr;  // of the packet before
  LedgerMemory memory_;
  TcpCounts counts_;
  PtbLog ptbs_;
  QuotedFlows quoted_{flows_};
  StallLog stalls_;
  SynRefusals refusals_;
  TroubleList* troubles_ = nullptr;
  MemoryLimits limits_;
  std::function<void(Path&)> path_ends_;
  Timestamp now_;  // of the last packet that was of another flow than the one before
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TCP_TRACKER_H_
