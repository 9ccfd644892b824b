#include "cli/probe_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "analysis/advice/recommend.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

std::string way(const ProbedPath& path) {
  const std::string target = to_string(path.intent.target);
  switch (path.conclusion.direction) {
    case ProbeDirection::kForward:
      return "on the way to " + target;
    case ProbeDirection::kReverse:
      return "on the way back from " + target;
    case ProbeDirection::kRoundTrip:
      break;
  }
  return "between here and " + target;
}

// " for 3 of 16 flows", or nothing where there is but one.
std::string flow_words(const Conclusion& conclusion) {
  if (conclusion.flows < 2) return {};
  if (conclusion.flows_alike == conclusion.flows)
    return fmt::format(" for each of {} flows", conclusion.flows);
  return fmt::format(" for {} of {} flows", conclusion.flows_alike, conclusion.flows);
}

std::string limit_headline(const ProbedPath& path) {
  const Bracket& bracket = path.conclusion.bracket;
  const std::string_view fate = path.conclusion.silent ? "vanish" : "are refused";
  const std::string_view what =
      path.conclusion.silent ? "path-MTU black hole" : "a smaller path MTU";
  return fmt::format("{} {}{}: packets of {} bytes pass, {} bytes and more {}", what, way(path),
                     flow_words(path.conclusion), bracket.lower->bytes, bracket.upper->bytes, fate);
}

// What holds for the other direction, as a path of its own; nullopt when it has no limit of its
// own, or was not measured on its own.
std::optional<ProbedPath> other_limit(const ProbedPath& path) {
  if (!path.conclusion.each_way || path.conclusion.verdict != PathVerdict::kLimit) {
    return std::nullopt;
  }
  ProbedPath other{path.intent, {path.measurements.back()}, {}};
  other.conclusion = conclude(other.measurements);
  if (other.conclusion.verdict != PathVerdict::kLimit) return std::nullopt;
  return other;
}

std::string no_limit_headline(const ProbedPath& path) {
  const Measurement& first = path.measurements.front();
  const uint32_t size = path.conclusion.bracket.lower->bytes;
  const bool whole = size == path.intent.interface_mtu.bytes;
  const bool both = path.conclusion.direction == ProbeDirection::kRoundTrip;
  const uint32_t flows = path.conclusion.flows;
  const std::string which = whole                ? fmt::format("the MTU of {},", first.interface)
                            : size == UINT16_MAX ? "the largest there are,"
                                                 : "the largest asked for,";
  return fmt::format("no black hole{}: packets of {} bytes, {} reach {}{}",
                     flows > 1 ? fmt::format(" for any of {} flows", flows) : "", size, which,
                     to_string(path.intent.target), both ? " and come back" : "");
}

std::string silent_headline(const ProbedPath& path) {
  const Measurement& first = path.measurements.front();
  if (first.obstacle) return first.obstacle->what;
  if (path.conclusion.each_way) {
    return fmt::format("nothing gets through {} by the reflector, neither small nor large",
                       way(path));
  }
  std::vector<std::string_view> methods;
  for (const Measurement& m : path.measurements) methods.push_back(method_words(m.traits.method));
  for (const Measurement& m : path.measurements) {
    if (m.engine.refusals.empty()) continue;
    return fmt::format("{} can't be reached: {} says so", to_string(path.intent.target),
                       to_string(m.engine.refusals.front().reporter));
  }
  const std::string_view last = methods.back();
  methods.pop_back();
  const std::string sizes = path.intent.min > kSmallPacket
                                ? fmt::format(" of {} bytes or more", path.intent.min.bytes)
                                : ", neither small nor large,";
  return fmt::format("{} answers nothing{} by {}{}{}", to_string(path.intent.target), sizes,
                     fmt::join(methods, ", "), methods.empty() ? "" : " or ", last);
}

Finding limit_finding(const ProbedPath& path) {
  const Conclusion& conclusion = path.conclusion;
  const Measurement& first = path.measurements.front();
  Finding finding;
  finding.kind = conclusion.silent ? FindingKind::kPmtuBlackhole : FindingKind::kPmtudWorking;
  finding.severity = conclusion.silent ? Severity::kCritical : Severity::kInfo;
  finding.confidence = Confidence::kConfirmed;
  finding.chance = 1 - first.result.confidence;
  const bool reverse = conclusion.direction == ProbeDirection::kReverse;
  finding.src = reverse ? path.intent.target : first.source;
  finding.dst = reverse ? first.source : path.intent.target;
  finding.vantage = reverse ? Vantage::kReceiver : Vantage::kSender;
  finding.interface = first.interface;
  finding.bracket = conclusion.bracket;
  for (const PtbReport& ptb : first.result.ptbs) {
    if (ptb.mtu != *conclusion.bracket.lower) continue;
    finding.pmtu = ptb.mtu;
    finding.reporter = ptb.reporter;
  }
  finding.explanation = limit_headline(path);
  finding.evidence_for.push_back(
      fmt::format("{} of {} of up to {} bytes were answered", first.result.answered,
                  count_words(first.result.answered + first.result.lost, "probe"),
                  conclusion.bracket.lower->bytes));
  return finding;
}

