#include "analysis/evidence/outage_log.h"

#include <algorithm>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/size_case.h"

namespace mtuscope {

namespace {

// Shorter than any timeout and its repetition: loss, not an outage.
constexpr Duration kShortestOutage = Duration::milliseconds(400);

}  // namespace

std::optional<Outage> outage_between(Timestamp begin, Timestamp end,
                                     const std::vector<Repeat>& repeats, Duration rtt) {
  Outage outage{.begin = begin, .end = end, .rtt = rtt, .smallest = IpSize{UINT32_MAX}};
  if (outage.length() < kShortestOutage) return std::nullopt;
  // What was under way when the first of them was lost comes within an RTT, and before its timeout.
  std::optional<Timestamp> nothing_under_way;
  std::optional<Timestamp> peer_heard, any_heard;
  std::vector<Timestamp> sent;
  for (const Repeat& r : repeats) {
    if (r.lost <= begin || r.lost >= end) continue;
    sent.push_back(r.lost);
    if (r.again && *r.again < end) sent.push_back(*r.again);
    outage.smallest = std::min(outage.smallest, r.size);
    const Timestamp waited_for = r.again.value_or(r.lost + rtt);
    nothing_under_way = std::min(nothing_under_way.value_or(waited_for), waited_for);
    // Acknowledgements are cumulative (RFC 9293 3.4): had it arrived, this one would tell.
    if (r.peer_heard && *r.peer_heard > r.lost + rtt)
      peer_heard = std::max(peer_heard, r.peer_heard);
    any_heard = std::max(any_heard, r.any_heard);
    list_flow(outage.flows, r.flow);
    outage.repeats.push_back(r);
    ++outage.losses;
  }
  outage.peer_heard = peer_heard && *peer_heard > *nothing_under_way;
  outage.any_heard = outage.peer_heard || (any_heard && *any_heard > *nothing_under_way);
  outage.events = separate_events(std::move(sent), rtt);
  if (outage.events < kMinOutageEvents) return std::nullopt;
  return outage;
}

void OutageLog::repeated(const Repeat& repeat, Duration rtt) {
  if (!last_) return;
  if (pending_.size() < kMaxPending) lost_acks_ += !repeat.again;
  if (repeat.lost <= *last_) {
    // Something sent later arrived: loss, unless it was sent during an outage that is over.
    for (Outage& o : outages_) {
      if (repeat.lost <= o.begin || repeat.lost >= o.end) continue;
      ++o.losses;
      o.smallest = std::min(o.smallest, repeat.size);
      list_flow(o.flows, repeat.flow);
    }
    return;
  }
  rtt_ = std::max(rtt_, rtt);
  if (pending_.size() < kMaxPending) pending_.push_back(repeat);
}

void OutageLog::arrived(Timestamp sent) {
  if (!last_) {
    last_ = sent;
    return;
  }
  if (sent > *last_) {
    if (auto outage = outage_between(*last_, sent, pending_, rtt_)) {
      outage->losses = std::max(outage->losses, losses_since_last());
      keep(std::move(outage));
    }
    pending_.clear();
    unanswered_.clear();
    lost_since_ = 0;
    last_ = sent;
    return;
  }
  // Known only now to have arrived in the midst of what looked like an outage.
  const auto inside = std::ranges::find_if(
      outages_, [&](const Outage& o) { return o.begin < sent && sent < o.end; });
  if (inside == outages_.end()) return;
  const Outage torn = std::move(*inside);
  outages_.erase(inside);
  --total_;
  keep(outage_between(torn.begin, sent, torn.repeats, rtt_));
  keep(outage_between(sent, torn.end, torn.repeats, rtt_));
}

void OutageLog::not_lost(Timestamp sent) {
  if (last_ && sent > *last_ && lost_since_ > 0) --lost_since_;
  for (Outage& o : outages_) {
    if (o.begin < sent && sent < o.end && o.losses > 0) --o.losses;
  }
}

void OutageLog::unanswered(const Unanswered& packet) {
  if (!last_ || packet.sent <= *last_ || packet.size >= kSmallestCredibleFailure) return;
  if (unanswered_.size() < kMaxPending) unanswered_.push_back(packet);
}

void OutageLog::arrived_unheard(Timestamp first, Timestamp last, FrameRef report) {
  if (unheard_.size() < kMaxPending) unheard_.push_back({first, last, report});
}

FrameRef OutageLog::report_of_arrival(const Outage& outage) const {
  const auto at = std::ranges::find_if(
      unheard_, [&](const Unheard& u) { return outage.begin < u.first && u.last < outage.end; });
  return at == unheard_.end() ? FrameRef() : at->report;
}

uint64_t OutageLog::losses_since_last() const {
  const auto acks = std::ranges::count_if(pending_, [](const Repeat& r) { return !r.again; });
  return lost_since_ + static_cast<uint64_t>(acks);
}

std::optional<Outage> OutageLog::open(Timestamp now) const {
  if (!last_) return std::nullopt;
  auto outage = outage_between(*last_, now, pending_, rtt_);
  if (!outage) return std::nullopt;
  outage->losses = losses_since_last();
  for (const Unanswered& packet : unanswered_) {
    if (packet.sent + rtt_ + kTimeoutBeyondRtt > now) continue;
    outage->unanswered.push_back(packet);
    outage->smallest = std::min(outage->smallest, packet.size);
  }
  return outage;
}

void OutageLog::keep(std::optional<Outage> outage) {
  if (!outage) return;
  ++total_;
  if (outages_.size() == kMaxOutages) {
    const auto shortest = std::ranges::min_element(outages_, {}, &Outage::length);
    if (shortest->length() >= outage->length()) return;
    outages_.erase(shortest);
  }
  const auto next = std::ranges::upper_bound(outages_, outage->begin, {}, &Outage::begin);
  outages_.insert(next, std::move(*outage));
}

}  // namespace mtuscope
