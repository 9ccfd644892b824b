#include "analysis/points/crossing_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/size_case.h"

namespace mtuscope {

namespace {

// The least retransmission timeout of Linux, and more than any RTT of a packet that is repeated
// after a timeout: losses closer together are one event (chance.h).
constexpr Duration kOneEvent = Duration::milliseconds(200);
constexpr uint64_t kFewestEvents = 3;

// The case against packets of `size` or more between two points.
struct CrossingCase {
  IpSize size;
  std::vector<const LonePacket*> lost;  // in order of time
  uint64_t events = 0;
  bool repeated = false;     // the same bytes, more than once (or a tunnel, which never probes)
  bool interleaved = false;  // something smaller crossed between two of the losses
  bool shrunk = false;       // as large ones crossed before the first loss
  // Nothing of the flows that lost them crossed any more, not even what was smaller than others:
  // the sizes lost of one such flow.
  std::optional<std::pair<IpSize, IpSize>> dropped_flow;
  std::optional<Delivery> control;
  LossCount smaller;
  double chance = 1;
};

bool can_prove(const LonePacket& p) { return p.tcp || p.wireguard; }

// The smallest and largest packet that one flow lost, where none of the flows in `lost` let
// anything smaller through since: a narrow path would, a flow that something on the way has dropped
// does not.
std::optional<std::pair<IpSize, IpSize>> sizes_of_dropped_flow(
    const std::vector<const LonePacket*>& lost) {
  std::map<std::pair<Endpoint, Endpoint>, std::pair<IpSize, IpSize>> sizes;
  for (const LonePacket* p : lost) {
    if (p->flow_crossed && *p->flow_crossed > p->time) return std::nullopt;
    const auto [at, is_new] = sizes.try_emplace({p->flow.src, p->flow.dst}, p->size, p->size);
    at->second = {std::min(at->second.first, p->size), std::max(at->second.second, p->size)};
  }
  for (const auto& [flow, range] : sizes) {
    if (range.first < range.second) return range;
  }
  return std::nullopt;
}

// Nothing as large crossed later.
bool is_last_word(const DirectionCrossings& d, const LonePacket& p) {
  const auto later = d.crossed.latest_of_at_least(p.size);
  return !(later && later->sent >= p.time);
}

// Where packets as large had crossed before, they had their own loss until then. It counts alone
// when they were lost more often than luck explains: it may just have gone on.
LossCount suffered_until_then(const DirectionCrossings& d, unsigned from, const CrossingCase& c) {
  constexpr double kNoLuck = 0.01;
  LossCount large;
  for (const SizeCrossing& s : d.sizes) {
    if (s.size < c.size) continue;
    large.delivered += s.both + s.not_recorded[1 - from];
  }
  for (const LonePacket& p : d.lone[from]) large.lost += p.size >= c.size && !is_last_word(d, p);
  const double all = static_cast<double>(large.delivered + large.lost);
  const double share = all / (all + static_cast<double>(c.smaller.delivered + c.smaller.lost));
  const bool no_luck = chance_of_hits(large.lost + c.smaller.lost, large.lost, share) < kNoLuck;
  return no_luck ? large : c.smaller;
}

CrossingCase build(const DirectionCrossings& d, unsigned from, IpSize size,
                   const std::vector<const LonePacket*>& standing) {
  CrossingCase c{.size = size};
  for (const LonePacket* p : standing) {
    if (p->size >= size) c.lost.push_back(p);
  }
  std::ranges::sort(c.lost, {}, &LonePacket::time);
  const Timestamp first = c.lost.front()->time;
  const auto before = d.crossed.largest();
  c.shrunk = before && before->size >= size;
  std::set<std::tuple<Endpoint, Endpoint, uint32_t>> ranges;
  std::optional<Timestamp> event;
  const Timestamp controlled_from = c.shrunk ? first + kOneEvent : first;
  for (const LonePacket* p : c.lost) {
    if (!event || p->time - *event >= kOneEvent) {
      ++c.events;
      event = p->time;
    }
    const bool is_new = ranges.insert({p->flow.src, p->flow.dst, p->begin.value}).second;
    c.repeated = c.repeated || !is_new || p->wireguard;
    c.interleaved = c.interleaved || (p->last_crossed && *p->last_crossed > controlled_from);
  }
  c.control = d.crossed.largest_below(size, first);
  c.dropped_flow = sizes_of_dropped_flow(c.lost);
  for (const SizeCrossing& s : d.sizes) {
    if (s.size >= size) break;
    c.smaller.delivered += s.both + s.not_recorded[1 - from];
    c.smaller.lost += s.only[from];
  }
  const bool tunnel = std::ranges::any_of(c.lost, &LonePacket::wireguard);
  c.chance = chance_of_luck(c.shrunk ? suffered_until_then(d, from, c) : c.smaller, c.events,
                            tunnel ? c.events : ranges.size());
  return c;
}

// The smallest size whose losses luck does not explain.
std::optional<CrossingCase> strongest_case(const DirectionCrossings& d, unsigned from) {
  std::vector<const LonePacket*> standing;
  for (const LonePacket& p : d.lone[from]) {
    if (can_prove(p) && is_last_word(d, p)) standing.push_back(&p);
  }
  std::ranges::stable_sort(standing, {}, [](const LonePacket* p) { return p->size; });
  for (size_t i = 0, next; i < standing.size(); i = next) {
    next = i + 1;
    while (next < standing.size() && standing[next]->size == standing[i]->size) ++next;
    const std::vector<const LonePacket*> same(standing.begin() + static_cast<std::ptrdiff_t>(i),
                                              standing.begin() + static_cast<std::ptrdiff_t>(next));
    // Larger ones may be lost for their size; these had bad luck.
    const bool last = next == standing.size();
    if (!last && build(d, from, standing[i]->size, same).chance >= kSuspectedBelow) continue;
    CrossingCase c = build(d, from, standing[i]->size,
                           {standing.begin() + static_cast<std::ptrdiff_t>(i), standing.end()});
    if (c.size >= kSmallestCredibleFailure && c.events >= kFewestEvents && c.repeated &&
        c.control && c.chance < kSuspectedBelow) {
      return c;
    }
  }
  return std::nullopt;
}

Timestamp own_time(const LonePacket& p, const PointPlan& plan) {
  return p.time + plan.ahead(p.frame.source());
}

}  // namespace

std::optional<unsigned> enters_at(const PointPair& pair, const DirectionCrossings& d) {
  if (d.routers_before[0] != d.routers_before[1]) {
    return d.routers_before[0] < d.routers_before[1] ? 0u : 1u;
  }
  if (d.passage.packets == 0) return std::nullopt;
  const auto mean = [](const Passage& p) { return p.sum_ns / static_cast<double>(p.packets); };
  if (pair.same_clock) {
    if (mean(d.passage) == 0) return std::nullopt;
    return mean(d.passage) > 0 ? 0u : 1u;
  }
  // Whatever the clocks say: there and back they err by the same, and the passages add to it.
  if (!d.reverse) return std::nullopt;
  const Passage& back = pair.crossings.directions[*d.reverse].passage;
  if (back.packets == 0) return std::nullopt;
  if (d.passage.least > back.least && d.passage.most > back.most) return 0u;
  if (d.passage.least < back.least && d.passage.most < back.most) return 1u;
  return std::nullopt;
}

Between describe_between(const PointPair& pair, const PointPlan& plan) {
  const Crossings& all = pair.crossings;
  Between between{.a = pair.a, .b = pair.b, .matched = all.matched, .same_clock = pair.same_clock};
  between.other_flows = all.other_flows[0] + all.other_flows[1];
  between.outside = all.outside[0] + all.outside[1];
  between.given_up = all.given_up[0] + all.given_up[1];
  std::optional<Duration> there, back;  // from a to b at least; from b to a at least, as negative
  for (const DirectionCrossings& d : all.directions) {
    const std::optional<unsigned> enters = enters_at(pair, d);
    const unsigned from = enters.value_or(0);
    CrossedDirection crossed{.from = pair.point(from),
                             .to = pair.point(1 - from),
                             .order_known = enters.has_value(),
                             .src = d.src[from],
                             .dst = d.dst[from],
                             .src_at_to = d.src[1 - from],
                             .dst_at_to = d.dst[1 - from],
                             .super_packets = d.super_packets};
    for (const SizeCrossing& s : d.sizes) {
      crossed.only_at_to += s.only[1 - from] + s.not_recorded[from];
      const uint64_t entered = s.both + s.only[from] + s.not_recorded[1 - from];
      if (entered > 0) crossed.sizes.push_back({s.size, entered, s.both, s.not_recorded[1 - from]});
    }
    between.directions.push_back(std::move(crossed));
    if (!enters || d.passage.packets == 0) continue;
    if (from == 0) there = there ? std::min(*there, d.passage.least) : d.passage.least;
    if (from == 1) back = back ? std::max(*back, d.passage.most) : d.passage.most;
  }
  // Where something was lost first, then by packets.
  const auto lost_and_all = [](const CrossedDirection& d) {
    std::pair<uint64_t, uint64_t> sums{0, d.super_packets};
    for (const CrossedSize& s : d.sizes) {
      sums.first += s.entered - s.came_out - s.not_recorded;
      sums.second += s.entered;
    }
    return sums;
  };
  std::ranges::stable_sort(between.directions, std::greater{}, lost_and_all);
  if (there && back && *there >= *back) {
    between.round_trip = *there - *back;
    if (!pair.same_clock) {
      const Duration middle{(there->ns + back->ns) / 2};
      Duration corrected{0};
      for (const PointPlan::Entry& e : plan.entries) {
        if (e.point == pair.b) corrected = plan.ahead(e.place.source);
      }
      for (const PointPlan::Entry& e : plan.entries) {
        if (e.point == pair.a) {
          corrected = corrected - plan.ahead(e.place.source);
          break;
        }
      }
      between.clock = ClockOffset{middle + corrected, Duration{between.round_trip->ns / 2}};
    }
  }
  return between;
}

std::optional<Finding> black_hole_between(const PointPair& pair, const DirectionCrossings& d,
                                          const PointPlan& plan,
                                          const std::vector<PointReport>& points) {
  const std::optional<unsigned> enters = enters_at(pair, d);
  if (!enters) return std::nullopt;
  const unsigned from = *enters;
  const std::optional<CrossingCase> c = strongest_case(d, from);
  if (!c) return std::nullopt;
  const std::string& in = points[pair.point(from)].name;
  const PointReport& exit = points[pair.point(1 - from)];
  const std::string& out = exit.name;
  Finding f{.kind = FindingKind::kPmtuBlackhole, .severity = Severity::kCritical};
  const bool proven =
      c->chance < kConfirmedBelow && c->interleaved && !c->dropped_flow && exit.dropped == 0;
  f.confidence = proven ? Confidence::kConfirmed : Confidence::kSuspected;
  f.chance = c->chance;
  f.src = d.src[from];
  f.dst = d.dst[from];
  f.vantage = Vantage::kMiddle;
  f.bracket = {c->control->size, c->size};
  if (!c->shrunk) f.bracket.lower = d.crossed.largest_below(c->size, Timestamp{INT64_MIN})->size;
  f.first_time = own_time(*c->lost.front(), plan);
  f.last_time = own_time(*c->lost.back(), plan);
  std::vector<FrameRef> frames;
  for (const LonePacket* p : c->lost) {
    frames.push_back(p->frame);
    if (std::ranges::find(f.flows, p->flow) != f.flows.end()) continue;
    ++f.flow_count;
    if (f.flows.size() < kMaxListedFlows) f.flows.push_back(p->flow);
  }
  list_frames(frames, f);
  Located located{.from = pair.point(from), .to = pair.point(1 - from)};
  located.where = fmt::format("between {} and {}", in, out);
  located.entered = c->lost.size();
  f.explanation = fmt::format(
      "Packets of {} bytes from {} to {} are lost {}, while packets of up to {} bytes come "
      "through.",
      c->size.bytes, to_string(*f.src), to_string(*f.dst), located.where, c->control->size.bytes);
  f.evidence_for.push_back(fmt::format(
      "{} packets of {} bytes or more passed {} ({}) and none of them came out at {}, "
      "which captured {} smaller packets of this direction",
      c->lost.size(), c->size.bytes, in, describe_frames(f.frames), out, c->smaller.delivered));
  const FrameRef entered = from == 0 ? c->control->frame : c->control->proof;
  const FrameRef came_out = from == 0 ? c->control->proof : c->control->frame;
  f.evidence_for.push_back(fmt::format(
      "a packet of {} bytes that was sent after the first loss came through (frame {} of {}, frame "
      "{} of {})",
      c->control->size.bytes, entered.frame().value, in, came_out.frame().value, out));
  if (c->shrunk) {
    f.evidence_against.push_back("packets as large came through before: the path has shrunk since");
  }
  if (!c->interleaved) {
    f.evidence_against.push_back(
        "nothing smaller came through between the losses: an outage would look the same");
  }
  if (c->dropped_flow) {
    f.evidence_against.push_back(
        fmt::format("of the same connection{} nothing came through any more, neither {} nor {} "
                    "bytes: something on the way may have dropped {} instead",
                    f.flow_count == 1 ? "" : "s", c->dropped_flow->second.bytes,
                    c->dropped_flow->first.bytes, f.flow_count == 1 ? "it" : "them"));
  }
  if (exit.dropped > 0) {
    f.evidence_against.push_back(fmt::format(
        "the capture at {} dropped {} packets: these may be among them", out, exit.dropped));
  }
  if (c->smaller.lost > 0) {
    f.evidence_against.push_back(fmt::format("of the smaller packets, {} of {} were lost there too",
                                             c->smaller.lost,
                                             c->smaller.lost + c->smaller.delivered));
  }
  f.located = std::move(located);
  return f;
}

std::vector<Finding> mss_rewritten(const PointPair& pair, const DirectionCrossings& d,
                                   const std::vector<PointReport>& points) {
  std::vector<Finding> findings;
  const unsigned from = enters_at(pair, d).value_or(0);
  for (const MssChange& change : d.mss_changes) {
    Finding f{.kind = FindingKind::kMssClamped,
              .severity = Severity::kInfo,
              .confidence = Confidence::kConfirmed};
    f.src = d.src[from];
    f.dst = d.dst[from];
    f.vantage = Vantage::kMiddle;
    f.flow_count = change.connections;
    f.flows = change.flows[from];
    list_frames({change.frames[from]}, f);
    f.located = Located{.from = pair.point(from), .to = pair.point(1 - from)};
    f.located->where = fmt::format("between {} and {}", points[pair.point(from)].name,
                                   points[pair.point(1 - from)].name);
    f.clamped = mtu_for_mss(change.mss[1 - from], f.src->family);
    f.explanation = fmt::format(
        "Between {} and {} the MSS that {} announces is rewritten from {} to {}, so that {} sends "
        "packets of at most {} bytes.",
        points[pair.point(from)].name, points[pair.point(1 - from)].name, to_string(*f.src),
        change.mss[from].bytes, change.mss[1 - from].bytes, to_string(*f.dst), f.clamped->bytes);
    f.evidence_for.push_back(
        fmt::format("frame {} of {} says {}, frame {} of {} says {}",
                    change.frames[from].frame().value, points[pair.point(from)].name,
                    change.mss[from].bytes, change.frames[1 - from].frame().value,
                    points[pair.point(1 - from)].name, change.mss[1 - from].bytes));
    findings.push_back(std::move(f));
  }
  return findings;
}

}  // namespace mtuscope
