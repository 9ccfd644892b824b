#include "cli/finding_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice/next_step.h"
#include "analysis/report/readable_duration.h"
#include "cli/details_text.h"
#include "cli/plain_words.h"
#include "cli/time_format.h"

namespace mtuscope {
namespace {

// How much is listed before "... and 37 more (--verbose)".
constexpr size_t kEvidenceLines = 5;
constexpr size_t kFlowLines = 3;
constexpr size_t kOtherFindings = 8;

size_t listed(size_t count, size_t limit, Verbosity verbosity) {
  // One more line costs no more than saying that one is missing.
  return verbosity == Verbosity::kVerbose || count <= limit + 1 ? count : limit;
}

void write_list(TextPage& page, std::string_view label, const std::vector<std::string>& lines,
                Verbosity verbosity) {
  const size_t shown = listed(lines.size(), kEvidenceLines, verbosity);
  for (size_t i = 0; i < shown; ++i) page.field_item(i == 0 ? label : "", lines[i]);
  if (shown < lines.size()) {
    page.field("", fmt::format("... and {} more (--verbose)", lines.size() - shown));
  }
}

std::string where(const Finding& finding) {
  std::string text = direction(finding);
  const bool known = finding.vantage != Vantage::kUnknown;
  if (known || finding.interface) text += text.empty() ? "captured" : ", captured";
  if (known) {
    text += finding.vantage == Vantage::kMiddle ? " in the " : " at the ";
    text += to_string(finding.vantage);
  }
  if (finding.interface) text += fmt::format(" on {}", *finding.interface);
  return text;
}

void write_when(TextPage& page, const Finding& finding) {
  if (!finding.first_time) return;
  std::string text = readable_time(*finding.first_time);
  if (finding.last_time && *finding.last_time > *finding.first_time) {
    text += ", for " + readable_duration(*finding.last_time - *finding.first_time);
  }
  page.field("when", text);
}

void write_flows(TextPage& page, const Finding& finding, Verbosity verbosity) {
  const size_t shown = listed(finding.flows.size(), kFlowLines, verbosity);
  for (size_t i = 0; i < shown; ++i) {
    const FlowDirection& flow = finding.flows[i];
    page.field(i > 0                     ? ""
               : finding.flow_count == 1 ? "flow"
                                         : "flows",
               to_string(flow.src) + " -> " + to_string(flow.dst));
  }
  const uint64_t all = std::max<uint64_t>(finding.flow_count, finding.flows.size());
  if (shown > 0 && shown < all) {
    page.field("", fmt::format("... and {} more{}", grouped(all - shown),
                               shown < finding.flows.size() ? " (--verbose)" : ""));
  }
}

void write_ptb(TextPage& page, const Finding& finding) {
  if (!finding.pmtu && finding.reporter) page.field("reporter", to_string(*finding.reporter));
  if (!finding.pmtu) return;
  page.field("reported",
             fmt::format("MTU {} by {}", finding.pmtu->bytes,
                         finding.reporter ? to_string(*finding.reporter) : "an unknown router"));
}

void write_located(TextPage& page, const Finding& finding) {
  if (!finding.located) return;
  std::string text = finding.located->where;
  if (finding.located->from && finding.located->to && finding.located->entered > 0) {
    text +=
        fmt::format(": {} went in, {} came out", grouped(finding.located->entered),
                    finding.located->came_out == 0 ? "none" : grouped(finding.located->came_out));
  }
  page.field("lost", text);
}

// Sizes are those of the packets inside.
void write_tunnels(TextPage& page, const Finding& finding, const Report& report) {
  const auto path = std::ranges::find_if(report.paths, [&](const PathReport& p) {
    return !p.tunnels.empty() && finding.src == p.src && finding.dst == p.dst;
  });
  if (path == report.paths.end()) return;
  for (const PathTunnel& tunnel : path->tunnels) {
    page.field(&tunnel == &path->tunnels.front() ? "tunnel" : "", tunnel_line(tunnel));
  }
}

void write_check(TextPage& page, const Finding& finding, const std::vector<SourceInfo>& sources) {
  // Frames of a live capture are in no file.
  const bool live = finding.source < sources.size() && sources[finding.source].format == "live";
  if (finding.frames.empty() || live) return;
  std::string wireshark = "Wireshark filter";
  if (sources.size() > 1 && finding.source < sources.size()) {
    wireshark += " in " + sources[finding.source].path;
  }
  page.field("check", wireshark + ": " + frame_filter(finding.frames));
}

void write_in_full(TextPage& page, const Finding& finding, const Report& report,
                   const std::vector<SourceInfo>& sources, Verbosity verbosity) {
  std::string heading(title(finding.kind));
  if (finding.severity > Severity::kInfo)
    heading += fmt::format(", {}", to_string(finding.confidence));
  page.heading(
      fmt::format("{} [{}, {}]", heading, to_string(finding.kind), to_string(finding.severity)));
  if (sentence(finding.explanation) != sentence(report.headline)) {
    page.paragraph(sentence(finding.explanation), "  ", "  ");
  }
  const std::string picture = bracket_picture(finding.bracket);
  if (!picture.empty()) {
    page.gap();
    page.paragraph(picture, "    ", "    ", Ink::kBold);
  }
  page.gap();
  page.field("where", where(finding));
  write_located(page, finding);
  write_tunnels(page, finding, report);
  write_flows(page, finding, verbosity);
  write_when(page, finding);
  if (finding.recovered) {
    page.field("recovered",
               fmt::format("after {} at {}, with packets of {} bytes",
                           readable_duration(finding.recovered->after),
                           readable_time(finding.recovered->time), finding.recovered->size.bytes));
  }
  write_ptb(page, finding);
  if (finding.chance) {
    page.field("chance", chance_words(*finding.chance) + " that luck alone explains this");
  }
  write_list(page, "evidence", finding.evidence_for, verbosity);
  write_list(page, "against", finding.evidence_against, verbosity);
  write_check(page, finding, sources);
  if (const std::string next = next_step(finding); !next.empty()) page.field("next", next);
}

std::string in_a_line(const Finding& finding) {
  std::string text = direction(finding);
  if (text.empty()) text = finding.explanation;
  if (finding.bracket.lower || finding.bracket.upper) text += ": " + bracket_words(finding.bracket);
  if (finding.flow_count > 0) text += ", " + count_words(finding.flow_count, "flow");
  return text + ", " + std::string(to_string(finding.confidence));
}

}  // namespace

std::string direction(const Finding& finding) {
  if (!finding.src || !finding.dst) return {};
  return to_string(*finding.src) + " -> " + to_string(*finding.dst);
}

void write_findings(TextPage& page, std::span<const Finding* const> same_kind, const Report& report,
                    const std::vector<SourceInfo>& sources, Verbosity verbosity) {
  if (verbosity == Verbosity::kVerbose) {
    for (const Finding* finding : same_kind)
      write_in_full(page, *finding, report, sources, verbosity);
    return;
  }
  write_in_full(page, *same_kind.front(), report, sources, verbosity);
  const auto others = same_kind.subspan(1);
  if (others.empty()) return;
  page.gap();
  page.paragraph(fmt::format("The same on {}:", count_words(others.size(), "more path")), "  ");
  const size_t shown = listed(others.size(), kOtherFindings, verbosity);
  for (size_t i = 0; i < shown; ++i) page.bullet(in_a_line(*others[i]), 2);
  if (shown < others.size()) {
    page.bullet(fmt::format("... and {} more (--verbose)", others.size() - shown), 2);
  }
}

}  // namespace mtuscope
