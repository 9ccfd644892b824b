#include "analysis/tcp_tracker.h"

#include <algorithm>

#include "analysis/acknowledgement.h"
#include "analysis/flow_end.h"
#include "analysis/packet_identity.h"
#include "analysis/sent_data.h"

namespace mtuscope {

namespace {

void on_syn(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  half.syn_seen = true;
  half.isn = p.tcp.seq.value;
  half.mss = p.tcp.mss;
  half.sack_permitted = p.tcp.sack_permitted;
  half.window_scale = p.tcp.window_scale == 0xff ? 0 : p.tcp.window_scale;
  step.direction.largest_mss = std::max(step.direction.largest_mss, p.tcp.mss);
  if (!half.open) {
    half.una = half.nxt = p.tcp.seq;
    half.open = true;
  }
  if (!(p.tcp.flags & tcp_flag::kAck)) {
    step.direction.opens = true;
    step.flow.syn_time = p.time;
    step.flow.syn_from_high = step.from == 1;
    step.flow.handshake = Duration{-1};
  }
}

// The same packet, captured again: on a second interface, by a bridge and its port, before and
// after a tunnel.
bool is_duplicate(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const uint32_t print = fingerprint(p);
  const bool moves_on =
      half.open && step.peer.open &&
      (p.payload_bytes > 0 ? p.tcp.seq == half.nxt : before(step.peer.una, p.tcp.ack));
  if (!moves_on && std::ranges::find(half.recent, print) != half.recent.end() &&
      identity_of(p).can_be_copy(p.time - half.last_packet)) {
    return true;
  }
  half.recent[half.recent_at++ % half.recent.size()] = print;
  return false;
}

// A SYN that cannot belong to the flow as it is known: its ports are used again.
bool is_new_flow(const TcpFlow& flow, unsigned from, const TcpHeader& tcp) {
  if ((tcp.flags & (tcp_flag::kSyn | tcp_flag::kAck)) != tcp_flag::kSyn) return false;
  const HalfFlow& half = flow.halves[from];
  return half.open && !(half.syn_seen && half.isn == tcp.seq.value);
}

}  // namespace

void TcpTracker::add(const Packet& p) {
  unsigned from;
  const FlowKey key = flow_key(p.src, p.src_port, p.dst, p.dst_port, from);
  bool added = false;
  // Packets come in bursts of one flow.
  if (last_ == nullptr || !(last_->key == key)) last_ = &flows_.find_or_add(key, added);
  TcpFlow& flow = *last_;
  if (added) {
    start(flow, p);
  } else if ((p.tcp.flags & tcp_flag::kSyn) && is_new_flow(flow, from, p.tcp)) {
    end(flow);
    flow = TcpFlow{.key = key};
    start(flow, p);
  }
  Path& path = *flow.path;
  FlowStep step{p,
                flow,
                path,
                from,
                flow.halves[from],
                flow.halves[1 - from],
                path.directions[from],
                path.directions[1 - from],
                FrameRef(p.source, p.frame),
                memory_,
                counts_};
  step.direction.note(p);
  if (p.tunnel_count > path.tunnels.size()) {
    path.tunnels.assign(p.tunnels.begin(), p.tunnels.begin() + p.tunnel_count);
  }
  if (is_duplicate(step)) {
    ++counts_.duplicates;
    return;
  }
  HalfFlow& half = step.half;
  half.seen = true;
  half.last_packet = p.time;
  if (p.tcp.flags & tcp_flag::kSyn) on_syn(step);
  if (p.tcp.flags & tcp_flag::kAck) follow_acknowledgement(step);
  if (half.detail || step.peer.detail) settle_loose_ends(step);
  if (p.tcp.flags & tcp_flag::kRst) {
    half.rst_seen = true;
  } else {
    follow_data(step);
  }
  half.window_field = p.tcp.window;
}

void TcpTracker::start(TcpFlow& flow, const Packet& p) {
  bool added = false;
  Path& path = paths_.find_or_add(flow.endpoint(0).address, flow.endpoint(1).address, added);
  flow.path = &path;
  if (added) {
    path.interface_source = p.source;
    path.interface = p.interface;
  }
  ++path.flows;
  ++counts_.flows;
}

void TcpTracker::finish() {
  for (uint32_t i = 0; i < flows_.size(); ++i) end(flows_[i]);
}

void TcpTracker::end(TcpFlow& flow) {
  if (flow.halves[0].seen != flow.halves[1].seen) ++counts_.one_way_flows;
  end_flow(flow, *flow.path, memory_);
}

void TcpTracker::add_ptb(const Packet& p) {
  const IcmpQuote& quote = p.icmp.quote;
  if (!p.icmp.is_ptb || !quote.present) return;
  unsigned which;
  const FlowKey key = flow_key(quote.src, quote.src_port, quote.dst, quote.dst_port, which);
  bool added = false;
  Path& path = paths_.find_or_add(which == 0 ? quote.src : quote.dst,
                                  which == 0 ? quote.dst : quote.src, added);
  PtbSeen ptb{.time = p.time,
              .frame = FrameRef(p.source, p.frame),
              .reporter = p.src,
              .mtu = p.icmp.ptb_mtu,
              .quoted = quote.size};
  if (quote.protocol == 6 && quote.ports_present) {
    const TcpFlow* const flow = flows_.find(key);
    if (flow != nullptr) {
      const HalfFlow& half = flow->halves[which];
      // RFC 5927 4.1: the quoted bytes must be in flight.
      ptb.matched =
          half.open && at_or_before(half.una, quote.tcp_seq) && before(quote.tcp_seq, half.nxt);
    }
  }
  constexpr size_t kMaxPtbs = 64;
  auto& ptbs = path.directions[which].ptbs;
  if (ptbs.size() < kMaxPtbs) ptbs.push_back(ptb);
}

}  // namespace mtuscope
