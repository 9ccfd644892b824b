#include "cli/flows_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/report/readable_duration.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

constexpr Duration kWorthANote = Duration::milliseconds(1000);

std::string lost_words(const Stall& s, const std::string& src) {
  if (s.times == 0) {
    return fmt::format("a packet of about {} bytes from {} was lost before it came by here",
                       s.size.bytes, src);
  }
  const std::string sent =
      fmt::format("{} of {} was sent {} time{}",
                  s.only_fin ? "the FIN" : fmt::format("a {}-byte packet", s.size.bytes), src,
                  s.times, s.times == 1 ? "" : "s");
  if (s.cause == StallCause::kLargePacketLost) return sent + ", too large for the path";
  if (s.cause == StallCause::kOutage) return sent + " while nothing of any size arrived";
  if (s.ended) return sent + " until it arrived";
  return sent + (s.only_fin ? " and not answered" : " and did not arrive");
}

std::string frames_words(const Stall& s) {
  if (!s.before && !s.after) return "";
  if (!s.before || !s.after || s.before == s.after) {
    return fmt::format(" (frame {})", (s.before ? s.before : s.after).frame().value);
  }
  return fmt::format(" (frames {} to {})", s.before.frame().value, s.after.frame().value);
}

std::string stall_line(const Stall& s) {
  return fmt::format("{}{}: {}{}", readable_duration(s.waited), s.ended ? "" : ", to the end",
                     stall_words(s), frames_words(s));
}

std::string flow_line(const FlowReport& flow) {
  std::string text = fmt::format("{} -> {}: {}", to_string(flow.ends[0]), to_string(flow.ends[1]),
                                 to_string(flow.state));
  if (flow.reset_by) {
    text += flow.state == FlowState::kReset || flow.state == FlowState::kRefused ? " by "
                                                                                 : ", reset by ";
    text += to_string(flow.ends[*flow.reset_by].address);
  }
  if (flow.waited.ns > 0) text += ", waited " + readable_duration(flow.waited);
  // Not "received": what is stuck is among it.
  text +=
      fmt::format(", {} there, {} back in {}", byte_words(flow.bytes[0]), byte_words(flow.bytes[1]),
                  readable_duration(flow.last_time - flow.first_time));
  const uint32_t repeated = flow.repeated[0] + flow.repeated[1];
  if (repeated > 0) text += fmt::format(", {} sent again", count_words(repeated, "packet"));
  return text;
}

}  // namespace

std::string stall_words(const Stall& s) {
  const std::string src = to_string(s.flow.src.address);
  const std::string dst = to_string(s.flow.dst.address);
  switch (s.cause) {
    case StallCause::kLargePacketLost:
    case StallCause::kPacketLost:
    case StallCause::kOutage:
      return lost_words(s, src);
    case StallCause::kWindowClosed:
      return dst + " did not read: its receive window was closed";
    case StallCause::kNothingSent:
      if (!s.answer)
        return s.seen_at_sender ? src + " had nothing to send" : "nothing came from " + src;
      if (!s.ended)
        return src + (s.seen_at_sender ? " did not answer" : " sent no answer that arrived here");
      return s.seen_at_sender ? src + " took so long to answer"
                              : fmt::format("no answer arrived from {}", src);
    case StallCause::kLateAcknowledgement:
      return dst + " acknowledged late";
    case StallCause::kDelayedAck:
      return fmt::format(
          "{} small segments of {} each waited for an acknowledgement that {} delayed (Nagle's "
          "algorithm; TCP_NODELAY in the program at {} avoids it)",
          s.times, src, dst, src);
  }
  return "unknown";
}

void write_flows(TextPage& page, const Report& report, size_t limit) {
  if (report.flows.empty()) return;
  const size_t shown = std::min(report.flows.size(), limit);
  page.heading(shown < report.tcp_flows
                   ? fmt::format("Flows ({} of {}: stuck ones first, then the longest waits)",
                                 grouped(shown), grouped(report.tcp_flows))
                   : "Flows (stuck ones first, then the longest waits)");
  for (size_t i = 0; i < shown; ++i) {
    const FlowReport& flow = report.flows[i];
    page.bullet(flow_line(flow), 2);
    if (!flow.stuck_bytes.empty()) page.bullet("what is stuck: " + flow.stuck_bytes, 6);
    for (const Stall& stall : flow.stalls) page.bullet(stall_line(stall), 6);
    if (flow.stalls.size() < flow.stalls_total) {
      page.bullet(fmt::format("... and {} shorter",
                              count_words(flow.stalls_total - flow.stalls.size(), "pause")),
                  6);
    }
  }
}

void write_longest_waits(TextPage& page, const Report& report, size_t limit) {
  std::vector<const Stall*> waits;
  for (const FlowReport& flow : report.flows) {
    for (const Stall& stall : flow.stalls) {
      if (stall.cause != StallCause::kLargePacketLost && is_a_wait(stall) &&
          stall.waited >= kWorthANote) {
        waits.push_back(&stall);
      }
    }
  }
  if (waits.empty()) return;
  std::ranges::stable_sort(waits, std::greater{}, &Stall::waited);
  page.heading("Longest waits (all: --flows)");
  const size_t shown = std::min(waits.size(), limit);
  for (size_t i = 0; i < shown; ++i) page.bullet(stall_line(*waits[i]), 0);
  if (shown < waits.size()) {
    page.bullet(fmt::format("... and {} more of a second or longer", waits.size() - shown), 0);
  }
}

}  // namespace mtuscope
