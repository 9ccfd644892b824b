#include "analysis/evidence/size_case.h"

#include <algorithm>
#include <utility>

#include "analysis/evidence/failed_range.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

// The usual minimum of a retransmission timeout beyond the RTT.
constexpr Duration kTimeout = Duration::milliseconds(200);

// Of the times after `end`, only the first stays.
void end_at(std::vector<Timestamp>& times, Timestamp end) {
  std::ranges::sort(times);
  const auto after = std::ranges::upper_bound(times, end);
  if (after != times.end()) times.erase(after + 1, times.end());
}

// Of the times within, only the first stays.
void join(std::vector<Timestamp>& times, const Outage& silence) {
  bool first = true;
  std::erase_if(times, [&](Timestamp t) {
    if (t <= silence.begin || t >= silence.end) return false;
    return !std::exchange(first, false);
  });
}

// What smaller packets suffered. Loss may rise with size: a queue or policer that counts bytes has
// room for small packets only, and bit errors hit large ones. So where the larger of those that
// pass, from half of `size` on, are lost more often than the others, they are compared alone.
LossCount suffered_below(const SizeHistogram& sizes, IpSize size, std::optional<IpSize> passes) {
  constexpr double kNoLuck = 0.01;
  const LossCount smaller = sizes.below(size);
  if (!passes || passes->bytes < size.bytes / 2) return smaller;
  const LossCount passing = sizes.below(IpSize{passes->bytes + 1});
  const LossCount small = sizes.below(IpSize{size.bytes / 2});
  const LossCount next{.delivered = passing.delivered - small.delivered,
                       .lost = passing.lost - small.lost};
  const double share = static_cast<double>(next.delivered + next.lost) /
                       static_cast<double>(passing.delivered + passing.lost);
  return chance_of_hits(passing.lost, next.lost, share) < kNoLuck ? next : smaller;
}

IpSize carried_by(const Path& path, const SizeCase& c) {
  IpSize carried{kSmallestCredibleFailure.bytes - 1};
  if (path.low.family == IpFamily::kIPv6) carried = kLeastIPv6Mtu;
  if (c.control) carried = std::max(carried, c.control->size);
  if (c.largest_before) carried = std::max(carried, c.largest_before->size);
  return carried;
}

// Something else of its flow arrived. Only at once, and then nothing any more: that says little.
bool lets_smaller_through(const FailedRange& f) {
  if (f.hole || f.recovered || f.flow_answered) return true;
  return f.flow_arrived && (f.flow_missed.empty() || *f.flow_arrived > f.first + f.rtt + kTimeout);
}

}  // namespace

IpSize OwnFlows::smallest() const {
  return std::ranges::min_element(missed, {}, &Unanswered::size)->size;
}

OwnFlows own_flows(const PathDirection& direction, const std::vector<const FailedRange*>& ranges,
                   IpSize size, IpSize carried) {
  OwnFlows own;
  for (const FailedRange* f : ranges) {
    own.control = own.control || lets_smaller_through(*f);
    std::vector<Timestamp> times;
    for (const Unanswered& m : f->flow_missed) {
      if (m.size >= size) continue;
      if (m.size <= carried) times.push_back(m.sent);
      if (std::ranges::find(own.missed, m.frame, &Unanswered::frame) == own.missed.end())
        own.missed.push_back(m);
    }
    own.events = std::max<uint64_t>(own.events, separate_events(std::move(times), f->rtt));
  }
  LossCount others = direction.sizes.below(size);
  others.lost -= std::min(others.lost, own.events);
  // Either the packet or its answer.
  constexpr uint64_t kMany = 32;
  own.chance = chance_of_luck(others, own.events, uint64_t{1} << std::min(own.events, kMany));
  return own;
}

