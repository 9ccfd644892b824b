#include "analysis/judges/ptb_findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"

namespace mtuscope {

namespace {

constexpr uint32_t kMinAbove = 2;  // docs/findings.md, ptb-ignored
// A router that limits its ICMP may say it late (Linux: one a second and host).
constexpr Duration kAnnouncedWithin = Duration::milliseconds(1500);
constexpr Duration kSettling = Duration::milliseconds(20);

// A packet above the MTU that was sent after the sender could know arrived all the same: the path
// is another one by now, or the PTB was never right.
bool outdated(const PtbCase& c, const PathDirection& d) {
  const auto larger = d.deliveries.latest_of_at_least(IpSize{c.mtu.bytes + 1});
  return larger && larger->sent > c.first + c.rtt + kSettling;
}

bool ignored(const PtbCase& c, const PathDirection& d) {
  return !c.obeyed && c.above.count >= kMinAbove && !outdated(c, d);
}

bool worked(const PtbCase& c) { return c.obeyed && c.delivered; }

std::string sizes_of(const PacketsAbove& above) {
  if (above.smallest == above.largest) return fmt::format("{} bytes", above.largest.bytes);
  return fmt::format("{} to {} bytes", above.smallest.bytes, above.largest.bytes);
}

std::string sent_above(const PacketsAbove& above) {
  std::vector<FrameNumber> frames;
  for (size_t i = 0; i < above.kept(); ++i) frames.push_back(above.frames[i].frame());
  return fmt::format("{} of {}, for {} ({}{})", counted(above.count, "packet"), sizes_of(above),
                     readable_duration(above.last - above.first), describe_frames(frames),
                     above.count > above.kept() ? ", ..." : "");
}

std::string told(const PtbCase& c) {
  return fmt::format("{} reported an MTU of {} bytes about a packet of {} bytes of {} (frame {}{})",
                     to_string(c.reporter), c.mtu.bytes, c.quoted.bytes, describe(c.flow),
                     c.first_frame.frame().value,
                     c.count == 1 ? "" : fmt::format("; {} times in all", c.count));
}

Finding about(const Path& path, unsigned direction, const PtbCase& c) {
  Finding f;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.vantage = vantage_of(path, direction);
  f.pmtu = c.mtu;
  f.reporter = c.reporter;
  f.first_time = f.last_time = c.first;
  f.confidence = Confidence::kConfirmed;
  return f;
}

void add_flow(const FlowDirection& flow, Finding& f) {
  if (std::ranges::find(f.flows, flow) != f.flows.end()) return;
  ++f.flow_count;
  if (f.flows.size() < kMaxListedFlows) f.flows.push_back(flow);
}

std::vector<const PtbCase*> cases_of(const PathDirection& d, auto&& wanted) {
  std::vector<const PtbCase*> cases;
  for (const PtbCase& c : d.ptbs) {
    if (wanted(c)) cases.push_back(&c);
  }
  std::ranges::stable_sort(cases, {}, [](const PtbCase* c) { return c->mtu; });
  return cases;
}

// Flows of the path that no PTB quoted, and that failed above the MTU after it had been reported to
// another one. A host keeps the MTU for the destination (RFC 1191 3), so they should have known.
std::vector<const FailedRange*> untold_failures(const PathDirection& d, const PtbCase& c) {
  std::vector<const FailedRange*> failures;
  for (const FailedRange& r : d.failures) {
    const bool told =
        std::ranges::any_of(d.ptbs, [&](const PtbCase& o) { return o.flow == r.flow; });
    const auto later = std::ranges::count_if(r.transmissions, [&](const Transmission& t) {
      return t.size > c.mtu && t.dont_fragment && t.time > c.first + r.rtt + kSettling;
    });
    if (!told && later >= kMinAbove && was_announced(r, d)) failures.push_back(&r);
  }
  return failures;
}

void say_presumed(const PtbCase& c, Finding& f) {
  if (!c.presumed) return;
  f.confidence = Confidence::kSuspected;
  f.evidence_against.push_back(
      "the capture cut off what the PTB quotes (a snaplen that is too short); nothing else as "
      "large was in flight from there");
}

void say_where(Finding& f, const std::string& way) {
  if (f.vantage == Vantage::kSender) return;
  f.confidence = Confidence::kSuspected;
  f.evidence_against.push_back(fmt::format(
      "this was not captured at {}: whether the PTBs reached it is not known; a capture "
      "there would tell",
      way));
}

Finding ignored_by(const Path& path, unsigned direction, const std::vector<const PtbCase*>& cases) {
  const PtbCase& lowest = *cases.front();
  Finding f = about(path, direction, lowest);
  f.kind = FindingKind::kPtbIgnored;
  f.severity = Severity::kCritical;
  f.bracket.upper = IpSize{lowest.mtu.bytes + 1};
  if (const auto smaller =
          path.directions[direction].deliveries.largest_below(*f.bracket.upper, Timestamp{})) {
    f.bracket.lower = smaller->size;
  }
  std::vector<FrameRef> frames;
  uint32_t above = 0;
  for (const PtbCase* c : cases) {
    add_flow(c->flow, f);
    above += c->above.count;
    frames.push_back(c->first_frame);
    frames.insert(frames.end(), c->above.frames.begin(), c->above.frames.end());
    f.first_time = std::min(*f.first_time, c->first);
    f.last_time = std::max(*f.last_time, c->above.last);
    if (f.evidence_for.size() >= 6) continue;
    f.evidence_for.push_back(told(*c));
    f.evidence_for.push_back("sent above it afterwards: " + sent_above(c->above));
  }
  const std::string src = to_string(*f.src), dst = to_string(*f.dst);
  if (f.vantage == Vantage::kSender) {
    f.explanation = fmt::format(
        "{} was told by {} that packets to {} may have {} bytes, and went on sending larger ones: "
        "{}.",
        src, to_string(lowest.reporter), dst, lowest.mtu.bytes, above);
  } else {
    f.explanation = fmt::format(
        "{} told {} that packets to {} may have {} bytes, and it was not obeyed ({} larger ones "
        "followed): it may not have reached {}.",
        to_string(lowest.reporter), src, dst, lowest.mtu.bytes, above, src);
  }
  say_where(f, src);
  say_presumed(lowest, f);
  list_frames(std::move(frames), f);
  return f;
}

Finding not_followed_by(const Path& path, unsigned direction, const PtbCase& c,
                        const std::vector<const FailedRange*>& failures) {
  Finding f = about(path, direction, c);
  f.kind = FindingKind::kPtbIgnored;
  f.severity = Severity::kCritical;
  f.confidence = Confidence::kSuspected;
  f.bracket.upper = IpSize{c.mtu.bytes + 1};
  if (worked(c) && c.obeyed_size.bytes != 0) f.bracket.lower = c.obeyed_size;
  std::vector<FrameRef> frames{c.first_frame};
  f.evidence_for.push_back(told(c));
  for (const FailedRange* r : failures) {
    add_flow(r->flow, f);
    for (const Transmission& t : r->transmissions) frames.push_back(t.frame);
    f.last_time = std::max(*f.last_time, r->last);
    if (f.evidence_for.size() < 6) f.evidence_for.push_back(describe_failure(*r));
  }
  f.explanation = fmt::format(
      "{} told one flow from {} to {} that packets may have {} bytes; {} more went on above that, "
      "and nothing of it arrived.",
      to_string(c.reporter), to_string(*f.src), to_string(*f.dst), c.mtu.bytes, f.flow_count);
  f.evidence_against.push_back(
      "they were not told themselves: a host keeps the MTU for the destination, so these may come "
      "from another host behind the same address");
  list_frames(std::move(frames), f);
  return f;
}

std::string how_it_worked(const PtbCase& c) {
  const std::string what = c.df_cleared ? "without DF, so that routers may cut them"
                           : c.obeyed_size.bytes != 0
                               ? fmt::format("in packets of {} bytes", c.obeyed_size.bytes)
                               : std::string("in segments that offload hides");
  return fmt::format(
      "{} later the same bytes were sent {} (frame {}), and acknowledged after another {} (frame "
      "{})",
      readable_duration(*c.obeyed - c.first), what, c.obeyed_frame.frame().value,
      readable_duration(*c.delivered - *c.obeyed), c.delivered_frame.frame().value);
}

}  // namespace

bool was_announced(const FailedRange& failure, const PathDirection& direction) {
  return std::ranges::any_of(direction.ptbs, [&](const PtbCase& c) {
    return failure.size > c.mtu && c.first <= failure.last + failure.rtt + kAnnouncedWithin &&
           c.last >= failure.first;
  });
}

std::optional<Finding> ptb_ignored(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const auto cases = cases_of(d, [&](const PtbCase& c) { return ignored(c, d); });
  if (!cases.empty()) return ignored_by(path, direction, cases);
  for (const PtbCase* c : cases_of(d, [&](const PtbCase& o) { return !outdated(o, d); })) {
    const auto failures = untold_failures(d, *c);
    if (!failures.empty()) return not_followed_by(path, direction, *c, failures);
  }
  return std::nullopt;
}

std::optional<Finding> pmtud_working(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const auto cases = cases_of(d, worked);
  if (cases.empty()) return std::nullopt;
  const PtbCase& c = *cases.front();
  Finding f = about(path, direction, c);
  f.kind = FindingKind::kPmtudWorking;
  f.severity = Severity::kInfo;
  if (c.obeyed_size.bytes != 0 && !c.df_cleared) f.bracket.lower = c.obeyed_size;
  if (!outdated(c, d)) f.bracket.upper = IpSize{c.mtu.bytes + 1};
  std::vector<FrameRef> frames;
  for (const PtbCase* one : cases) {
    add_flow(one->flow, f);
    say_presumed(*one, f);
    frames.insert(frames.end(), {one->first_frame, one->obeyed_frame, one->delivered_frame});
    f.first_time = std::min(*f.first_time, one->first);
    f.last_time = std::max(*f.last_time, *one->delivered);
    if (f.evidence_for.size() >= 8) continue;
    f.evidence_for.push_back(told(*one));
    f.evidence_for.push_back(how_it_worked(*one));
    if (one->above_again.count > 0) {
      f.evidence_against.push_back(
          fmt::format("larger ones came again after that, as when a host forgets the MTU (Linux: "
                      "after ten minutes) or tries a larger one (RFC 4821): {}",
                      sent_above(one->above_again)));
    }
  }
  f.explanation = fmt::format(
      "Path MTU discovery works: {} reported {} bytes, {} answered after {}, and {} later its "
      "packets arrived at {}.",
      to_string(c.reporter), c.mtu.bytes, to_string(*f.src), readable_duration(*c.obeyed - c.first),
      readable_duration(*c.delivered - *c.obeyed), to_string(*f.dst));
  list_frames(std::move(frames), f);
  return f;
}

}  // namespace mtuscope
