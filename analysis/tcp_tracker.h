// Follows every TCP flow of a capture: keeps the ledgers, learns from acknowledgements what arrived,
// and hands what it learns to the path. Decides nothing.

#ifndef MTUSCOPE_ANALYSIS_TCP_TRACKER_H_
#define MTUSCOPE_ANALYSIS_TCP_TRACKER_H_

#include <cstdint>

#include "analysis/index_table.h"
#include "analysis/path_table.h"
#include "analysis/tcp_flow.h"
#include "capture/packet.h"

namespace mtuscope {

struct TcpCounts {
  uint64_t flows = 0;
  uint64_t one_way_flows = 0;
  uint64_t duplicates = 0;
  uint64_t offloaded_packets = 0;
  uint64_t unseen_acked_bytes = 0;
  uint64_t overfull_ledgers = 0;  // ranges given up because too many were outstanding
};

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
  struct Step;  // one packet on its way through the tracker
  void start(TcpFlow& flow, const Packet& first);
  void end(TcpFlow& flow);
  void end_half(TcpFlow& flow, unsigned half);
  void note_hole(TcpFlow& flow, unsigned half, const Range& range);
  void on_syn(Step& step);
  void on_data(Step& step);
  void on_old_data(Step& step, SeqNumber begin, SeqNumber end);
  void on_repeated_data(Step& step, SeqNumber begin, SeqNumber end);
  void on_keepalive(Step& step);
  void append(Step& step, SeqNumber begin, uint32_t bytes);
  void push(Step& step, const Range& range);
  void push_hole(Step& step, SeqNumber end);
  void on_ack(Step& step);
  void on_sacks(Step& step);
  void on_duplicate_ack(Step& step);
  void settle_loose_ends(Step& step);
  void deliver(Step& step, const Range& range);
  void deliver_cut(Step& step, const Range& range);
  void uncover_beginning(Step& step);
  void cover(Step& step);
  bool is_duplicate(Step& step);
  Duration rtt(const TcpFlow& flow) const;

  PathTable& paths_;
  IndexTable<FlowKey, TcpFlow> flows_;
  LedgerMemory memory_;
  TcpCounts counts_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TRACKER_H_
