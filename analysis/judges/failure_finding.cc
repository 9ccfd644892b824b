#include "analysis/judges/failure_finding.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/recovery.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

void add_flows_and_frames(const SizeCase& c, Finding& finding) {
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

}  // namespace

Finding without_size(const Path& path, unsigned direction, const SizeCase& c) {
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

std::optional<Finding> stopped_flows(const Path& path, unsigned direction,
                                     const std::vector<const FailedRange*>& ranges,
                                     const OwnFlows& own) {
  if (!own.stopped()) return std::nullopt;
  SizeCase c{.ranges = ranges, .chance = own.chance, .holes_only = false};
  c.first = std::ranges::min_element(ranges, {}, &FailedRange::first)[0]->first;
  c.last = std::ranges::max_element(ranges, {}, &FailedRange::last)[0]->last;
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kDataUndelivered;
  f.severity = Severity::kWarning;
  const bool data_only = own.missed.empty();
  if (own.chance < kConfirmedBelow && !data_only) f.confidence = Confidence::kConfirmed;
  f.explanation = fmt::format(
      "From {} to {} {} of {} arrives any more, {}, while other connections between them go on: a "
      "firewall or NAT on the way has dropped or forgotten {}, it is not an MTU.",
      to_string(*f.src), to_string(*f.dst), data_only ? "no data" : "nothing",
      f.flow_count == 1 ? "one connection" : fmt::format("{} connections", f.flow_count),
      data_only ? "not even in small packets" : "whatever its size",
      f.flow_count == 1 ? "it" : "them");
  std::vector<FrameRef> all;
  for (const FailedRange* range : ranges) {
    for (const Transmission& t : range->transmissions) all.push_back(t.frame);
  }
  std::vector<FrameNumber> frames;
  for (const Unanswered& m : own.missed) {
    all.push_back(m.frame);
    frames.push_back(m.frame.frame());
  }
  list_frames(std::move(all), f);
  if (data_only) return f;
  std::ranges::sort(frames);
  f.evidence_for.push_back(fmt::format(
      "smaller packets of the same connection{} did not arrive since either, down to {} bytes ({})",
      f.flow_count == 1 ? "" : "s", own.smallest().bytes, describe_frames(frames)));
  return f;
}

Finding black_hole_finding(const Path& path, unsigned direction, const SizeCase& c,
                           Confidence confidence) {
  const PathDirection& d = path.directions[direction];
  Finding f;
  f.kind = FindingKind::kPmtuBlackhole;
  f.severity = Severity::kCritical;
  f.confidence = confidence;
  f.chance = c.size_chance;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.bracket = bracket_of(c);
  f.first_time = c.first;
  f.last_time = c.last;
  f.vantage = vantage_of_loss(path, direction, !c.holes_only,
                              std::ranges::any_of(c.ranges, [](auto* r) { return r->hole; }));
  if (c.cut_smaller != nullptr) f.recovered = c.cut_smaller->recovered;
  add_flows_and_frames(c, f);

  if (c.shrunk()) f.shrinkage = Shrinkage{c.delivered_before->sent, c.first};

  const std::string way = fmt::format("{} -> {}", to_string(*f.src), to_string(*f.dst));
  f.explanation = fmt::format(
      "Packets of {} bytes {} from {} to {}{}", c.size.bytes,
      c.shrunk() ? "no longer arrive" : "never arrive", to_string(*f.src), to_string(*f.dst),
      f.bracket.lower ? fmt::format(", while packets of up to {} bytes do.", f.bracket.lower->bytes)
                      : std::string("."));
  if (f.shrinkage) {
    f.explanation +=
        fmt::format(" The path shrank between {} and {}.", clock_time(f.shrinkage->last_delivery),
                    clock_time(f.shrinkage->first_failure));
  }

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
        fmt::format("the same bytes arrived once they were {} {} bytes{}, {} after the first "
                    "try (frame {})",
                    r.size < c.size ? "cut into packets of" : "sent in packets of", r.size.bytes,
                    r.df_cleared ? " without DF, which routers may cut" : "",
                    readable_duration(r.after), c.cut_smaller->recovered_frame.frame().value));
    if (r.stack) f.evidence_for.push_back(describe_stack(r));
  }
  if (c.control) {
    const uint64_t frame = c.control->frame.frame().value, proof = c.control->proof.frame().value;
    f.evidence_for.push_back(fmt::format(
        "a smaller packet in the same direction, {} bytes, sent after the first failure, arrived "
        "(frame {}{})",
        c.control->size.bytes, frame,
        proof == frame ? "" : fmt::format(", shown by frame {}", proof)));
  } else {
    f.evidence_against.push_back(
        "no smaller packet was sent after the first failure, so nothing shows that smaller ones "
        "still passed then");
  }
  if (!c.shrunk()) {
    f.evidence_for.push_back(
        fmt::format("no packet of {} bytes or more ever arrived {}", c.size.bytes, way));
  } else {
    const std::string failed =
        c.first_frame ? fmt::format(" (frame {})", c.first_frame.frame().value) : std::string();
    f.evidence_for.push_back(fmt::format(
        "the path shrank between {}, when the last packet of that size that arrived was sent "
        "(frame {}), and {}, when the first that did not was{}",
        clock_time(c.delivered_before->sent), c.delivered_before->frame.frame().value,
        clock_time(c.first), failed));
    f.evidence_against.push_back(fmt::format(
        "packets of {} bytes arrived until {} before the first failure, so "
        "something else may have changed then",
        c.delivered_before->size.bytes, readable_duration(c.first - c.delivered_before->sent)));
  }
  f.lost_in_receiver = !c.holes_only && is_at_receiver(path, direction);
  if (f.lost_in_receiver) {
    const auto& answered = d.answered_within;
    const std::string how =
        d.incoming || !answered
            ? std::string("where they were captured")
            : fmt::format("which answers in {} us as seen here", answered->ns / 1000);
    f.evidence_for.push_back(fmt::format(
        "they came as far as {}, {}, and were lost there: as by its firewall, or on an interface, "
        "bridge or virtual port of it",
        to_string(*f.dst), how));
  } else if (!c.holes_only && is_next_to_receiver(path, direction)) {
    f.evidence_for.push_back(fmt::format(
        "they came by here, and no router lies between here and {}, as the TTL of its packets "
        "shows: they were lost in that host, as by its firewall, or on a bridge or tunnel to it",
        to_string(*f.dst)));
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
  if (c.holes_only && c.cut_smaller != nullptr && !f.recovered->stack) {
    f.evidence_against.push_back(
        "a PTB may have told the sender in the end: a capture there would show it");
  }
  if (c.own.doubtful()) {
    f.evidence_against.push_back(fmt::format(
        "of the same connection nothing smaller is seen to arrive either: packets down to {} bytes "
        "stayed unanswered, so something on the way may have dropped the connection instead",
        c.own.smallest().bytes));
  }
  if (c.one_way) f.evidence_against.push_back("only this direction of the flow was captured");
  if (!c.acknowledged && !c.one_way) {
    f.evidence_against.push_back(fmt::format(
        "no acknowledgement without data came from {} since the first failure: these may be what "
        "is lost",
        to_string(*f.dst)));
  }
  if (c.joined && !c.own.control && !c.own.doubtful()) {
    f.evidence_against.push_back(
        "what arrived belongs to other connections: those that hang were open before the capture "
        "began, and something on the way may have dropped them");
  }
  return f;
}

