#include "analysis/judges/time_doubt.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice/recommend.h"
#include "analysis/report/readable_duration.h"

namespace mtuscope {

namespace {

bool rests_on_time(const Finding& f) {
  switch (f.kind) {
    case FindingKind::kMssClamped:
    case FindingKind::kConnectionRefused:
    case FindingKind::kFragmentation:
    case FindingKind::kPtbSuspect:
    case FindingKind::kNotTested:
    case FindingKind::kCaptureQuality:
      return false;
    default:
      return true;
  }
}

void forget_times(Report& report) {
  std::erase_if(report.findings, rests_on_time);
  report.recommendations.clear();
  for (Finding& f : report.findings) f.first_time = f.last_time = std::nullopt;
}

void suspect_limits(Report& report) {
  std::erase_if(report.findings, [](const Finding& f) {
    return rests_on_time(f) && f.kind != FindingKind::kPmtuBlackhole;
  });
  for (Finding& f : report.findings) {
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    f.confidence = Confidence::kSuspected;
    f.evidence_against.push_back("packets of two clocks are mixed in this capture");
  }
  if (std::ranges::none_of(report.findings, calls_for_a_size)) report.recommendations.clear();
  report.flows.clear();
}

}  // namespace

std::string to_string(const TimeDoubt& doubt) {
  if (!doubt.second_clock) {
    return "all packets have the same time, as in a file without times, so nothing is said that "
           "rests on time: losses, timeouts, outages and limits";
  }
  return fmt::format(
      "the same packets come again {} later, as where captures with different clocks were merged "
      "into one file, so nothing is said that rests on time: losses, timeouts and outages; give "
      "the files themselves, each by its name",
      readable_duration(*doubt.second_clock));
}

void keep_what_is_timeless(Report& report, const TimeDoubt& doubt) {
  if (doubt.second_clock) {
    suspect_limits(report);
  } else {
    forget_times(report);
  }
  const auto told =
      std::ranges::find(report.findings, FindingKind::kCaptureQuality, &Finding::kind);
  if (told != report.findings.end()) {
    told->explanation += "; " + to_string(doubt);
    return;
  }
  report.findings.push_back({.kind = FindingKind::kCaptureQuality,
                             .severity = Severity::kInfo,
                             .confidence = Confidence::kConfirmed,
                             .explanation = to_string(doubt)});
}

}  // namespace mtuscope
