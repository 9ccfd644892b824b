#include "cli/probe_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "analysis/advice/common_size.h"
#include "analysis/report/readable_duration.h"
#include "cli/plain_words.h"
#include "cli/recommendation_text.h"

namespace mtuscope {
namespace {

Ink ink_of(Status status, const std::vector<ProbedPath>& paths) {
  if (status == Status::kOk) return Ink::kGreen;
  const bool hole = std::ranges::any_of(paths, [](const ProbedPath& path) {
    return path.conclusion.verdict == PathVerdict::kLimit && path.conclusion.silent;
  });
  return hole ? Ink::kRed : Ink::kYellow;
}

std::string confidence_words(const SearchResult& result) {
  const double doubt = 1 - result.confidence;
  return doubt < 1e-12 ? ""
                       : fmt::format("; the chance that this is luck is {}", chance_words(doubt));
}

std::string_view told_by(const ProbedPath& path) {
  return method_words(path.conclusion.told_by.value_or(path.measurements.front().traits.method));
}

// Where each direction was measured on its own.
std::string each_way_words(const ProbedPath& path) {
  const Measurement& other = path.measurements.back();
  const bool forward = path.conclusion.direction == ProbeDirection::kForward;
  const std::string_view there =
      forward ? "forward; on the way back: " : "reverse; on the way there: ";
  const Bracket& bracket = other.result.bracket;
  if (other.result.verdict == SearchVerdict::kNoLimit) {
    return fmt::format("{}{} bytes pass, no limit", there, bracket.lower->bytes);
  }
  const std::string picture = bracket_picture(bracket);
  return fmt::format("{}{}", there, picture.empty() ? "nothing arrived" : picture);
}

std::string direction_words(const ProbedPath& path) {
  const Conclusion& conclusion = path.conclusion;
  if (conclusion.each_way && conclusion.direction != ProbeDirection::kRoundTrip) {
    return each_way_words(path);
  }
  const bool limit = conclusion.verdict == PathVerdict::kLimit;
  switch (conclusion.direction) {
    case ProbeDirection::kForward:
      if (path.measurements.front().traits.direction == ProbeDirection::kForward) {
        return "forward; the way back was not measured";
      }
      if (!conclusion.told_by) {
        return "forward: routers behind that hop do not get larger packets";
      }
      return fmt::format(
          "forward: {}, whose answers are small, fails at the same size as ICMP echo; the way back "
          "may have the same limit",
          told_by(path));
    case ProbeDirection::kReverse:
      return fmt::format(
          "reverse: larger packets get there by {}, but do not come back by ICMP echo",
          told_by(path));
    case ProbeDirection::kRoundTrip:
      break;
  }
  if (conclusion.methods_disagree) {
    return fmt::format("unclear: {} fails at sizes that pass both ways as ICMP echo; a filter?",
                       told_by(path));
  }
  return limit ? "unknown: an echo is as large on its way back" : "both";
}

std::string signal_words(const ProbedPath& path) {
  const SearchResult& result = path.measurements.front().result;
  if (result.ptbs.empty()) return "silent: no packet-too-big message came";
  std::string text;
  for (const PtbReport& ptb : result.ptbs) {
    text += fmt::format("{}{} reports MTU {}", text.empty() ? "" : ", ", to_string(ptb.reporter),
                        ptb.mtu.bytes);
    if (ptb.mtu != result.bracket.lower) text += " (which is not what was measured)";
  }
  return text;
}

std::string hop_words(const ProbedPath& path) {
  const Hop& last = *path.conclusion.hop;
  const Hop& next = *path.measurements.front().hop.next;
  const std::string to = fmt::format("hop {}, {}", next.ttl, to_string(*next.address));
  if (last.ttl == 0)
    return fmt::format("between this host and {} (which large packets don't get to)", to);
  return fmt::format("between hop {}, {} (which large packets get to) and {} (which they don't)",
                     last.ttl, to_string(*last.address), to);
}

// wireguard-go's outer packets have DF until a packet-too-big message tells the kernel to cut
// them.
std::string unsteady_words(const ProbedPath& path) {
  const SearchResult& result = path.measurements.front().result;
  if (!result.failed_first) return "measure again, or with another method or flow";
  return fmt::format(
      "the first packets of {} bytes or more were lost, later ones passed: chance, or a tunnel "
      "whose outer packets are cut in two since. Measure the path between its ends",
      result.failed_first->bytes);
}

std::string loss_words(const SearchResult& result) {
  const uint32_t all = result.answered + result.lost;
  return fmt::format("{} of {} that fit ({:.0f} %)", result.lost, count_words(all, "probe"),
                     all == 0 ? 0 : 100.0 * result.lost / all);
}

std::string sent_words(const Measurement& measurement, bool each_way) {
  const std::string_view way = !each_way ? ""
                               : measurement.traits.direction == ProbeDirection::kReverse
                                   ? " on the way back"
                                   : " on the way there";
  std::string text = fmt::format(
      "{} by {}{} in {}", count_words(measurement.result.packets, "packet"),
      method_words(measurement.traits.method), way, readable_duration(measurement.result.elapsed));
  if (measurement.result.verdict != SearchVerdict::kSilent) return text;
  text += ", nothing answered";
  if (measurement.refuses_data) text += "; SYNs without data are: something drops those with data";
  return text;
}

// What became of one flow.
std::string outcome_words(const SearchResult& result) {
  switch (result.verdict) {
    case SearchVerdict::kNoLimit:
      return fmt::format("no limit up to {}", result.bracket.lower->bytes);
    case SearchVerdict::kExact:
    case SearchVerdict::kBracket:
      return fmt::format("{} bytes pass, {} {}", result.bracket.lower->bytes,
                         result.bracket.upper->bytes, result.silent ? "vanish" : "are refused");
    case SearchVerdict::kInconsistent:
      return "not explained by one path MTU";
    case SearchVerdict::kSilent:
      return "nothing answered";
    default:
      return fmt::format("undetermined above {}", result.bracket.lower->bytes);
  }
}

// The flows of the decisive method, those with the same outcome together.
void write_flows(TextPage& page, const ProbedPath& path) {
  const ProbeMethod method = path.measurements.front().traits.method;
  std::vector<std::pair<std::string, std::vector<uint16_t>>> groups;
  for (const Measurement& m : path.measurements) {
    if (m.traits.method != method) continue;
    const std::string words = outcome_words(m.result);
    if (groups.empty() || groups.back().first != words) groups.push_back({words, {}});
    const FlowIdentity& flow = m.traits.flow;
    groups.back().second.push_back(flow.source_port > 0 ? flow.source_port : flow.echo_id);
  }
  for (const auto& [words, flows] : groups) {
    page.field(&words == &groups.front().first ? "flows" : "",
               fmt::format("{}: {} ({} {})", flows.size(), words,
                           method == ProbeMethod::kIcmp ? "echo id" : "source port",
                           fmt::join(flows, ", ")));
  }
}

// One line a method and direction: what all its flows sent.
std::vector<std::string> sent_lines(const ProbedPath& path) {
  std::vector<std::string> lines;
  std::vector<const Measurement*> told;
  for (const Measurement& first : path.measurements) {
    const auto alike = [&](const Measurement* m) {
      return m->traits.method == first.traits.method &&
             m->traits.direction == first.traits.direction;
    };
    if (first.obstacle || std::ranges::any_of(told, alike)) continue;
    told.push_back(&first);
    Measurement all = first;
    uint32_t flows = 1;
    for (const Measurement& m : path.measurements) {
      if (&m == &first || !alike(&m)) continue;
      ++flows;
      all.result.packets += m.result.packets;
      all.result.elapsed = all.result.elapsed + m.result.elapsed;
    }
    lines.push_back(sent_words(all, path.conclusion.each_way) +
                    (flows > 1 ? fmt::format(", {} flows", flows) : ""));
  }
  return lines;
}

// Where nothing was answered.
std::string next_after_silence(const ProbedPath& path) {
  if (const auto& obstacle = path.measurements.front().obstacle) return obstacle->hint;
  if (path.intent.min > kSmallPacket) {
    return "leave out --min: small packets tell whether anything answers at all";
  }
  return fmt::format(
      "mtuscope doctor {} looks at routes, the next hop and tunnels; --port N tries a service",
      to_string(path.intent.target));
}

void write_local(TextPage& page, const Measurement& measurement) {
  if (measurement.result.local_limit) {
    page.field("interface",
               fmt::format("{} itself carries no more than {} bytes", measurement.interface,
                           measurement.result.local_limit->bytes));
  }
  if (measurement.engine.failed > 0) {
    page.field("refused", fmt::format("{} could not be sent: {}",
                                      count_words(measurement.engine.failed, "probe"),
                                      std::strerror(measurement.engine.send_error)));
  }
  for (const Refusal& refusal : measurement.engine.refusals) {
    page.field("refused",
               fmt::format("{} says that {} can't be delivered (ICMP type {}, code {})",
                           to_string(refusal.reporter), count_words(refusal.count, "probe"),
                           refusal.type, refusal.code));
  }
}

void write_path(TextPage& page, const ProbedPath& path) {
  const Measurement& first = path.measurements.front();
  const Conclusion& conclusion = path.conclusion;
  page.gap();
  page.paragraph(fmt::format("{} through {} (MTU {})", to_string(path.intent.target),
                             path.intent.interface, path.intent.interface_mtu.bytes),
                 "", "", Ink::kBold);
  if (conclusion.bracket.lower) {
    page.field("measured",
               conclusion.verdict == PathVerdict::kLimit
                   ? bracket_picture(conclusion.bracket) + confidence_words(first.result)
                   : bracket_words(conclusion.bracket));
    page.field("direction", direction_words(path));
  }
  if (conclusion.verdict == PathVerdict::kLimit) {
    page.field("signal", signal_words(path));
    if (conclusion.hop) page.field("where", hop_words(path));
    const std::string why =
        conclusion.bracket.exact()
            ? explain_size(*conclusion.bracket.lower, path.intent.link.encapsulation)
            : std::string();
    if (!why.empty()) page.field("fits", why);
  }
  if (conclusion.verdict == PathVerdict::kInconsistent ||
      (first.result.failed_first && path.intent.link.nature != LinkNature::kPlain)) {
    page.field("unsteady", unsteady_words(path));
  }
  if (first.result.fragment) {
    page.field("fragments", fmt::format("of a packet that may be fragmented had at most {} bytes",
                                        first.result.fragment->bytes));
  }
  if (conclusion.verdict == PathVerdict::kSilent) page.field("next", next_after_silence(path));
  if (first.result.answered > 0) {
    page.field("round trip", readable_duration(first.result.rtt));
    page.field("loss", loss_words(first.result));
  }
  if (conclusion.flows > 1) write_flows(page, path);
  const std::vector<std::string> sent = sent_lines(path);
  for (const std::string& line : sent) page.field(&line == &sent.front() ? "sent" : "", line);
  for (const Measurement& measurement : path.measurements) write_local(page, measurement);
}

}  // namespace

std::string intent_text(const std::vector<Intent>& intents, const ProbePlan& plan,
                        PageStyle style) {
  TextPage page(style);
  for (const Intent& intent : intents) {
    std::vector<std::string_view> methods;
    for (const ProbeMethod method : intent.methods) methods.push_back(method_words(method));
    page.paragraph(
        fmt::format("Probing {} through {} by {}: packets of {} to {} bytes with DF, at most {} a "
                    "{}, {:g} a second, {} in all.",
                    to_string(intent.target), intent.interface, fmt::join(methods, ", then "),
                    intent.min.bytes, intent.max.bytes, intent.max_packets,
                    intent.flows > 1 ? fmt::format("flow, {} flows", intent.flows) : "method",
                    plan.rate, readable_duration(plan.time_limit)),
        "", "", Ink::kDim);
  }
  return page.text();
}

std::string probe_progress_line(const Search& search, ProbeMethod method, const IpAddress& target) {
  const SearchResult result = search.result();
  return fmt::format("mtuscope: {} {}: {}, {}", method_words(method), to_string(target),
                     bracket_words(result.bracket), count_words(result.packets, "packet"));
}

std::string probe_text(const std::vector<ProbedPath>& paths, const Report& report,
                       const std::vector<std::string>& notes, Verbosity verbosity,
                       PageStyle style) {
  const bool quiet = verbosity == Verbosity::kQuiet;
  if (quiet) style.width = std::string::npos;  // one line, for scripts
  TextPage page(style);
  page.paragraph(sentence(report.headline), "", "", ink_of(report.status, paths));
  if (quiet) return page.text();
  for (const ProbedPath& path : paths) write_path(page, path);
  write_recommendations(page, report, verbosity);
  if (!notes.empty()) page.heading("Notes");
  for (const std::string& note : notes) page.bullet(note, 0);
  page.gap();
  page.paragraph("Sizes are whole IP packets, without the link header.", "", "", Ink::kDim);
  return page.text();
}

}  // namespace mtuscope
