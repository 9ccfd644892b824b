// Follows every TCP flow of a capture: keeps the ledgers, learns from acknowledgements what
// arrived, and hands what it learns to the path. Decides nothing.

#ifndef MTUSCOPE_ANALYSIS_TCP_TRACKER_H_
#define MTUSCOPE_ANALYSIS_TCP_TRACKER_H_

#include "analysis/flow_step.h"
#include "analysis/index_table.h"
#include "analysis/path_table.h"
#include "analysis/tcp_flow.h"
#include "capture/packet.h"

namespace mtuscope {

class TcpTracker {
 public:
  explicit TcpTracker(PathTable& paths) : paths_(paths) {}

  // `packet.transport` must be kTcp.
  void add(const Packet& packet);
  // An ICMP error with a quote: PTBs are matched to the flow and the bytes they quote.
  void add_ptb(const Packet& packet);
  // Ends all flows: what is still outstanding becomes evidence. Call once.
  void finish();

  const TcpCounts& counts() const { return counts_; }

 private:
  void start(TcpFlow& flow, const Packet& first);
  void end(TcpFlow& flow);

  PathTable& paths_;
  IndexTable<FlowKey, TcpFlow> flows_;
  TcpFlow* last_ = nullptr;  // of the packet before
  LedgerMemory memory_;
  TcpCounts counts_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TRACKER_H_