std::optional<Finding> data_undelivered(const Path& path, unsigned direction, const SizeCase& c) {
  const PathDirection& d = path.directions[direction];
  const auto largest = d.deliveries.largest();
  if (d.data_arrived || c.size >= kSmallestCredibleFailure || c.chance >= kSuspectedBelow ||
      c.holes_only || c.one_way || !largest || largest->size > kBareHeaders ||
      !(c.control || c.other_direction_alive)) {
    return std::nullopt;
  }
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kDataUndelivered;
  f.severity = Severity::kWarning;
  if (c.chance < kConfirmedBelow) f.confidence = Confidence::kConfirmed;
  f.explanation = fmt::format(
      "The handshake passes from {} to {}, but no data of any size does, down to packets of {} "
      "bytes: a filter, not an MTU.",
      to_string(*f.src), to_string(*f.dst), c.size.bytes);
  f.evidence_for.push_back(c.control
                               ? fmt::format("a packet without data arrived meanwhile (frame {})",
                                             c.control->frame.frame().value)
                               : std::string("the other direction was alive meanwhile"));
  return f;
}

namespace {

// Why it is not said what became of a packet that never came by.
std::string doubt_about_hole(const Path& path, const SizeCase& c) {
  if (c.events >= kMinImplied) return "loss may explain that as well as its size";
  constexpr Duration kNoTime = Duration::milliseconds(100), kSilence = Duration::milliseconds(1000);
  const Duration left = path.watched_until() - c.first;
  if (path.watched_until() - c.last >= kSilence) {
    return fmt::format(
        "nothing more came by between these hosts in the {} until the capture ends: a black "
        "hole, an outage, or a sender that stopped",
        readable_duration(left));
  }
  if (c.paused.ns > 0 && !c.asked_for) {
    return fmt::format(
        "before these nothing of the connection had come by for {}: a black hole, an outage, or an "
        "answer that had only just begun",
        readable_duration(c.paused));
  }
  const std::string when =
      left < kNoTime ? std::string("right after that") : readable_duration(left) + " later";
  return fmt::format("{} the capture ends: lost for good, or not sent again yet", when);
}

std::string smaller_went_on(const PathDirection& d, const SizeCase& c) {
  const auto smaller = d.deliveries.largest_below(c.size, c.first - c.silent);
  return smaller && smaller->size > kBareHeaders
             ? fmt::format(", while packets of up to {} bytes did", smaller->size.bytes)
             : std::string();
}

// What happened `from_to`, and what it may have been.
std::string open_words(const Path& path, const PathDirection& d, const SizeCase& c, uint64_t flows,
                       const std::string& from_to) {
  if (c.own.doubtful() && c.control) {
    const bool one = flows == 1;
    return fmt::format(
        "Packets of {} bytes {} never arrived, nor did smaller ones of the same connection{}, down "
        "to {} bytes, while others carry up to {}: something on the way dropped {}, or the path is "
        "narrower than that; this capture cannot tell.",
        c.size.bytes, from_to, one ? "" : "s", c.own.smallest().bytes, c.control->size.bytes,
        one ? "this one" : "these");
  }
  if (c.size < kSmallestCredibleFailure && c.control) {
    return fmt::format(
        "Packets of {} bytes {} stayed unanswered, while others carry up to {}: paths are not that "
        "narrow, so rather a filter, or something on the way dropped the connection; this capture "
        "cannot tell.",
        c.size.bytes, from_to, c.control->size.bytes);
  }
  if (c.shrunk() && c.holes_only && !c.asked_for) {
    const Duration since = c.silent.ns > 0 ? c.silent : path.watched_until() - c.first;
    return fmt::format(
        "Packets of {} bytes {} stopped arriving on {} for {}, though more was sent, as the "
        "numbers of those behind it show{}: a path that shrank, or an outage, or something dropped "
        "the data; this capture cannot tell.",
        c.size.bytes, from_to, counted(flows, "connection"), readable_duration(since),
        smaller_went_on(d, c));
  }
  if (c.shrunk() && c.size < kSmallestCredibleFailure) {
    return fmt::format(
        "Packets of {} bytes {} stopped arriving, and nothing else is seen to arrive since: an "
        "outage, or something on the way dropped the connection; this capture cannot tell.",
        c.size.bytes, from_to);
  }
  if (c.shrunk()) {
    return fmt::format(
        "Packets of {} bytes {} stopped arriving, and nothing smaller is seen to arrive since: an "
        "outage, or a path that shrank; this capture cannot tell.",
        c.size.bytes, from_to);
  }
  if (c.holes_only) {
    return fmt::format(
        "A packet of about {} bytes {} is missing{}; {}.", c.size.bytes, from_to,
        c.asked_for ? " and was asked for" : ", as the numbers of those behind it show",
        doubt_about_hole(path, c));
  }
  if (c.one_way) {
    return fmt::format(
        "Packets of {} bytes {} were sent again and again, and of what came back nothing was "
        "captured: this capture cannot tell what arrived.",
        c.size.bytes, from_to);
  }
  if (!c.control) {
    return fmt::format(
        "Packets of {} bytes {} never arrived, and nothing smaller is seen to arrive since: a "
        "black hole or an outage; this capture cannot tell.",
        c.size.bytes, from_to);
  }
  return fmt::format(
      "Packets of {} bytes {} stayed unanswered, but loss may explain it as well as size.",
      c.size.bytes, from_to);
}

std::string what_would_tell(const Finding& f, bool one_way) {
  if (one_way) {
    return fmt::format("what would tell: a capture of both directions at {}", to_string(*f.src));
  }
  return fmt::format(
      "what would tell: a small packet in the same direction while it hangs (ping {} from {}), or "
      "a longer capture at {}",
      to_string(*f.dst), to_string(*f.src), to_string(*f.src));
}

}  // namespace

Finding open_question(const Path& path, unsigned direction, const SizeCase& c) {
  Finding f = without_size(path, direction, c);
  f.kind = FindingKind::kNotTested;
  f.severity = Severity::kInfo;
  if (const auto largest = path.directions[direction].deliveries.largest())
    f.bracket.lower = largest->size;
  f.explanation = open_words(path, path.directions[direction], c, f.flow_count,
                             fmt::format("from {} to {}", to_string(*f.src), to_string(*f.dst)));
  f.evidence_against.push_back(what_would_tell(f, c.one_way));
  return f;
}

}  // namespace mtuscope
