#include "cli/text_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/report/readable_duration.h"
#include "cli/details_text.h"
#include "cli/finding_text.h"
#include "cli/flows_text.h"
#include "cli/plain_words.h"
#include "cli/points_text.h"
#include "cli/recommendation_text.h"
#include "cli/time_format.h"

namespace mtuscope {
namespace {

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

bool is_headline(const Finding& finding, const Report& report) {
  return sentence(finding.explanation) == sentence(report.headline);
}

// Of a question that the capture leaves open: what it rests on, and what would tell.
void write_grounds(TextPage& page, const Finding& finding, size_t indent) {
  for (const std::string& seen : finding.evidence_for) page.bullet(seen, indent);
  for (const std::string& doubt : finding.evidence_against) page.bullet(doubt, indent);
}

// Where the answer is a question.
void write_open_question(TextPage& page, const Report& report) {
  for (const Finding& finding : report.findings) {
    if (!finding.open_question || !is_headline(finding, report)) continue;
    if (finding.evidence_for.empty() && finding.evidence_against.empty()) continue;
    page.heading("What was seen, and what would tell");
    write_grounds(page, finding, 0);
  }
}

// Info findings: a line or two each, so that what limits the answer is never left out.
void write_notes(TextPage& page, const Report& report) {
  std::vector<FindingGroup> groups = group_by_kind(report, true);
  for (FindingGroup& group : groups) {
    std::erase_if(group, [&](const Finding* f) { return is_headline(*f, report); });
  }
  std::erase_if(groups, [](const FindingGroup& group) { return group.empty(); });
  if (groups.empty()) return;
  page.heading("Notes");
  for (const FindingGroup& group : groups) {
    const size_t shown = group.size() <= kNotesOfAKind + 1 ? group.size() : kNotesOfAKind;
    const std::string_view kind = to_string(group[0]->kind);
    for (size_t i = 0; i < shown; ++i) {
      page.bullet(fmt::format("{} [{}]", sentence(group[i]->explanation), kind), 0);
      if (group[i]->open_question) write_grounds(page, *group[i], 2);
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
  if (sources.size() == 1) {
    const std::string name = sources[0].path == "-" ? "standard input" : sources[0].path;
    // "pcap (gzip)" has brackets of its own.
    const bool bracketed = sources[0].format.ends_with(')');
    return bracketed ? fmt::format("{}, {}", name, sources[0].format)
                     : fmt::format("{} ({})", name, sources[0].format);
  }
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
    write_findings(page, group, report, sources, verbosity);
  if (!verbose) write_open_question(page, report);
  write_points(page, report, verbose);
  write_recommendations(page, report, verbosity);
  if (flows) {
    write_flows(page, report, verbose ? report.flows.size() : kFlows);
  } else {
    write_longest_waits(page, report, kLongestWaits);
  }
  if (verbose) {
    for (const FindingGroup& group : group_by_kind(report, true)) {
      write_findings(page, group, report, sources, verbosity);
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
