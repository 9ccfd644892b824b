#include "analysis/judges/some_flows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/size_case.h"
#include "analysis/evidence/vantage.h"
#include "analysis/judges/failure_finding.h"
#include "analysis/statistics/chance.h"
#include "analysis/statistics/log_gamma.h"

namespace mtuscope {

namespace {

// A filter that drops one certain content would stop one range, not every large one.
constexpr uint32_t kMinStuckRanges = 2;
constexpr size_t kMinFlows = 2;
constexpr size_t kListedPorts = 8;
// As long as a retransmission timeout takes beyond the RTT on Linux, which has the shortest.
constexpr Duration kMinTimeout = Duration::milliseconds(200);

struct Split {
  IpSize size;                            // the smallest that failed on the stuck flows
  std::vector<const FailedRange*> stuck;  // one or more a flow, in the order of the path's list
  std::vector<FlowDirection> stuck_flows;
  std::vector<FlowDirection> well;  // such sizes were delivered
  size_t well_meanwhile = 0;        // ... all of it while one of the others was stuck
  uint64_t events = 0;
  double chance = 1;
  bool holes = false;               // seen from the receiver
  std::optional<Delivery> control;  // the largest
  // Stuck flows that show it with data: a filter that lets only acknowledgements pass is none.
  size_t stuck_with_control = 0;
};

const FlowOutcome* outcome_of(const PathDirection& d, const FlowDirection& flow) {
  if (!d.trouble) return nullptr;
  const auto found = std::ranges::find(d.trouble->outcomes, flow, &FlowOutcome::flow);
  return found == d.trouble->outcomes.end() ? nullptr : &*found;
}

// Nothing smaller with data was sent behind what failed, but what the flow sent later without data
// arrived, all of it.
bool lives_on(const FailedRange& f) {
  return f.flow_arrived && f.flow_missed.empty() && *f.flow_arrived > f.first + f.rtt;
}

// The same, from the receiver: it goes on asking for full segments, and something smaller that came
// behind them is there. `tries`: of the sender.
bool is_stuck_hole(const FailedRange& f, uint32_t tries) {
  return f.hole && f.asks > 0 && !f.recovered && f.flow_control && tries >= kMinImplied &&
         f.stuck_ranges >= kMinStuckRanges && f.size >= kSmallestCredibleFailure;
}

// When its sender tried at the least, by RFC 6298's backoff.
std::vector<Timestamp> tries_of(const FailedRange& f) {
  std::vector<Timestamp> times;
  for (const Transmission& t : f.transmissions) times.push_back(t.time);
  Duration wait = f.rtt + kMinTimeout;
  Timestamp at = f.first;
  for (uint32_t i = 0; f.hole && i < f.tried_while_heard; ++i) {
    times.push_back(at);
    at = at + wait;
    wait = wait + wait;
  }
  return times;
}

// The flow itself is alive and delivers smaller packets, and nothing as large as what failed.
bool is_stuck_by_size(const PathDirection& d, const FailedRange& f) {
  if (f.handshake || f.one_way || f.size < kSmallestCredibleFailure) return false;
  if (f.hole && !is_stuck_hole(f, f.tried_while_heard)) return false;
  if (!f.recovered && (f.stuck_ranges < kMinStuckRanges || !(f.flow_control || lives_on(f))))
    return false;
  const FlowOutcome* const outcome = outcome_of(d, f.flow);
  return outcome == nullptr || outcome->largest_delivered < f.size;
}

void sort_flows(const PathDirection& d, Split& s) {
  for (const FailedRange* f : s.stuck) {
    if (std::ranges::find(s.stuck_flows, f->flow) != s.stuck_flows.end()) continue;
    s.stuck_flows.push_back(f->flow);
    s.stuck_with_control += std::ranges::any_of(s.stuck, [&](const FailedRange* other) {
      return other->flow == f->flow && (other->flow_control || other->recovered);
    });
  }
  if (!d.trouble) return;
  for (const FlowOutcome& o : d.trouble->outcomes) {
    if (o.largest_delivered < s.size) continue;
    s.well.push_back(o.flow);
    // From its SYN to its last packet it lived while another flow failed.
    s.well_meanwhile += std::ranges::any_of(
        s.stuck, [&](const FailedRange* f) { return o.first >= f->first && o.last <= f->last; });
  }
}

// The probability that luck alone chose these flows: any so many of all flows, and all their loss
// events, at the loss rate that all other packets of the path had.
double chance_of(const PathDirection& d, const Split& s) {
  LossCount others = d.sizes.from(IpSize{0});
  for (const FailedRange* f : s.stuck)
    others.lost -= std::min<uint64_t>(others.lost, f->transmissions.size());
  const double n = static_cast<double>(s.stuck_flows.size() + s.well.size());
  const double m = static_cast<double>(s.stuck_flows.size());
  const double ways = log_gamma(n + 1) - log_gamma(m + 1) - log_gamma(n - m + 1);
  return std::min(1.0, chance_of_luck(others, s.events, 1) * std::exp(ways));
}

std::optional<Split> split_of(const PathDirection& d,
                              const std::vector<const FailedRange*>& refuted) {
  Split s;
  for (const FailedRange* f : refuted) {
    if (!is_stuck_by_size(d, *f)) continue;
    s.size = s.stuck.empty() ? f->size : std::min(s.size, f->size);
    s.holes = s.holes || f->hole;
    s.stuck.push_back(f);
  }
  if (s.stuck.empty()) return std::nullopt;
  // A flow may have delivered less than its own failure, yet more than another flow's.
  std::erase_if(s.stuck, [&](const FailedRange* f) {
    const FlowOutcome* const outcome = outcome_of(d, f->flow);
    return outcome != nullptr && outcome->largest_delivered >= s.size;
  });
  if (s.stuck.empty()) return std::nullopt;
  std::vector<Timestamp> times;
  Duration rtt{0};
  for (const FailedRange* f : s.stuck) {
    std::ranges::copy(tries_of(*f), std::back_inserter(times));
    rtt = std::max(rtt, f->rtt);
    if (f->flow_control && (!s.control || f->flow_control->size > s.control->size))
      s.control = f->flow_control;
  }
  s.events = separate_events(std::move(times), rtt);
  sort_flows(d, s);
  s.chance = chance_of(d, s);
  return s;
}

std::string ports_of(const std::vector<FlowDirection>& flows) {
  std::string text;
  for (size_t i = 0; i < std::min(flows.size(), kListedPorts); ++i) {
    text += fmt::format("{}{}>{}", i == 0 ? "" : ", ", flows[i].src.port, flows[i].dst.port);
  }
  if (flows.size() > kListedPorts) text += fmt::format(" and {} more", flows.size() - kListedPorts);
  return text;
}

void add_evidence(const Split& s, Finding& f) {
  std::vector<FrameRef> frames;
  for (const FailedRange* r : s.stuck) {
    for (const Transmission& t : r->transmissions) frames.push_back(t.frame);
    frames.insert(frames.end(), r->hole_frames.begin(), r->hole_frames.end());
    if (r->flow_control) frames.push_back(r->flow_control->frame);
    if (!f.recovered) f.recovered = r->recovered;
    if (f.evidence_for.size() < 3) f.evidence_for.push_back(describe_failure(*r));
  }
  list_frames(std::move(frames), f);
  if (s.control) {
    f.evidence_for.push_back(
        fmt::format("on the same flow a smaller packet, {} bytes, first sent later, {} (frame {})",
                    s.control->size.bytes, s.holes ? "arrived" : "was acknowledged selectively",
                    s.control->frame.frame().value));
  }
  if (s.holes) {
    f.evidence_against.push_back(
        "the retransmissions are inferred: a capture at the sender would show them");
  }
  if (s.stuck_with_control < s.stuck_flows.size()) {
    f.evidence_for.push_back(fmt::format(
        "on {} of the stuck flows only packets without data followed, and these arrived",
        s.stuck_flows.size() - s.stuck_with_control));
  }
  f.evidence_for.push_back(
      fmt::format("flows by ports: stuck {}; well {}", ports_of(s.stuck_flows), ports_of(s.well)));
  if (s.well_meanwhile > 0) {
    f.evidence_for.push_back(fmt::format(
        "{} of the flows that are well began and ended while another one was stuck, so it is no "
        "matter of time",
        s.well_meanwhile));
  } else {
    f.evidence_against.push_back(
        "no flow began and ended well while another one was stuck: the path may have changed "
        "instead");
  }
}

}  // namespace

std::optional<Finding> black_hole_of_some_flows(const Path& path, unsigned direction,
                                                const std::vector<const FailedRange*>& refuted) {
  const PathDirection& d = path.directions[direction];
  const std::optional<Split> s = split_of(d, refuted);
  if (!s || s->well.size() < kMinFlows || s->chance >= kSuspectedBelow) return std::nullopt;
  // From the receiver a sender that is dying looks like it; not while others come and go.
  if (s->holes && (s->stuck_flows.size() < kMinFlows || s->well_meanwhile == 0))
    return std::nullopt;
  const bool sure = !s->holes && s->stuck_with_control >= kMinFlows &&
                    s->well_meanwhile >= kMinFlows && s->chance < kConfirmedBelow;
  Finding f{.kind = FindingKind::kPmtuBlackhole,
            .severity = Severity::kCritical,
            .confidence = sure ? Confidence::kConfirmed : Confidence::kSuspected};
  f.chance = s->chance;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.flow_count = s->stuck_flows.size();
  f.flows_well = s->well.size();
  for (const FlowDirection& flow : s->stuck_flows) {
    if (f.flows.size() < kMaxListedFlows) f.flows.push_back(flow);
  }
  f.vantage = vantage_of_loss(path, direction, !s->holes, s->holes);
  f.bracket.upper = s->size;
  for (const FlowDirection& flow : s->stuck_flows) {
    const FlowOutcome* const outcome = outcome_of(d, flow);
    if (outcome != nullptr && (!f.bracket.lower || outcome->largest_delivered > *f.bracket.lower))
      f.bracket.lower = outcome->largest_delivered;
  }
  for (const FailedRange* r : s->stuck) {
    if (!f.first_time || r->first < *f.first_time) f.first_time = r->first;
    if (!f.last_time || r->last > *f.last_time) f.last_time = r->last;
  }
  f.explanation = fmt::format(
      "On {} of {} flows packets of {} bytes or more from {} to {} never arrive, on the others "
      "they do: several links share the load by ports (ECMP), and one of them is narrower.",
      f.flow_count, f.flow_count + f.flows_well, s->size.bytes, to_string(*f.src),
      to_string(*f.dst));
  add_evidence(*s, f);
  return f;
}

std::optional<Finding> stuck_flows_question(const Path& path, unsigned direction,
                                            const std::vector<const FailedRange*>& refuted) {
  const PathDirection& d = path.directions[direction];
  SizeCase c;
  for (const FailedRange* f : refuted) {
    const FlowOutcome* const outcome = outcome_of(d, f->flow);
    const bool carries_them = outcome != nullptr && outcome->largest_delivered >= f->size;
    if (f->one_way || carries_them || !is_stuck_hole(*f, f->implied_transmissions)) continue;
    if (c.ranges.empty() || f->size < c.size) c.size = f->size;
    c.first = c.ranges.empty() ? f->first : std::min(c.first, f->first);
    c.last = std::max(c.last, f->last);
    c.ranges.push_back(f);
  }
  if (c.ranges.empty()) return std::nullopt;
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kNotTested;
  f.severity = Severity::kInfo;
  f.chance.reset();
  const auto largest = d.deliveries.largest();
  if (largest) f.bracket.lower = largest->size;
  f.explanation = fmt::format(
      "On {} from {} to {} packets of {} bytes were asked for in vain until the end, while smaller "
      "ones behind them arrived; on other connections packets as large did. Several links of which "
      "one is narrower (ECMP), loss, or a sender that stopped; this capture cannot tell.",
      counted(f.flow_count, "connection"), to_string(*f.src), to_string(*f.dst), c.size.bytes);
  f.evidence_against.push_back(
      fmt::format("what would tell: a capture at {}, or mtuscope probe {} from there",
                  to_string(*f.src), to_string(*f.dst)));
  return f;
}

}  // namespace mtuscope
