#include "analysis/tcp/quoted_flow.h"

#include <algorithm>

#include "analysis/tcp/ptb_watch.h"
#include "capture/ip.h"

namespace mtuscope {

QuotedFlow QuotedFlows::find(const IcmpQuote& quote) {
  QuotedFlow found;
  if (!quote.present || quote.protocol != ip_protocol::kTcp || !quote.ports_present) return found;
  const FlowKey key = flow_key(quote.src, quote.src_port, quote.dst, quote.dst_port, found.which);
  found.flow = flows_.find(key);
  if (found.flow != nullptr || searches_left_ == 0) return found;
  // A NAT that changes the packet back, but not what it quotes, leaves one end and the sequence
  // number.
  --searches_left_;
  for (uint32_t i = 0; i < std::min(flows_.size(), kMaxSearchedFlows); ++i) {
    if (!flows_.in_use(i)) continue;
    TcpFlow& flow = flows_[i];
    for (unsigned which = 0; which < 2; ++which) {
      if (!in_flight(flow.halves[which], quote.tcp_seq)) continue;
      const bool same_src = flow.endpoint(which) == Endpoint{quote.src, quote.src_port};
      const bool same_dst = flow.endpoint(1 - which) == Endpoint{quote.dst, quote.dst_port};
      if (same_src || same_dst) return {&flow, which, true};
    }
  }
  return found;
}

CutQuote QuotedFlows::find_cut(const PtbNotice& notice) {
  if (notice.quote.present && notice.quote.protocol != ip_protocol::kTcp) return {};
  if (searches_left_ == 0) return {};
  --searches_left_;
  CutQuote found;
  for (uint32_t i = 0; i < std::min(flows_.size(), kMaxSearchedFlows); ++i) {
    if (!flows_.in_use(i)) continue;
    TcpFlow& flow = flows_[i];
    for (unsigned which = 0; which < 2; ++which) {
      if (flow.endpoint(which).address != notice.to) continue;
      const IpAddress dst = flow.endpoint(1 - which).address;
      if (notice.quote.present && dst != notice.quote.dst) continue;
      const Range* const last = last_in_flight_above(flow.halves[which], notice.mtu);
      if (last == nullptr) continue;
      // Two destinations: it may be about either.
      if (found.flow != nullptr && found.flow->endpoint(1 - found.which).address != dst) return {};
      if (found.about == nullptr || last->sent > found.about->sent) found = {&flow, which, last};
    }
  }
  return found;
}

}  // namespace mtuscope
