// The way there: route, interface, and what the kernel remembers of it.

#include <fmt/format.h>

#include <cstring>

#include "analysis/report/readable_duration.h"
#include "cli/doctor_cause.h"
#include "cli/doctor_checks.h"

namespace mtuscope {
namespace {

std::string route_words(const PathFacts& path) {
  const Route& route = *path.answer.route;
  std::string text = fmt::format("{} through {}", to_string(path.target), route.interface);
  if (route.gateway) text += " via " + to_string(*route.gateway);
  if (route.source) text += ", source " + to_string(*route.source);
  text += ", table " + table_name(route.table);
  if (path.entry) text += fmt::format(" ({})", to_string(path.entry->destination));
  if (path.rule) text += fmt::format(", chosen by rule {}", to_string(*path.rule));
  return text;
}

std::string kind_words(const Link& link, bool answers_as_wireguard) {
  if (link.kind == "tun" && answers_as_wireguard) return "userspace WireGuard (tun)";
  if (link.kind == "tun" && link.name.starts_with("tailscale")) return "Tailscale (tun)";
  if (link.kind == "tun") return link.has_link_header ? "tap" : "userspace tunnel (tun)";
  if (link.kind == "wireguard") return "WireGuard (kernel)";
  return link.kind.empty() ? "network device" : link.kind;
}

std::string offload_words(const Offloads& offloads) {
  std::string list;
  for (const auto& [on, name] :
       {std::pair{offloads.tso, "TSO"}, {offloads.gso, "GSO"}, {offloads.gro, "GRO"}}) {
    if (on) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
  }
  return list.empty() ? "no offload" : list + " (captures may show merged packets)";
}

}  // namespace

Check route_check(const DoctorFacts& facts, const TargetFacts& target) {
  const PathFacts& path = target.path;
  Check check{.name = "route",
              .family = path.target.family,
              .state = CheckState::kOk,
              .looked_at = "rtnetlink: route, table and rules for " + to_string(path.target),
              .found = {},
              .unseen = {}};
  if (!path.answer.route) {
    check.state = CheckState::kWrong;
    check.found =
        fmt::format("none to {}{}: {}", to_string(path.target),
                    facts.via.empty() ? "" : " through " + facts.via,
                    std::strerror(path.answer.error != 0 ? path.answer.error : ENETUNREACH));
    return check;
  }
  check.found = route_words(path);
  if (is_diverted(path)) {
    const FibEntry& expected = *path.main_entry;
    check.found += fmt::format("; the main table alone would take {} ({})", expected.interface,
                               to_string(expected.destination));
    check.state = goes_into_tunnel(facts, target) ? CheckState::kWrong : CheckState::kNotable;
  }
  if (path.answer.route->mtu_locked) {
    check.found += fmt::format("; `mtu lock {}` on it: packets leave without DF",
                               path.answer.route->mtu.bytes);
    check.state = std::max(check.state, CheckState::kNotable);
  }
  return check;
}

std::optional<Check> interface_check(const DoctorFacts& facts, const TargetFacts& target) {
  const Link* down = down_link(facts, target);
  const auto& route = target.path.answer.route;
  const Link* link = down != nullptr ? down
                     : route         ? find_link(facts.links, route->interface)
                                     : nullptr;
  if (link == nullptr) return std::nullopt;
  const bool wireguard =
      target.tunnel && target.tunnel->device && target.tunnel->interface == link->name;
  const std::string master = link->master.empty() ? "" : ", port of " + link->master;
  Check check{.name = "interface",
              .family = target.path.target.family,
              .state = down != nullptr ? CheckState::kWrong : CheckState::kOk,
              .looked_at = "rtnetlink and ethtool: " + link->name,
              .found = fmt::format("{}: {}, {}, MTU {}{}", link->name, kind_words(*link, wireguard),
                                   !link->up        ? "down"
                                   : !link->carrier ? "up, but without carrier"
                                                    : "up",
                                   link->mtu.bytes, master),
              .unseen = {}};
  if (down == nullptr && target.offloads) check.found += ", " + offload_words(*target.offloads);
  return check;
}

std::optional<Check> cache_check(const TargetFacts& target) {
  const auto& route = target.path.answer.route;
  if (!route) return std::nullopt;
  Check check{.name = "path-cache",
              .family = target.path.target.family,
              .state = CheckState::kOk,
              .looked_at = "rtnetlink: path MTU that the kernel has learnt",
              .found = "the kernel has learnt no smaller path MTU",
              .unseen = {}};
  if (route->mtu.bytes > 0 && !route->expires && route->mtu < route->interface_mtu) {
    check.state = CheckState::kNotable;
    check.found = fmt::format("the route itself says MTU {}", route->mtu.bytes);
  }
  const auto cached = cached_mtu(target);
  if (!cached) return check;
  const bool stale = target.measured &&
                     target.measured->conclusion.verdict == PathVerdict::kNoLimit &&
                     *target.measured->conclusion.bracket.lower > *cached;
  check.state = stale ? CheckState::kWrong : CheckState::kNotable;
  check.found = fmt::format("the kernel has learnt path MTU {}, for another {}{}", cached->bytes,
                            readable_duration(*route->expires),
                            stale ? ", though larger packets pass now" : "");
  return check;
}

}  // namespace mtuscope
