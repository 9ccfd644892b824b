#include "cli/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cli/details_text.h"
#include "cli/finding_text.h"
#include "cli/flows_text.h"
#include "cli/plain_words.h"
#include "cli/time_format.h"

namespace mtuscope {
namespace {

constexpr size_t kOtherRecommendations = 4;
constexpr size_t kFixes = 3;
constexpr size_t kNotesOfAKind = 2;
constexpr size_t kHealthyPaths = 6;
constexpr size_t kFlows = 20;
constexpr size_t kLongestWaits = 3;

using FindingGroup = std::vector<const Finding*>;

// By kind, in the order in which the kinds first appear: the report has the worst first.
std::vector<FindingGroup> group_by_kind(const Report& report, bool info) {
  std::vector<FindingGroup> groups;
  std::map<FindingKind, size_t> group_of;
  for (const Finding& finding : report.findings) {
    if ((finding.severity == Severity::kInfo) != info) continue;
    const auto [at, is_new] = group_of.try_emplace(finding.kind, groups.size());
    if (is_new) groups.emplace_back();
    groups[at->second].push_back(&finding);
  }
  return groups;
}

void write_headline(TextPage& page, const Report& report) {
  const bool critical =
      !report.findings.empty() &&
      std::ranges::max(report.findings, {}, &Finding::severity).severity == Severity::kCritical;
  const Ink ink = report.status == Status::kOk ? Ink::kGreen : critical ? Ink::kRed : Ink::kYellow;
  page.paragraph(sentence(report.headline), "", "", ink);
}

std::string mss_words(const Recommendation& recommendation) {
  std::string text;
  if (recommendation.mss_ipv4.bytes > 0) {
    text = fmt::format("{} for IPv4", recommendation.mss_ipv4.bytes);
  }
  if (recommendation.mss_ipv6.bytes > 0) {
    text += fmt::format("{}{} for IPv6", text.empty() ? "" : ", ", recommendation.mss_ipv6.bytes);
  }
  return text.empty() ? text : "MSS " + text + ". ";
}

std::string mtu_words(const Recommendation& recommendation) {
  return fmt::format("MTU {} ({}) for {}", recommendation.mtu.bytes,
                     recommendation.exact ? "exact" : "estimate", recommendation.scope);
}

void write_recommendation(TextPage& page, const Recommendation& recommendation,
                          Verbosity verbosity) {
  page.paragraph(mtu_words(recommendation), "  ", "  ", Ink::kBold);
  page.paragraph(mss_words(recommendation) + sentence(recommendation.basis), "  ", "  ");
  const std::vector<Fix>& fixes = recommendation.fixes;
  const bool all = verbosity == Verbosity::kVerbose || fixes.size() <= kFixes + 1;
  const size_t shown = all ? fixes.size() : kFixes;
  for (size_t i = 0; i < shown; ++i) {
    const std::string number = fmt::format("  {}. ", i + 1);
    page.paragraph(fixes[i].system + ": " + fixes[i].where, number,
                   std::string(number.size(), ' '));
    page.verbatim(fixes[i].change, number.size() + 2);
  }
  if (shown < fixes.size()) {
    page.paragraph(fmt::format("... and {} more (--verbose)", fixes.size() - shown), "  ", "  ");
  }
}

// The first in full; the others are usually the same for other hosts, and get a line each.
void write_recommendations(TextPage& page, const Report& report, Verbosity verbosity) {
  const std::vector<Recommendation>& all = report.recommendations;
  if (all.empty()) return;
  page.heading("What to set");
  const size_t in_full = verbosity == Verbosity::kVerbose ? all.size() : 1;
  for (size_t i = 0; i < in_full; ++i) {
    if (i > 0) page.gap();
    write_recommendation(page, all[i], verbosity);
  }
  const size_t listed = std::min(all.size(), in_full + kOtherRecommendations);
  if (listed > in_full) {
    page.gap();
    page.paragraph("In the same way:", "  ");
  }
  for (size_t i = in_full; i < listed; ++i) page.bullet(mtu_words(all[i]), 2);
  if (listed < all.size()) {
    page.bullet(fmt::format("... and {} more (--verbose)", grouped(all.size() - listed)), 2);
  }

  std::set<std::string_view> seen;
  for (size_t i = 0; i < in_full; ++i) {
    const std::string_view verify = all[i].verify;
    if (verify.empty() || !seen.insert(verify).second) continue;
    if (seen.size() == 1) page.heading("Verify");
    page.verbatim(verify, 2);
  }
}

// Info findings: a line or two each, so that what limits the answer is never left out.
void write_notes(TextPage& page, const Report& report) {
  const std::vector<FindingGroup> groups = group_by_kind(report, true);
  if (groups.empty()) return;
  page.heading("Notes");
  for (const FindingGroup& group : groups) {
    const size_t shown = group.size() <= kNotesOfAKind + 1 ? group.size() : kNotesOfAKind;
    const std::string_view kind = to_string(group[0]->kind);
    for (size_t i = 0; i < shown; ++i) {
      page.bullet(fmt::format("{} [{}]", sentence(group[i]->explanation), kind), 0);
      // Its explanation says only how many things there are.
      if (group[i]->kind != FindingKind::kCaptureQuality) continue;
      for (const std::string& limit : group[i]->evidence_for) page.bullet(limit, 2);
    }
    if (shown < group.size()) {
      page.bullet(
          fmt::format("... and {} more (--verbose) [{}]", grouped(group.size() - shown), kind), 0);
    }
  }
}

std::string sources_words(const std::vector<SourceInfo>& sources) {
  if (sources.size() == 1) return sources[0].path + " (" + sources[0].format + ")";
  return count_words(sources.size(), "file");
}

void write_footer(TextPage& page, const Report& report, const std::vector<SourceInfo>& sources) {
  uint64_t packets = 0, bytes = 0;
  std::optional<Timestamp> first, last;
  for (const SourceInfo& source : sources) {
    packets += source.packets;
    bytes += source.bytes;
    if (source.first_time && (!first || *source.first_time < *first)) first = source.first_time;
    if (source.last_time && (!last || *source.last_time > *last)) last = source.last_time;
  }
  std::string text =
      fmt::format("Read {} ({}) with {} from {}", count_words(packets, "packet"), byte_words(bytes),
                  count_words(report.tcp_flows, "TCP flow"), sources_words(sources));
  if (first && last) {
    text +=
        fmt::format(", from {}, over {}", readable_time(*first), readable_duration(*last - *first));
  }
  page.gap();
  page.paragraph(text + ".", "", "", Ink::kDim);
  page.paragraph("Sizes are whole IP packets, without the link header.", "", "", Ink::kDim);
}

}  // namespace

std::string text_report(const Report& report, const std::vector<SourceInfo>& sources,
                        Verbosity verbosity, PageStyle style, bool flows) {
  const bool quiet = verbosity == Verbosity::kQuiet;
  if (quiet) style.width = std::string::npos;  // one line, for scripts
  TextPage page(style);
  write_headline(page, report);
  if (quiet) return page.text();
  const bool verbose = verbosity == Verbosity::kVerbose;

  const std::vector<FindingGroup> problems = group_by_kind(report, false);
  for (const FindingGroup& group : problems)
    write_findings(page, group, report.headline, sources, verbosity);
  write_recommendations(page, report, verbosity);
  if (flows) {
    write_flows(page, report, verbose ? report.flows.size() : kFlows);
  } else {
    write_longest_waits(page, report, kLongestWaits);
  }
  if (verbose) {
    for (const FindingGroup& group : group_by_kind(report, true)) {
      write_findings(page, group, report.headline, sources, verbosity);
    }
    write_path_details(page, report);
    write_capture_details(page, report, sources);
  } else {
    if (problems.empty()) write_paths_in_brief(page, report, kHealthyPaths);
    write_outer_tunnels(page, report, kHealthyPaths);
    write_notes(page, report);
  }
  write_footer(page, report, sources);
  return page.text();
}

}  // namespace mtuscope
