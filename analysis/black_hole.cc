#include "analysis/black_hole.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/chance.h"
#include "analysis/evidence_text.h"
#include "analysis/failed_range.h"
#include "analysis/vantage.h"

namespace mtuscope {

namespace {

constexpr double kConfirmedBelow = 0.001;
constexpr double kSuspectedBelow = 0.05;
// Every IPv4 path carries 68 and every host takes 576 (RFC 791); nobody runs links so small today.
// Failures at such sizes with nothing but bare headers arriving are a filter, not an MTU.
constexpr IpSize kSmallestCredibleFailure{577};
constexpr IpSize kBareHeaders{120};
// The usual minimum of a retransmission timeout beyond the RTT.
constexpr Duration kTimeout = Duration::milliseconds(200);
// A hole must have been open for so many sendings of a TCP sender.
constexpr uint32_t kMinImplied = 3;

// The failures of one direction that can be held against a size S, and what speaks for it.
struct Case {
  IpSize size;                             // S
  std::vector<const FailedRange*> ranges;  // failed at S or more, none vetoed
  Timestamp first, last;
  Duration rtt{0};
  uint64_t events = 0;  // loss events, one RTT apart
  uint64_t opportunities = 0;
  double chance = 1;
  std::optional<Delivery> control;           // smaller, sent after `first`, delivered
  bool controlled_later = false;             // ... later than the first timeout
  std::optional<Delivery> delivered_before;  // at least S, sent before `first`
  std::optional<Delivery> largest_before;    // smaller, sent before `first`
  bool other_direction_alive = false;
  bool flow_alive = false;  // the receiver of one of `ranges` was heard after its first failure
  double own_chance = 1;    // as `chance`, of the failures at exactly S
  const FailedRange* cut_smaller = nullptr;  // rule 4
  bool holes_only = true;
  bool one_way = true;
  size_t smaller_failures = 0;