SizeCase build_case(const Path& path, unsigned direction, IpSize size,
                    const std::vector<const FailedRange*>& standing) {
  const PathDirection& d = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  SizeCase c{.size = size};
  std::vector<Timestamp> times, own_times, settled;
  uint64_t own_events = 0;
  c.delivered_before = d.deliveries.latest_of_at_least(size);
  for (const FailedRange* f : standing) {
    if (f->size < size) {
      ++c.smaller_failures;
      continue;
    }
    // Larger packets may have failed for their size when some of this size still arrived.
    if (c.delivered_before && f->first <= c.delivered_before->sent) continue;
    if (c.ranges.empty() || f->first < c.first) {
      c.first = f->first;
      c.first_frame = f->hole ? FrameRef() : f->transmissions.front().frame;
    }
    if (c.ranges.empty() || f->last > c.last) c.last = f->last;
    c.ranges.push_back(f);
    c.rtt = std::max(c.rtt, f->rtt);
    for (const Transmission& t : f->transmissions) {
      times.push_back(t.time);
      if (t.time + f->rtt <= path.watched_until()) settled.push_back(t.time);
    }
    if (f->hole) c.events = std::max<uint64_t>(c.events, f->implied_transmissions);
    if (f->recovered && c.cut_smaller == nullptr) c.cut_smaller = f;
    c.holes_only = c.holes_only && f->hole;
    c.asked_for = c.asked_for || f->asks > 0;
    if (stopped_in_transfer(f->silent_before, f->rtt))
      c.silent = std::max(c.silent, f->silent_before);
    if (stopped_in_transfer(f->paused_before, f->rtt))
      c.paused = std::max(c.paused, f->paused_before);
    c.one_way = c.one_way && f->one_way;
    c.joined = c.joined && f->joined;
    c.flow_alive = c.flow_alive || f->peer_alive;
    if (f->size > size) continue;
    if (f->hole) own_events = std::max<uint64_t>(own_events, f->implied_transmissions);
    for (const Transmission& t : f->transmissions) own_times.push_back(t.time);
  }
  // What reveals a hole was sent after the packet that is missing.
  const Timestamp since = c.holes_only ? c.first - Duration{1} : c.first;
  c.control = d.deliveries.largest_below(size, since);
  if (!c.control) {
    // Sent in the same tick of the clock: the order in the capture tells.
    const auto same_tick = d.deliveries.largest_below(size, c.first - Duration{1});
    if (same_tick && same_tick->frame > c.first_frame) c.control = same_tick;
  }
  const LossCount large = d.sizes.from(size);
  const LossCount smaller =
      suffered_below(d.sizes, size, c.control ? std::optional(c.control->size) : std::nullopt);
  c.opportunities = large.delivered + std::max<uint64_t>(c.ranges.size(), d.failures_total);
  own_events = std::max<uint64_t>(own_events, separate_events(std::move(own_times), c.rtt));
  c.own_chance = chance_of_luck(smaller, own_events, c.opportunities);
  const uint64_t holes = c.events;
  c.events = std::max<uint64_t>(holes, separate_events(times, c.rtt));
  c.chance = c.size_chance = chance_of_luck(smaller, c.events, c.opportunities);
  const uint64_t answerable = std::max<uint64_t>(holes, separate_events(std::move(settled), c.rtt));
  c.settled_chance = chance_of_luck(smaller, answerable, c.opportunities);
  // Where such sizes had passed, the path may also have broken, for a while or for good: what was
  // lost between two signs of life, or after the last one, is one event then.
  if (const auto life = d.deliveries.latest(); c.shrunk() && life) {
    end_at(times, std::max(life->sent, c.first));
    if (d.trouble) {
      for (const Outage& silence : d.trouble->outages.outages()) join(times, silence);
    }
    const uint64_t events = std::max<uint64_t>(holes, separate_events(std::move(times), c.rtt));
    c.size_chance = chance_of_luck(smaller, events, c.opportunities);
  }
  // What was lost on its way here is not seen, unless somebody asks for it; what was lost on the
  // way back is. Small packets tell: larger ones may be lost there for their size.
  if (c.holes_only && !c.asked_for && c.cut_smaller == nullptr) {
    const LossCount other_way = back.sizes.below(kSmallestCredibleFailure);
    c.size_chance = std::max(c.size_chance, chance_of_luck(other_way, c.events, c.opportunities));
  }
  c.controlled_later = d.deliveries.largest_below(size, c.first + c.rtt + kTimeout).has_value();
  if (!c.delivered_before) c.largest_before = d.deliveries.largest();
  c.missed_bytes = d.missed_bytes > 0;
  c.own = own_flows(d, c.ranges, size, carried_by(path, c));
  c.acknowledged = back.last_bare_ack > c.first;
  c.other_direction_alive = back.last_packet && *back.last_packet > c.first + c.rtt;
  return c;
}

Bracket bracket_of(const SizeCase& c) {
  Bracket bracket;
  bracket.upper = c.size;
  // Where larger packets passed before, only what passed since says anything about the path now.
  std::optional<IpSize> lower;
  if (c.control) lower = c.control->size;
  if (c.largest_before && (!lower || c.largest_before->size > *lower))
    lower = c.largest_before->size;
  if (c.cut_smaller != nullptr) {
    const IpSize cut = c.cut_smaller->recovered->size;
    if (!c.cut_smaller->recovered->df_cleared && cut < c.size && (!lower || cut > *lower))
      lower = cut;
  }
  bracket.lower = lower;
  return bracket;
}

}  // namespace mtuscope
