#include "analysis/tcp/tcp_tracker.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_set>
#include <utility>

#include "analysis/containers/oldest.h"
#include "analysis/evidence/packet_identity.h"
#include "analysis/tcp/acknowledgement.h"
#include "analysis/tcp/arrival.h"
#include "analysis/tcp/flow_end.h"
#include "analysis/tcp/pause_watch.h"
#include "analysis/tcp/ptb_watch.h"
#include "analysis/tcp/sent_data.h"
#include "capture/ip.h"

namespace mtuscope {

namespace {

void on_syn(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  ++step.direction.syns;
  half.syn_seen = true;
  half.isn = p.tcp.seq.value;
  half.mss = p.tcp.mss;
  half.sack_permitted = p.tcp.sack_permitted;
  half.window_scale =
      p.tcp.window_scale == kNoScale && p.tcp.options_cut ? kScaleUnseen : p.tcp.window_scale;
  step.direction.largest_mss = std::max(step.direction.largest_mss, p.tcp.mss);
  if (!half.open) {
    half.begin_at(p.tcp.seq);
  }
  if (!(p.tcp.flags & tcp_flag::kAck)) {
    step.direction.opens = true;
    step.flow.syn_time = p.time;
    step.flow.opened_by_high = step.from == 1;
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

// The other end has opened, and nothing has answered it so far: no SYN-ACK, and nothing that an
// acknowledgement would show the capture to have missed.
bool waits_for_syn_ack(const HalfFlow& client, const HalfFlow& server) {
  return client.syn_seen && !server.syn_seen && !server.open;
}

// RFC 9293 3.10.7.1: what a closed port answers. The RST acknowledges the SYN and no more than the
// data that came in it (RFC 7413).
bool refuses_syn(const FlowStep& step) {
  const TcpHeader& tcp = step.packet.tcp;
  constexpr uint8_t kFlags = tcp_flag::kRst | tcp_flag::kAck;
  return (tcp.flags & kFlags) == kFlags && waits_for_syn_ack(step.peer, step.half) &&
         before(SeqNumber{step.peer.isn}, tcp.ack) && at_or_before(tcp.ack, step.peer.nxt);
}

// RFC 9293 3.10.7.1: a host that knows nothing of the connection takes the sequence number of its
// RST from the packet that it answers. So that one arrived, there or at a filter that answers for
// it.
void note_answering_reset(FlowStep& step) {
  const Packet& p = step.packet;
  // How late it can be.
  constexpr Duration kSlack = Duration::milliseconds(20);
  if ((p.tcp.flags & tcp_flag::kAck) || !step.half.open || !step.peer.seen ||
      !(p.tcp.seq == step.half.una) || !step.peer_direction.trouble) {
    return;
  }
  const Duration waited = p.time - step.peer.last_packet;
  if (waited < soonest_answer(step) || waited > step.rtt() + step.rtt() + kSlack) return;
  step.peer_direction.trouble->outages.arrived(step.peer.last_packet);
}

// An attempt that nobody answered says nothing about what the capture can see. A SYN-ACK does: it
// answers something.
bool only_syns(const TcpFlow& flow) {
  return std::ranges::all_of(flow.halves, [](const HalfFlow& half) {
    return half.seen ? half.syn_seen && half.nxt == SeqNumber{half.isn} + 1 : !half.open;
  });
}

FrameRef frame_of_syn(HalfFlow& client) {
  return client.ledger.empty() ? FrameRef() : client.ledger.front().frame;
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
  if (last_ == nullptr || !(last_->key == key)) {
    now_ = p.time;
    if (flows_.count() >= limits_.flows || paths_.count() >= limits_.paths) [[unlikely]] {
      make_room();
    }
    last_ = &flows_.find_or_add(key, added);
  }
  TcpFlow& flow = *last_;
  if (added) {
    start(flow, p, from);
  } else if ((p.tcp.flags & tcp_flag::kSyn) && is_new_flow(flow, from, p.tcp)) {
    end(flow);
    flow = TcpFlow{.key = key};
    flow.reused = true;
    start(flow, p, from);
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
                counts_,
                stalls_};
  step.direction.note(p);
  if (p.tunnel_count > 0) [[unlikely]] {
    note_tunnels(p, step.direction.tunnels);
  }
  if (is_duplicate(step)) {
    ++counts_.duplicates;
    return;
  }
  HalfFlow& half = step.half;
  const PauseWatch watch(step);
  if ((p.tcp.flags & tcp_flag::kRst) && refuses_syn(step)) {
    refusals_.add_reset(p, frame_of_syn(step.peer), half.rst_seen);
  }
  if (p.tcp.flags & tcp_flag::kRst) note_answering_reset(step);
  if (half.seen) step.silent = p.time - half.last_packet;
  half.seen = true;
  half.last_packet = p.time;
  if (p.tcp.flags & tcp_flag::kSyn) on_syn(step);
  if (p.tcp.flags & tcp_flag::kAck) follow_acknowledgement(step);
  if (half.detail || step.peer.detail) settle_loose_ends(step);
  if (half.detail && !half.detail->ptbs.empty()) watch_data_after_ptb(step);
  if (step.peer.detail && !step.peer.detail->ptbs.empty()) watch_delivery_after_ptb(step);
  if (p.tcp.flags & tcp_flag::kRst) {
    half.rst_seen = true;
  } else {
    follow_data(step);
  }
  half.window_field = p.tcp.window;
  if (p.payload_bytes > 0) {
    flow.carried_data = true;
    flow.last_data_from = static_cast<uint8_t>(from);
  }
  watch.end(step);
  if (flow.news) [[unlikely]] {
    tell_news(flow, p.time);
  }
}

void TcpTracker::tell_news(TcpFlow& flow, Timestamp time) {
  flow.news = false;
  if (troubles_ != nullptr) troubles_->note(flow, time);
}

Path TcpTracker::path_now(const Path& path, const std::vector<TcpFlow*>& flows) const {
  Path now = path;
  for (const TcpFlow* const flow : flows) {
    add_ptbs(*flow, now);
    add_outstanding(*flow, now, memory_);
  }
  return now;
}

void TcpTracker::add_outcomes(const Path& path, Path& copy) const {
  for (uint32_t i = 0; i < std::min(flows_.size(), kMaxSearchedFlows); ++i) {
    if (flows_[i].path == &path) note_outcome(flows_[i], copy);
  }
}

void TcpTracker::start(TcpFlow& flow, const Packet& p, unsigned from) {
  flow.began = flow.progress = p.time;
  const bool answers = (p.tcp.flags & tcp_flag::kSyn) && (p.tcp.flags & tcp_flag::kAck);
  flow.opened_by_high = (from == 1) != answers;
  bool added = false;
  Path& path = paths_.find_or_add(flow.endpoint(0).address, flow.endpoint(1).address, added);
  flow.path = &path;
  if (added) {
    path.interface_source = p.source;
    path.interface = p.interface;
  }
  ++path.flows;
  ++path.open_flows;
  ++counts_.flows;
}

void TcpTracker::finish(const std::vector<SourceInfo>& sources) {
  for (uint32_t i = 0; i < paths_.size(); ++i) {
    Path& path = paths_[i];
    if (!paths_.in_use(i) || path.interface_source >= sources.size()) continue;
    // Of several interfaces in one file it is not known how long each was captured.
    const SourceInfo& source = sources[path.interface_source];
    if (source.interfaces.size() == 1 && source.last_time) path.captured_until = *source.last_time;
  }
  for (uint32_t i = 0; i < flows_.size(); ++i) {
    if (flows_.in_use(i)) end(flows_[i]);
  }
  for (uint32_t i = 0; i < flows_.size(); ++i) {
    if (flows_.in_use(i)) note_outcome(flows_[i], *flows_[i].path);
  }
}

// Beside failures it matters how each of the other flows fared. Not told of flows whose ports were
// used again.
void TcpTracker::note_outcome(const TcpFlow& flow, Path& path) {
  for (unsigned which = 0; which < 2; ++which) {
    PathDirection& direction = path.directions[which];
    const HalfFlow& half = flow.halves[which];
    if (direction.failures.empty() || half.largest_delivered == 0) continue;
    std::vector<FlowOutcome>& outcomes = direction.in_trouble().outcomes;
    if (outcomes.size() >= PathTrouble::kMaxOutcomes) continue;
    outcomes.push_back({{flow.endpoint(which), flow.endpoint(1 - which)},
                        IpSize{half.largest_delivered},
                        flow.syn_time,
                        half.last_packet});
  }
}

void TcpTracker::end(TcpFlow& flow) {
  if (troubles_ != nullptr) troubles_->forget(flow);
  if (flow.halves[0].seen != flow.halves[1].seen && !only_syns(flow)) ++counts_.one_way_flows;
  if (!refusals_.empty() && flow.halves[0].syn_seen && flow.halves[1].syn_seen) {
    const unsigned client = flow.opened_by_high ? 1 : 0;
    refusals_.note_accepted(flow.endpoint(client), flow.endpoint(1 - client), flow.syn_time);
  }
  settle_ptbs(flow, *flow.path, ptbs_);
  stalls_.end_flow(flow, memory_);
  end_flow(flow, *flow.path, memory_);
  --flow.path->open_flows;
}

void TcpTracker::limit(const MemoryLimits& limits, std::function<void(Path&)> path_ends) {
  limits_ = limits;
  path_ends_ = std::move(path_ends);
  memory_.limit(limits.ranges, limits.histories);
}

void TcpTracker::make_room() {
  if (flows_.count() >= limits_.flows) evict_flows();
  if (paths_.count() >= limits_.paths) evict_paths();
}

namespace {

Timestamp last_packet(const TcpFlow& flow) {
  Timestamp last = flow.began;
  for (const HalfFlow& half : flow.halves) {
    if (half.seen) last = std::max(last, half.last_packet);
  }
  return last;
}

}  // namespace

void TcpTracker::evict_flows() {
  Oldest oldest(now_);
  for (uint32_t i = 0; i < flows_.size(); ++i) {
    if (flows_.in_use(i)) oldest.add(last_packet(flows_[i]));
  }
  oldest.choose();
  last_ = nullptr;
  counts_.evicted_flows += flows_.erase_if([&](TcpFlow& flow) {
    if (!oldest.take(last_packet(flow))) return false;
    end(flow);
    return true;
  });
}

void TcpTracker::evict_paths() {
  const std::vector<const Path*> listed = stalls_.paths();
  const std::unordered_set<const Path*> kept(listed.begin(), listed.end());
  Oldest oldest(now_);
  for (uint32_t i = 0; i < paths_.size(); ++i) {
    if (paths_.in_use(i) && !kept.contains(&paths_[i])) oldest.add(paths_[i].last_packet());
  }
  oldest.choose();
  std::unordered_set<const Path*> going;
  for (uint32_t i = 0; i < paths_.size(); ++i) {
    if (paths_.in_use(i) && !kept.contains(&paths_[i]) && oldest.take(paths_[i].last_packet()))
      going.insert(&paths_[i]);
  }
  last_ = nullptr;
  counts_.evicted_flows += flows_.erase_if([&](TcpFlow& flow) {
    if (!going.contains(flow.path)) return false;
    end(flow);
    return true;
  });
  // Ending their flows may have brought some of them into the stall log.
  for (const Path* const path : stalls_.paths()) going.erase(path);
  counts_.evicted_paths += paths_.erase_if([&](Path& path) {
    if (!going.contains(&path)) return false;
    if (path_ends_) path_ends_(path);
    return true;
  });
}

void TcpTracker::add_ptb(const Packet& p) {
  if (!p.icmp.is_ptb || ptbs_.is_copy(p)) return;
  const PtbNotice notice = notice_of(p);
  const QuotedFlow quoted = quoted_.find(notice.quote);
  if (quoted.flow != nullptr && !quoted.rewritten && notice.quote.src == notice.to) {
    on_ptb(*quoted.flow, quoted.which, notice, ptbs_);
    tell_news(*quoted.flow, notice.time);
    return;
  }
  if (quoted.flow == nullptr && !notice.quote.ports_present) {
    if (const CutQuote cut = quoted_.find_cut(notice); cut.flow != nullptr) {
      on_cut_ptb(*cut.flow, cut.which, *cut.about, notice, ptbs_);
      tell_news(*cut.flow, notice.time);
      return;
    }
  }
  std::optional<FlowDirection> about;
  if (quoted.flow != nullptr) {
    about = {quoted.flow->endpoint(quoted.which), quoted.flow->endpoint(1 - quoted.which)};
  }
  ptbs_.add(notice, fault_of(notice, IpSize{0}), about, quoted.rewritten);
}

void TcpTracker::add_unreachable(const Packet& p) {
  const IcmpQuote& quote = p.icmp.quote;
  if (!quote.present || quote.protocol != ip_protocol::kTcp || !quote.ports_present) return;
  unsigned which;
  TcpFlow* const flow =
      flows_.find(flow_key(quote.src, quote.src_port, quote.dst, quote.dst_port, which));
  if (flow == nullptr) return;
  HalfFlow& sender = flow->halves[which];
  if (waits_for_syn_ack(sender, flow->halves[1 - which])) {
    if (sender.isn != quote.tcp_seq.value) return;
    refusals_.add_unreachable(p, frame_of_syn(sender));
  } else if (in_flight(sender, quote.tcp_seq)) {
    flow->path->directions[which].in_trouble().unreachable.add(p);
  } else {
    return;
  }
  tell_news(*flow, p.time);
}

}  // namespace mtuscope
