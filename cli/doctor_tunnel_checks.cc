// The tunnel on the way, its wg-quick file, and what lies under it.

#include <fmt/format.h>

#include "analysis/report/readable_duration.h"
#include "cli/doctor_cause.h"
#include "cli/doctor_checks.h"
#include "cli/doctor_headline.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

// WireGuard makes a new handshake after 120 s of use and gives keys up after 180 (whitepaper, 6.1).
constexpr Duration kOldHandshake = Duration::milliseconds(180'000);

std::string peer_words(const WireGuardPeer& peer) {
  return peer.endpoint ? to_string(*peer.endpoint) : "no known endpoint";
}

Check about(std::string_view name, const TargetFacts& target, std::string looked_at) {
  return {.name = name,
          .family = target.path.target.family,
          .state = CheckState::kOk,
          .looked_at = std::move(looked_at),
          .found = {},
          .unseen = {}};
}

void judge_handshake(const DoctorFacts& facts, const TunnelFacts& tunnel, Check& check) {
  if (!tunnel.device->has_state) {
    check.unseen = "handshakes: " + tunnel.unseen;
    return;
  }
  if (!tunnel.peer->last_handshake) {
    check.state = CheckState::kWrong;
    check.found += ", which never completed a handshake";
    return;
  }
  const Duration age = facts.now - *tunnel.peer->last_handshake;
  check.found += fmt::format(", last handshake {} ago", readable_duration(age));
  if (age > kOldHandshake) check.state = CheckState::kNotable;
}

// Of a tunnel that has no state but its settings.
Check settings_check(const TargetFacts& target, const TunnelFacts& tunnel) {
  Check check = about("tunnel", target, "rtnetlink: settings of " + tunnel.interface);
  check.found = fmt::format("{} is {}, its other end {}: {} bytes around each packet",
                            tunnel.interface, title_of(tunnel.layer),
                            to_string(tunnel.underlay->target), overhead_words(tunnel.layer));
  return check;
}

}  // namespace

std::optional<Check> tunnel_check(const DoctorFacts& facts, const TargetFacts& target) {
  if (!target.tunnel) return std::nullopt;
  const TunnelFacts& tunnel = *target.tunnel;
  if (!tunnel.is_wireguard()) return settings_check(target, tunnel);
  Check check = about("tunnel", target,
                      "WireGuard peers of " + tunnel.interface +
                          (tunnel.device ? ", from " + tunnel.device->source : ""));
  if (!tunnel.device) {
    check.state = CheckState::kUnknown;
    check.unseen = tunnel.interface + ": " + tunnel.unseen;
    return check;
  }
  if (!tunnel.peer) {
    check.state = CheckState::kWrong;
    check.found = fmt::format("no peer of {} has {} in its AllowedIPs", tunnel.interface,
                              to_string(target.path.target));
    return check;
  }
  check.found = fmt::format("{} is WireGuard; {} goes to its peer {}", tunnel.interface,
                            to_string(target.path.target), peer_words(*tunnel.peer));
  judge_handshake(facts, tunnel, check);
  return check;
}

std::optional<Check> file_check(const TargetFacts& target) {
  if (!target.tunnel || !target.tunnel->file) return std::nullopt;
  const WgQuickFile& file = *target.tunnel->file;
  Check check = about("wg-quick", target, file.path);
  check.found =
      file.mtu
          ? fmt::format("{}, line {}: MTU = {}", file.path, file.mtu_line.number, file.mtu->bytes)
          : fmt::format("{} sets no MTU: wg-quick takes the route's - 80", file.path);
  const auto& route = target.path.answer.route;
  if (route && file.mtu && file.mtu != route->interface_mtu) {
    check.state = CheckState::kNotable;
    check.found += fmt::format(", but {} has {} now", route->interface, route->interface_mtu.bytes);
  }
  for (const WgQuickLine& clamp : file.clamps) {
    check.found += fmt::format("; line {} clamps the MSS", clamp.number);
  }
  return check;
}

std::optional<Check> underlay_check(const TargetFacts& target) {
  if (!target.tunnel || !target.tunnel->underlay) return std::nullopt;
  const TunnelFacts& tunnel = *target.tunnel;
  const PathFacts& path = *tunnel.underlay;
  Check check = about("underlay", target,
                      "route and probes to the tunnel's endpoint " + to_string(path.target));
  if (!path.answer.route) {
    check.state = CheckState::kWrong;
    check.found = "there is no route to the endpoint " + to_string(path.target);
    return check;
  }
  const Route& route = *path.answer.route;
  check.found = fmt::format("{} through {} (MTU {})", to_string(path.target), route.interface,
                            route.interface_mtu.bytes);
  if (route.expires && route.mtu.bytes > 0) {
    check.found += fmt::format(", learnt path MTU {} for another {}", route.mtu.bytes,
                               readable_duration(*route.expires));
  }
  if (!tunnel.measured || tunnel.measured->conclusion.verdict == PathVerdict::kSilent) {
    check.state = CheckState::kUnknown;
    check.unseen = "its path MTU: the endpoint answers no probe";
    for (const std::string& note : tunnel.notes) check.unseen += "; " + note;
    return check;
  }
  const PathVerdict verdict = tunnel.measured->conclusion.verdict;
  check.found += "; " + probe_headline(*tunnel.measured) + where_words(tunnel.measured->conclusion);
  if (verdict == PathVerdict::kLimit) {
    const bool fits = tunnel_fits(target);
    check.state = fits ? CheckState::kNotable : CheckState::kWrong;
    check.found += fmt::format("; full-sized packets of {} {}", tunnel.interface,
                               fits ? "fit into it" : "do not fit into it");
  } else if (verdict != PathVerdict::kNoLimit) {
    check.state = CheckState::kUnknown;
    check.unseen = "its path MTU, to the byte";
  }
  return check;
}

}  // namespace mtuscope
