// Which flow an ICMP error is about: what it quotes says so, unless a NAT or a short quote hides
// it.

#ifndef MTUSCOPE_ANALYSIS_TCP_QUOTED_FLOW_H_
#define MTUSCOPE_ANALYSIS_TCP_QUOTED_FLOW_H_

#include <cstdint>

#include "analysis/containers/index_table.h"
#include "analysis/evidence/ptb.h"
#include "analysis/tcp/flow_key.h"
#include "analysis/tcp/tcp_flow.h"

namespace mtuscope {

using FlowTable = IndexTable<FlowKey, TcpFlow>;

// Where all flows are searched, at most so many are looked at.
inline constexpr uint32_t kMaxSearchedFlows = 4096;

struct QuotedFlow {
  TcpFlow* flow = nullptr;  // null: it is not in the capture
  unsigned which = 0;       // the half that sent the quoted packet
  // Its addresses or ports differ from the quoted ones, its bytes in flight don't.
  bool rewritten = false;
};

// Of a quote without ports: what it is rather about.
struct CutQuote {
  TcpFlow* flow = nullptr;  // null: it can't be told
  unsigned which = 0;
  const Range* about = nullptr;  // of its ledger
};

class QuotedFlows {
 public:
  // Keeps a reference to `flows`.
  explicit QuotedFlows(FlowTable& flows) : flows_(flows) {}

  QuotedFlow find(const IcmpQuote& quote);
  // Of a PTB whose quote is cut off: found where only one destination of that host has larger
  // packets in flight.
  CutQuote find_cut(const PtbNotice& notice);

 private:
  FlowTable& flows_;
  uint32_t searches_left_ = 1000;  // of all flows: a flood of messages must not cost more
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_QUOTED_FLOW_H_