Recommendation limit_recommendation(const ProbedPath& path, const Finding& finding,
                                    const ProbePlan& asked) {
  Recommendation advice = recommend(finding, path.intent.link);
  advice.verify = verify_command(asked.host, asked.interface, path.intent.link.nature, advice.mtu);
  if (asked.method) advice.verify += fmt::format(" --method {}", to_string(*asked.method));
  if (asked.port > 0) advice.verify += fmt::format(" --port {}", asked.port);
  if (asked.flows > 1) advice.verify += fmt::format(" --flows {}", asked.flows);
  if (!asked.key_file.empty()) advice.verify += " --key " + asked.key_file;
  advice.verify_limit = verify_limit(asked.host, path.intent.link.nature, advice.mtu);
  // The command measures from here, whichever direction suffers.
  advice.verify_on.clear();
  return advice;
}

Status status_of(const std::vector<ProbedPath>& paths) {
  switch (probe_exit_status(paths)) {
    case 0:
      return Status::kOk;
    case 1:
      return Status::kProblem;
    default:
      return Status::kInconclusive;
  }
}

// Smaller is told first.
int urgency(PathVerdict verdict) {
  switch (verdict) {
    case PathVerdict::kLimit:
      return 0;
    case PathVerdict::kInconsistent:
      return 1;
    case PathVerdict::kUndetermined:
      return 2;
    case PathVerdict::kSilent:
      return 3;
    case PathVerdict::kNoLimit:
      break;
  }
  return 4;
}

}  // namespace

std::string_view method_words(ProbeMethod method) {
  switch (method) {
    case ProbeMethod::kIcmp:
      return "ICMP echo";
    case ProbeMethod::kUdp:
      return "UDP";
    case ProbeMethod::kTcp:
      return "TCP";
    case ProbeMethod::kReflector:
      return "the reflector";
  }
  return "an unknown method";
}

std::string probe_headline(const ProbedPath& path) {
  const SearchResult& result = path.measurements.front().result;
  const std::string target = to_string(path.intent.target);
  switch (path.conclusion.verdict) {
    case PathVerdict::kLimit: {
      const auto other = other_limit(path);
      if (!other) return limit_headline(path);
      return fmt::format("{}; {} {} pass and {} do not", limit_headline(path), way(*other),
                         other->conclusion.bracket.lower->bytes,
                         other->conclusion.bracket.upper->bytes);
    }
    case PathVerdict::kNoLimit:
      return no_limit_headline(path);
    case PathVerdict::kInconsistent:
      if (result.failed_first) {
        return fmt::format(
            "packets of {} bytes and more vanished at first and passed later {}: the path has "
            "changed meanwhile, or a tunnel has learnt to fragment",
            result.failed_first->bytes, way(path));
      }
      return fmt::format(
          "packets of {} bytes and more sometimes vanish and sometimes pass {}: this is not one "
          "path MTU",
          result.inconsistent_from->bytes, way(path));
    case PathVerdict::kUndetermined:
      if (result.inconsistent_from) {
        return fmt::format(
            "undetermined: packets of {} bytes pass {}, but those of {} bytes and more were lost "
            "more often than smaller ones, which may be luck",
            result.bracket.lower->bytes, way(path), result.inconsistent_from->bytes);
      }
      return fmt::format(
          "undetermined: packets of {} bytes pass {}, and too few of the larger ones were answered "
          "or lost to tell more",
          result.bracket.lower->bytes, way(path));
    case PathVerdict::kSilent:
      break;
  }
  return silent_headline(path);
}

Report probe_report(const std::vector<ProbedPath>& paths, const ProbePlan& asked) {
  Report report;
  report.status = status_of(paths);
  const auto worst = std::ranges::min_element(
      paths, {}, [](const ProbedPath& path) { return urgency(path.conclusion.verdict); });
  report.headline = probe_headline(*worst);
  std::set<uint32_t> advised;
  for (const ProbedPath& path : paths) {
    for (const Measurement& m : path.measurements) report.packets += m.result.packets;
    if (path.conclusion.verdict != PathVerdict::kLimit) continue;
    report.findings.push_back(limit_finding(path));
    Recommendation advice = limit_recommendation(path, report.findings.back(), asked);
    if (const auto other = other_limit(path)) report.findings.push_back(limit_finding(*other));
    if (advised.insert(advice.mtu.bytes).second) {
      report.recommendations.push_back(std::move(advice));
    }
  }
  std::ranges::stable_sort(report.findings, std::greater<>(), &Finding::severity);
  return report;
}

int probe_exit_status(const std::vector<ProbedPath>& paths) {
  const auto has = [&](PathVerdict verdict) {
    return std::ranges::any_of(
        paths, [&](const ProbedPath& path) { return path.conclusion.verdict == verdict; });
  };
  if (has(PathVerdict::kLimit)) return 1;
  const bool open = has(PathVerdict::kUndetermined) || has(PathVerdict::kInconsistent) ||
                    has(PathVerdict::kSilent);
  return open ? 3 : 0;
}

}  // namespace mtuscope
