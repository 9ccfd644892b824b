// What was measured: sizes that pass, and a TCP connection.

#include <fmt/format.h>

#include <cstring>

#include "analysis/report/readable_duration.h"
#include "cli/doctor_cause.h"
#include "cli/doctor_checks.h"
#include "cli/doctor_headline.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

CheckState state_of(PathVerdict verdict) {
  switch (verdict) {
    case PathVerdict::kNoLimit:
      return CheckState::kOk;
    case PathVerdict::kLimit:
    case PathVerdict::kInconsistent:
      return CheckState::kWrong;
    case PathVerdict::kUndetermined:
    case PathVerdict::kSilent:
      break;
  }
  return CheckState::kUnknown;
}

std::string sent_words(const TcpCheck& tcp) {
  return fmt::format("two bytes were sent {} in {}",
                     tcp.transmissions == 1 ? "once" : fmt::format("{} times", tcp.transmissions),
                     readable_duration(tcp.waited));
}

}  // namespace

std::optional<Check> path_check(const DoctorFacts& facts, const TargetFacts& target) {
  if (!target.path.answer.route) return std::nullopt;
  Check check{.name = "path",
              .family = target.path.target.family,
              .state = CheckState::kUnknown,
              .looked_at = "probes with DF to " + to_string(target.path.target),
              .found = {},
              .unseen = {}};
  for (const std::string& note : target.notes) {
    check.unseen += check.unseen.empty() ? note : "; " + note;
  }
  if (!target.measured) {
    if (check.unseen.empty()) check.unseen = "it was interrupted";
    return check;
  }
  const Conclusion& conclusion = target.measured->conclusion;
  check.state = remedy(facts, target) ? CheckState::kNotable : state_of(conclusion.verdict);
  check.found = probe_headline(*target.measured) + where_words(conclusion);
  for (const PtbReport& ptb : target.measured->measurements.front().result.ptbs) {
    check.found += fmt::format("; {} reports MTU {}", to_string(ptb.reporter), ptb.mtu.bytes);
  }
  if (conclusion.verdict == PathVerdict::kLimit && conclusion.silent) {
    check.found += "; no packet-too-big message came";
    if (!target.tcp && !target.tunnel && !remedy(facts, target)) {
      check.found += "; whether an MSS clamp keeps TCP below it, --port N tells";
    }
  }
  return check;
}

std::optional<Check> tcp_check(const TargetFacts& target) {
  if (!target.tcp) return std::nullopt;
  const TcpCheck& tcp = *target.tcp;
  const std::string name = to_string(Endpoint{target.path.target, tcp.port});
  Check check{.name = "tcp",
              .family = target.path.target.family,
              .state = CheckState::kWrong,
              .looked_at = "a TCP connection to " + name + ", and two bytes on it",
              .found = {},
              .unseen = {}};
  const std::string opened = fmt::format("{} opens in {} (it may send segments of {} bytes)", name,
                                         readable_duration(tcp.connect_time), tcp.send_mss.bytes);
  switch (tcp.fate) {
    case TcpFate::kAcknowledged:
      check.state = CheckState::kOk;
      check.found = opened + ", and takes data";
      break;
    case TcpFate::kUnanswered:
      check.found = fmt::format("{}, but then {} and never acknowledged", opened, sent_words(tcp));
      break;
    case TcpFate::kBroken:
      check.found = fmt::format("{}, and is then broken: {}", opened, std::strerror(tcp.error));
      break;
    case TcpFate::kRefused:
      check.found = name + " refuses the connection: nothing listens, or a firewall says no";
      break;
    case TcpFate::kNoAnswer:
      check.found =
          fmt::format("{} answers no SYN within {}", name, readable_duration(tcp.connect_time));
      break;
    case TcpFate::kUnreachable:
      check.found = fmt::format("{}: {}", name, std::strerror(tcp.error));
      break;
  }
  return check;
}

}  // namespace mtuscope
