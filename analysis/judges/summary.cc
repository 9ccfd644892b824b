#include "analysis/judges/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/size_case.h"
#include "analysis/judges/observations.h"
#include "analysis/report/readable_duration.h"
#include "capture/link_name.h"

namespace mtuscope {

std::string headline_of(const Finding& f) {
  const std::string way =
      f.src && f.dst ? fmt::format("{} -> {}", to_string(*f.src), to_string(*f.dst)) : "";
  if (f.kind == FindingKind::kPmtuBlackhole) {
    const std::string_view sure = f.confidence == Confidence::kConfirmed ? "" : "suspected ";
    std::string text = fmt::format("{}path-MTU black hole {}: packets of {} bytes vanish", sure,
                                   way, f.bracket.upper->bytes);
    if (f.bracket.lower) text += fmt::format(", {} bytes arrive", f.bracket.lower->bytes);
    if (f.flows_well > 0)
      text += fmt::format(", on {} of {} flows", f.flow_count, f.flow_count + f.flows_well);
    if (f.shrinkage) {
      text +=
          fmt::format("; the path shrank between {} and {}", clock_time(f.shrinkage->last_delivery),
                      clock_time(f.shrinkage->first_failure));
    }
    if (f.located) text += "; lost " + f.located->where;
    if (f.recovered)
      text += fmt::format("; the sender recovered after {}", readable_duration(f.recovered->after));
    return text;
  }
  std::string text = f.explanation;
  if (text.ends_with('.')) text.pop_back();
  return text;
}

namespace {

// Offload hides which sizes a sender's packets had. That it obeyed a PTB and its data arrived then
// says more than the size of the acknowledgements that came back.
const Finding* obeyed_ptb_against(const Report& report, const PathReport& back) {
  const auto found = std::ranges::find_if(report.findings, [&](const Finding& f) {
    return f.kind == FindingKind::kPmtudWorking && f.pmtu && f.reporter && f.src == back.dst &&
           f.dst == back.src && *back.bracket.lower < *f.pmtu;
  });
  return found == report.findings.end() ? nullptr : &*found;
}

// What arrived, said for the path with the most packets.
std::string healthy_headline(const Report& report) {
  const PathReport* there = nullptr;
  const PathReport* back = nullptr;
  for (const PathReport& p : report.paths) {
    if (!p.bracket.lower) continue;
    if (there == nullptr) {
      there = &p;
    } else if (p.src == there->dst && p.dst == there->src) {
      back = &p;
      break;
    }
  }
  std::string text = "no black hole: ";
  const Finding* const obeyed = back == nullptr ? obeyed_ptb_against(report, *there) : nullptr;
  if (obeyed != nullptr) {
    text += fmt::format(
        "{} reported an MTU of {} bytes, and packets that kept to it were "
        "delivered from {} to {}",
        to_string(*obeyed->reporter), obeyed->pmtu->bytes, to_string(*obeyed->src),
        to_string(*obeyed->dst));
  } else if (back == nullptr) {
    text += fmt::format("packets up to {} bytes were delivered from {} to {}",
                        there->bracket.lower->bytes, to_string(there->src), to_string(there->dst));
  } else if (there->bracket.lower == back->bracket.lower) {
    text += fmt::format("packets up to {} bytes were delivered in both directions",
                        there->bracket.lower->bytes);
  } else {
    if (*there->bracket.lower < *back->bracket.lower) std::swap(there, back);
    text += fmt::format("packets up to {} bytes were delivered from {} to {}, up to {} bytes back",
                        there->bracket.lower->bytes, to_string(there->src), to_string(there->dst),
                        back->bracket.lower->bytes);
  }
  if (report.paths_total > 2)
    text += fmt::format(" ({} paths in all)", (report.paths_total + 1) / 2);
  return text;
}

// No size is to blame, and yet somebody sits in front of a connection that does not go on.
std::string hanging_connections(const Report& report) {
  const auto hangs = [](const Stall& s) {
    constexpr Duration kNoticed = Duration::milliseconds(1000);
    return !s.ended && !s.only_fin && s.cause == StallCause::kPacketLost && s.waited >= kNoticed;
  };
  size_t hanging = 0;
  Duration longest{0};
  for (const FlowReport& flow : report.flows) {
    const auto stall = std::ranges::find_if(flow.stalls, hangs);
    if (stall == flow.stalls.end()) continue;
    ++hanging;
    longest = std::max(longest, stall->waited);
  }
  if (hanging == 0) return {};
  return fmt::format(
      "; but {} for a lost packet until the capture ends, {}",
      hanging == 1 ? "one connection waits" : fmt::format("{} connections wait", hanging),
      readable_duration(longest));
}

// Where no connection came about, or no data passed, the reason is the answer.
const Finding* reason_for_no_data(const Report& report) {
  const bool data = std::ranges::any_of(report.paths, [](const PathReport& p) {
    return p.bracket.lower && *p.bracket.lower > kBareHeaders;
  });
  if (data) return nullptr;
  const auto refused =
      std::ranges::find(report.findings, FindingKind::kConnectionRefused, &Finding::kind);
  return refused == report.findings.end() ? nullptr : &*refused;
}

// Where nothing at all is known of sizes: what stands in the way.
std::string nothing_known(const Report& report, const std::vector<SourceInfo>& sources) {
  if (!report.outer_tunnels.empty()) {
    return "only the outside of a WireGuard tunnel was captured: record on the tunnel interface "
           "itself, or on both";
  }
  if (const uint64_t cut = packets_cut_short(report.quality); cut > 0 && report.paths.empty()) {
    return fmt::format(
        "{} cut too short to read {} headers, and there is nothing else to judge: record them with "
        "tcpdump -s 128",
        cut == 1 ? "a packet was" : fmt::format("{} packets were", cut),
        cut == 1 ? "its" : "their");
  }
  if (report.packets > 0) {
    return "no TCP data was acknowledged in this capture, so nothing is known about sizes";
  }
  const CaptureQuality& quality = report.quality;
  if (std::ranges::any_of(sources, [](const SourceInfo& s) { return s.filtered_out > 0; })) {
    return "no packets to judge: the filter leaves none of the capture";
  }
  if (!quality.unread_link_types.empty()) {
    const auto most = std::ranges::max_element(quality.unread_link_types, {},
                                               [](const auto& unread) { return unread.second; });
    return fmt::format("no packets to judge: link type {} is not known",
                       link_type_words(most->first));
  }
  if (const auto bad = quality.undecoded[static_cast<size_t>(Undecoded::kIpBad)]; bad > 0) {
    return fmt::format("no packets to judge: {} with a malformed IP header",
                       counted(bad, "packet"));
  }
  return "no packets to judge: the capture is empty, or nothing in it is IP";
}

}  // namespace

void summarize(Report& report, const std::vector<std::string>& undecided,
               const std::vector<SourceInfo>& sources) {
  const auto worst = std::ranges::find_if(
      report.findings, [](const Finding& f) { return f.severity >= Severity::kWarning; });
  if (worst != report.findings.end()) {
    report.status = Status::kProblem;
    report.headline = headline_of(*worst);
    return;
  }
  if (!undecided.empty()) {
    report.status = Status::kInconclusive;
    report.headline = undecided.front();
    return;
  }
  if (const Finding* const reason = reason_for_no_data(report)) {
    report.status = Status::kOk;
    report.headline = headline_of(*reason);
    return;
  }
  const bool anything = std::ranges::any_of(
      report.paths, [](const PathReport& p) { return p.bracket.lower.has_value(); });
  if (anything) {
    report.status = Status::kOk;
    report.headline = healthy_headline(report) + hanging_connections(report);
    return;
  }
  report.status = Status::kInconclusive;
  report.headline = nothing_known(report, sources);
}

}  // namespace mtuscope