  bool shrunk() const { return delivered_before.has_value(); }
};

// Rule 3: a packet at least as large, sent after the first failure, was delivered.
bool vetoed(const PathDirection& d, const FailedRange& f) {
  const auto later = d.deliveries.latest_of_at_least(f.size);
  return later && later->sent >= f.first;
}

bool countable(const FailedRange& f) { return !f.handshake; }

Case build_case(const Path& path, unsigned direction, IpSize size,
                const std::vector<const FailedRange*>& standing) {
  const PathDirection& d = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  Case c{.size = size};
  std::vector<Timestamp> times, own_times;
  uint64_t own_events = 0;
  for (const FailedRange* f : standing) {
    if (f->size < size) {
      ++c.smaller_failures;
      continue;
    }
    if (c.ranges.empty() || f->first < c.first) c.first = f->first;
    if (c.ranges.empty() || f->last > c.last) c.last = f->last;
    c.ranges.push_back(f);
    c.rtt = std::max(c.rtt, f->rtt);
    for (const Transmission& t : f->transmissions) times.push_back(t.time);
    if (f->hole) c.events = std::max<uint64_t>(c.events, f->implied_transmissions);
    if (f->recovered && c.cut_smaller == nullptr) c.cut_smaller = f;
    c.holes_only = c.holes_only && f->hole;
    c.one_way = c.one_way && f->one_way;
    c.flow_alive = c.flow_alive || f->peer_alive;
    if (f->size > size) continue;
    if (f->hole) own_events = std::max<uint64_t>(own_events, f->implied_transmissions);
    for (const Transmission& t : f->transmissions) own_times.push_back(t.time);
  }
  own_events = std::max<uint64_t>(own_events, separate_events(std::move(own_times), c.rtt));
  c.events = std::max<uint64_t>(c.events, separate_events(std::move(times), c.rtt));
  const LossCount large = d.sizes.from(size);
  c.opportunities = large.delivered + std::max<uint64_t>(c.ranges.size(), d.failures_total);
  c.chance = chance_of_luck(d.sizes.below(size), c.events, c.opportunities);
  c.own_chance = chance_of_luck(d.sizes.below(size), own_events, c.opportunities);
  // What reveals a hole was sent after the packet that is missing.
  const Timestamp since = c.holes_only ? c.first - Duration{1} : c.first;
  c.control = d.deliveries.largest_below(size, since);
  c.controlled_later = d.deliveries.largest_below(size, c.first + c.rtt + kTimeout).has_value();
  c.delivered_before = d.deliveries.latest_of_at_least(size);
  if (!c.delivered_before) c.largest_before = d.deliveries.largest();
  c.other_direction_alive = back.last_packet && *back.last_packet > c.first + c.rtt;
  return c;
}

// What the evidence allows to be said, before the ceilings of vantage and one-way captures.
std::optional<Confidence> confidence_of(const Case& c) {
  if (c.holes_only && c.events < kMinImplied) return std::nullopt;
  if (c.cut_smaller != nullptr) {
    // Rule 4 needs no small chance, but heavy loss can look like it: then luck must be unlikely.
    if (c.chance < kSuspectedBelow) return Confidence::kConfirmed;
    return std::nullopt;
  }
  if (c.chance >= kSuspectedBelow) return std::nullopt;
  if (!c.control) {
    const bool bulk_from_the_start = !c.shrunk() && c.largest_before && c.other_direction_alive;
    if (bulk_from_the_start) return Confidence::kSuspected;
    return std::nullopt;
  }
  if (c.chance >= kConfirmedBelow) return Confidence::kSuspected;
  // Such sizes did pass before: the path shrank, or it broke just then, or (a NAT forgot the flow)
  // only this flow broke. Life of the flow and small packets that arrive after the first timeout
  // tell.
  if (c.shrunk() && !(c.flow_alive && c.controlled_later)) return Confidence::kSuspected;
  return Confidence::kConfirmed;
}

Confidence ceiling(const Case& c, Confidence confidence) {
  if (c.one_way || c.smaller_failures > 0) return Confidence::kSuspected;
  if (c.holes_only && c.cut_smaller == nullptr) {
    // The retransmissions are inferred: one stuck flow may have other reasons.
    std::vector<FlowDirection> flows;
    for (const FailedRange* f : c.ranges) {
      if (std::ranges::find(flows, f->flow) == flows.end()) flows.push_back(f->flow);
    }
    if (flows.size() < 2) return Confidence::kSuspected;
  }
  return confidence;
}

void add_flows_and_frames(const Case& c, Finding& finding) {
  std::vector<FrameRef> frames;
  for (const FailedRange* f : c.ranges) {
    if (std::ranges::find(finding.flows, f->flow) == finding.flows.end()) {
      ++finding.flow_count;
      if (finding.flows.size() < kMaxListedFlows) finding.flows.push_back(f->flow);
    }
    for (const Transmission& t : f->transmissions) frames.push_back(t.frame);
    frames.insert(frames.end(), f->hole_frames.begin(), f->hole_frames.end());
    if (f->recovered) frames.push_back(f->recovered_frame);
  }
  if (c.control) {
    frames.push_back(c.control->frame);
    frames.push_back(c.control->proof);
  }
  list_frames(frames, finding);
}

Bracket bracket_of(const Case& c) {
  Bracket bracket;
  bracket.upper = c.size;
  // Where larger packets passed before, only what passed since says anything about the path now.
  std::optional<IpSize> lower;
  if (c.control) lower = c.control->size;
  if (c.largest_before && (!lower || c.largest_before->size > *lower))
    lower = c.largest_before->size;
  if (c.cut_smaller != nullptr) {
    const IpSize cut = c.cut_smaller->recovered->size;
    if (cut < c.size && (!lower || cut > *lower)) lower = cut;
  }
  bracket.lower = lower;
  return bracket;
}

Finding describe(const Path& path, unsigned direction, const Case& c, Confidence confidence) {
  const PathDirection& d = path.directions[direction];
  Finding f;
  f.kind = FindingKind::kPmtuBlackhole;
  f.severity = Severity::kCritical;
  f.confidence = confidence;
  f.chance = c.chance;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.bracket = bracket_of(c);
  f.first_time = c.first;
  f.last_time = c.last;
  f.vantage = vantage_of_loss(path, direction, !c.holes_only,
                              std::ranges::any_of(c.ranges, [](auto* r) { return r->hole; }));
  if (c.cut_smaller != nullptr) f.recovered = c.cut_smaller->recovered;
  add_flows_and_frames(c, f);

  const std::string way = fmt::format("{} -> {}", to_string(*f.src), to_string(*f.dst));
  f.explanation = fmt::format(
      "Packets of {} bytes {} from {} to {}{}", c.size.bytes,
      c.shrunk() ? "no longer arrive" : "never arrive", to_string(*f.src), to_string(*f.dst),
      f.bracket.lower ? fmt::format(", while packets of up to {} bytes do.", f.bracket.lower->bytes)
                      : std::string("."));

  for (size_t i = 0; i < std::min<size_t>(c.ranges.size(), 3); ++i) {
    f.evidence_for.push_back(describe_failure(*c.ranges[i]));
  }
  if (c.ranges.size() > 3) {
    f.evidence_for.push_back(
        fmt::format("{} more ranges failed the same way", c.ranges.size() - 3));
  }
  if (c.cut_smaller != nullptr) {
    const Recovery& r = *c.cut_smaller->recovered;
    f.evidence_for.push_back(
        fmt::format("the same bytes arrived once they were cut into packets of {} bytes, {:.1f} s "
                    "after the first try (frame {})",
                    r.size.bytes, r.after.seconds(), c.cut_smaller->recovered_frame.frame().value));
  }
  if (c.control) {
    f.evidence_for.push_back(fmt::format(
        "a smaller packet in the same direction, {} bytes, sent after the first failure, arrived "
        "(frame {}, shown by frame {})",
        c.control->size.bytes, c.control->frame.frame().value, c.control->proof.frame().value));
  } else {
    f.evidence_against.push_back(
        "no smaller packet was sent after the first failure, so nothing shows that smaller ones "
        "still passed then");
  }
  if (!c.shrunk()) {
    f.evidence_for.push_back(
        fmt::format("no packet of {} bytes or more ever arrived {}", c.size.bytes, way));
  } else {
    f.evidence_against.push_back(fmt::format(
        "packets of {} bytes arrived until {:.3f} s before the first failure (frame {}): the path "
        "has shrunk since, or something else changed then",
        c.delivered_before->size.bytes, (c.first - c.delivered_before->sent).seconds(),
        c.delivered_before->frame.frame().value));
  }
  const LossCount smaller = d.sizes.below(c.size);
  if (smaller.lost > 0) {
    f.evidence_against.push_back(fmt::format("of the smaller packets, {} of {} were lost too",
                                             smaller.lost, smaller.lost + smaller.delivered));
  }
  if (c.smaller_failures > 0) {
    f.evidence_against.push_back(
        fmt::format("{} smaller ranges failed too, so not everything below the limit arrives",
                    c.smaller_failures));
  }
  if (c.holes_only && c.cut_smaller == nullptr) {
    f.evidence_against.push_back(
        "the retransmissions are inferred: a capture at the sender would show them");
  }
  if (c.one_way) f.evidence_against.push_back("only this direction of the flow was captured");
  return f;
}

Finding without_size(const Path& path, unsigned direction, const Case& c) {
  Finding f;
  f.confidence = Confidence::kSuspected;
  f.severity = Severity::kCritical;
  f.chance = c.chance;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.first_time = c.first;
  f.last_time = c.last;
  f.vantage = vantage_of_loss(path, direction, !c.holes_only, c.holes_only);
  add_flows_and_frames(c, f);
  f.evidence_for.push_back(describe_failure(*c.ranges.front()));
  return f;
}

// The handshake passes and then no data of any size does, down to small packets (DESIGN section 3).
std::optional<Finding> data_undelivered(const Path& path, unsigned direction, const Case& c) {
  const auto largest = path.directions[direction].deliveries.largest();
  if (c.size >= kSmallestCredibleFailure || c.chance >= kSuspectedBelow || c.holes_only ||
      c.one_way || !largest || largest->size > kBareHeaders ||
      !(c.control || c.other_direction_alive)) {
    return std::nullopt;
  }
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kDataUndelivered;
  f.severity = Severity::kWarning;
  if (c.chance < kConfirmedBelow) f.confidence = Confidence::kConfirmed;
  f.explanation = fmt::format(
      "The handshake passes from {} to {}, but no data of any size does, down to packets of {} "
      "bytes: "
      "a filter, not an MTU.",
      to_string(*f.src), to_string(*f.dst), c.size.bytes);
  f.evidence_for.push_back(c.control
                               ? fmt::format("a packet without data arrived meanwhile (frame {})",
                                             c.control->frame.frame().value)
                               : std::string("the other direction was alive meanwhile"));
  return f;
}

// Nothing of any size passed any more: two flows or more, or small packets too (DESIGN section 3).
std::optional<Finding> path_outage(const Path& path, unsigned direction, const Case& c) {
  if (c.control || c.chance >= kSuspectedBelow || c.holes_only || c.one_way) return std::nullopt;
  Finding f = without_size(path, direction, c);
  if (f.flow_count < 2 && c.size >= kSmallestCredibleFailure) return std::nullopt;
  f.kind = FindingKind::kPathOutage;
  f.explanation = fmt::format("From {} to {} nothing of any size arrived any more.",
                              to_string(*f.src), to_string(*f.dst));
  if (c.size >= kSmallestCredibleFailure) {
    f.evidence_against.push_back(
        fmt::format("all that was sent had {} bytes or more, so a path that shrank below that "
                    "would look the same",
                    c.size.bytes));
  }
  return f;
}

// What the failures leave open, and what would tell.
Finding open_question(const Path& path, unsigned direction, const Case& c) {
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kNotTested;
  f.severity = Severity::kInfo;
  const std::string from_to = fmt::format("from {} to {}", to_string(*f.src), to_string(*f.dst));
  if (const auto largest = path.directions[direction].deliveries.largest())
    f.bracket.lower = largest->size;
  if (c.shrunk()) {
    f.explanation = fmt::format(
        "Packets of {} bytes {} stopped arriving, and nothing smaller was sent meanwhile: an "
        "outage, or a "
        "path that shrank; this capture cannot tell.",
        c.size.bytes, from_to);
  } else if (c.holes_only) {
    f.explanation = fmt::format(
        "A packet of about {} bytes {} is missing and was asked for, but the capture shows it for "
        "{:.1f} s "
        "only: lost for good, or not sent again yet.",
        c.size.bytes, from_to, (c.last - c.first).seconds());
  } else if (!c.control) {
    f.explanation = fmt::format(
        "Packets of {} bytes {} never arrived, but nothing smaller was sent meanwhile and nothing "
        "came "
        "back: a black hole or an outage; this capture cannot tell.",
        c.size.bytes, from_to);
  } else {
    f.explanation = fmt::format(
        "Packets of {} bytes {} stayed unanswered, but loss may explain it as well as size.",
        c.size.bytes, from_to);
  }
  f.evidence_against.push_back(
      fmt::format("what would tell: a small packet in the same direction while it hangs (ping {} "
                  "from {}), or a longer "
                  "capture at {}",
                  to_string(*f.dst), to_string(*f.src), to_string(*f.src)));
  return f;
}

}  // namespace

BlackHoleVerdict judge_black_hole(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  std::vector<const FailedRange*> standing;
  for (const FailedRange& f : d.failures) {
    if (countable(f) && !vetoed(d, f)) standing.push_back(&f);
  }
  BlackHoleVerdict verdict;
  if (standing.empty()) return verdict;
  std::ranges::stable_sort(standing, {}, [](const FailedRange* f) { return f->size; });

  for (size_t i = 0, next; i < standing.size(); i = next) {
    next = i + 1;
    while (next < standing.size() && standing[next]->size == standing[i]->size) ++next;
    const Case c = build_case(path, direction, standing[i]->size, standing);
    if (next < standing.size() && c.own_chance >= kSuspectedBelow) {
      // Larger packets may fail for their size; these had bad luck, and say nothing about a limit.
      standing.erase(standing.begin() + static_cast<std::ptrdiff_t>(i),
                     standing.begin() + static_cast<std::ptrdiff_t>(next));
      next = i;
      continue;
    }
    verdict.lost_from = c.size;
    if ((verdict.finding = data_undelivered(path, direction, c))) return verdict;
    const bool too_small = c.size < kSmallestCredibleFailure && c.cut_smaller == nullptr &&
                           (!c.control || c.control->size <= kBareHeaders);
    if (too_small) continue;
    if (const auto confidence = confidence_of(c)) {
      verdict.finding = describe(path, direction, c, ceiling(c, *confidence));
      return verdict;
    }
  }
  const Case widest = build_case(path, direction, standing.front()->size, standing);
  verdict.finding = path_outage(path, direction, widest);
  // Failures that luck explains are loss, and told as such.
  const bool worth_asking =
      widest.chance < kSuspectedBelow || (widest.holes_only && !widest.shrunk());
  if (!verdict.finding && worth_asking) verdict.undecided = open_question(path, direction, widest);
  verdict.lost_from.reset();
  if (verdict.finding || verdict.undecided) verdict.lost_from = widest.size;
  return verdict;
}

}  // namespace mtuscope
