#include "cli/doctor_headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "analysis/report/readable_duration.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

std::string down_words(const DoctorFacts& facts, const TargetFacts& target) {
  const Link& link = *down_link(facts, target);
  const std::string name = to_string(target.path.target);
  const auto own = std::ranges::find_if(
      link.addresses, [&](const IpPrefix& prefix) { return prefix.contains(target.path.target); });
  const std::string network =
      own == link.addresses.end() ? "" : fmt::format(", which has {},", to_string(*own));
  const std::string state = link.up ? "has no carrier" : "is down";
  const auto& route = target.path.answer.route;
  const std::string instead =
      !route || route->interface == link.name
          ? fmt::format("nothing gets to {}", name)
          : fmt::format("packets to {} go through {} instead", name, route->interface);
  return fmt::format("interface {}{} {}: {}", link.name, network, state, instead);
}

std::string diverted_words(const TargetFacts& target) {
  const PathFacts& path = target.path;
  return fmt::format("rule {} takes {} into {}{}, away from its own network {} on {}",
                     path.rule->priority, to_string(path.target), path.answer.route->interface,
                     is_tailscale(target) ? " (a Tailscale exit node)" : "",
                     to_string(path.main_entry->destination), path.main_entry->interface);
}

std::string no_route_words(const TargetFacts& target) {
  const int error = target.path.answer.error;
  switch (error) {
    case EACCES:
      return "a route prohibits packets to " + to_string(target.path.target);
    case EINVAL:
      return fmt::format("a blackhole route swallows packets to {}", to_string(target.path.target));
    default:
      return fmt::format("there is no route to {}: {}", to_string(target.path.target),
                         std::strerror(error != 0 ? error : ENETUNREACH));
  }
}

std::string next_hop_words(const TargetFacts& target) {
  const Route& route = *target.path.answer.route;
  const bool v4 = route.gateway.value_or(target.path.target).family == IpFamily::kIPv4;
  const std::string_view question = v4 ? "ARP" : "neighbour discovery";
  if (route.gateway) {
    return fmt::format("the gateway {} answers no {} on {}: nothing gets to {}",
                       to_string(*route.gateway), question, route.interface,
                       to_string(target.path.target));
  }
  return fmt::format("{} answers no {} on {}: it is off, or not on that link",
                     to_string(target.path.target), question, route.interface);
}

std::string endpoint_words(const TargetFacts& target) {
  const TunnelFacts& tunnel = *target.tunnel;
  if (tunnel.peer && !tunnel.peer->endpoint) {
    return fmt::format("the peer of {} that has {} has no known endpoint", tunnel.interface,
                       to_string(target.path.target));
  }
  return fmt::format(
      "there is no route to {}, the endpoint of {}",
      tunnel.peer ? to_string(*tunnel.peer->endpoint) : to_string(tunnel.underlay->target),
      tunnel.interface);
}

std::string handshake_words(const TargetFacts& target) {
  const TunnelFacts& tunnel = *target.tunnel;
  return fmt::format("the tunnel {} is not up: its peer {} never completed a handshake",
                     tunnel.interface, to_string(*tunnel.peer->endpoint));
}

std::string filtered_words(const TargetFacts& target) {
  const TcpCheck& tcp = *target.tcp;
  return fmt::format(
      "a filter, not an MTU: connections to {} open, and then not even two bytes get "
      "through ({} in {})",
      to_string(Endpoint{target.path.target, tcp.port}),
      count_words(tcp.transmissions, "transmission"), readable_duration(tcp.waited));
}

std::string under_tunnel_words(const TargetFacts& target) {
  return fmt::format("under {}, the path to {} carries {} bytes{}", target.tunnel->interface,
                     to_string(target.tunnel->underlay->target), underlay_mtu(target)->bytes,
                     where_words(target.tunnel->measured->conclusion));
}

std::string limit_words(const TargetFacts& target) {
  std::string text = probe_headline(*target.measured) + where_words(target.measured->conclusion);
  if (underlay_mtu(target)) text += "; " + under_tunnel_words(target);
  return text;
}

std::string kept_words(const TargetFacts& target, const Remedy& remedy) {
  const Bracket& bracket = target.measured->conclusion.bracket;
  const std::string name = to_string(target.path.target);
  const std::string limit =
      fmt::format("{} pass, {} and more would not", bracket.lower->bytes, bracket.upper->bytes);
  if (remedy.kind == Remedy::Kind::kRoute) {
    return fmt::format("connections between here and {} keep to the {} bytes of its route: {}",
                       name, remedy.size.bytes, limit);
  }
  return fmt::format("connections to {} send packets of at most {} bytes, by its MSS: {}",
                     to_string(Endpoint{target.path.target, target.tcp->port}), remedy.size.bytes,
                     limit);
}

std::string service_words(const TargetFacts& target) {
  const TcpCheck& tcp = *target.tcp;
  const std::string name = to_string(Endpoint{target.path.target, tcp.port});
  switch (tcp.fate) {
    case TcpFate::kRefused:
      return name + " refuses connections: nothing listens there, or a firewall says no";
    case TcpFate::kBroken:
      return fmt::format("{} opens connections and breaks them at the first bytes: {}", name,
                         std::strerror(tcp.error));
    case TcpFate::kUnreachable:
      return fmt::format("no connection to {}: {}", name, std::strerror(tcp.error));
    default:
      return name + " answers no SYN, though the host answers: a firewall, or a full service";
  }
}

std::string unclear_words(const TargetFacts& target) {
  if (!target.measured) {
    return fmt::format("nothing could be measured to {}", to_string(target.path.target));
  }
  if (target.measured->conclusion.verdict == PathVerdict::kSilent && target.tcp &&
      target.tcp->fate == TcpFate::kAcknowledged) {
    return fmt::format(
        "{} takes data by TCP, but answers no probe of any size: its path MTU can't "
        "be measured from here",
        to_string(target.path.target));
  }
  return probe_headline(*target.measured);
}

}  // namespace

std::string where_words(const Conclusion& conclusion) {
  const auto& hop = conclusion.hop;
  if (!hop || hop->ttl == 0 || !hop->address) return {};
  return fmt::format(", behind hop {} ({})", hop->ttl, to_string(*hop->address));
}

std::string doctor_headline(const DoctorFacts& facts, const TargetFacts& target, Cause cause) {
  const std::string name = to_string(target.path.target);
  switch (cause) {
    case Cause::kInterfaceDown:
      return down_words(facts, target);
    case Cause::kTunnelMissing: {
      const WgQuickFile& file = *missing_tunnel(facts, target);
      return fmt::format("the tunnel {}, through which {} sends {}, is not there",
                         interface_of(file), file.path, name);
    }
    case Cause::kDiverted:
      return diverted_words(target);
    case Cause::kNoRoute:
      return no_route_words(target);
    case Cause::kNoPeer:
      return fmt::format("no peer of {} has {} in its AllowedIPs: it sends nothing there",
                         target.tunnel->interface, name);
    case Cause::kEndpointUnknown:
      return endpoint_words(target);
    case Cause::kNoHandshake:
      return handshake_words(target);
    case Cause::kNextHopSilent:
      return next_hop_words(target);
    case Cause::kDataFiltered:
      return filtered_words(target);
    case Cause::kLimit:
      return limit_words(target);
    case Cause::kFragmentedTunnel:
      return fmt::format("packets through {} pass only as fragments: {}", target.tunnel->interface,
                         under_tunnel_words(target));
    case Cause::kStaleCache:
      return fmt::format("the kernel holds packets to {} at {} bytes, though {} pass now", name,
                         cached_mtu(target)->bytes,
                         target.measured->conclusion.bracket.lower->bytes);
    case Cause::kServiceSilent:
    case Cause::kServiceRefuses:
      return service_words(target);
    case Cause::kKeptSmaller:
      return kept_words(target, *remedy(facts, target));
    case Cause::kUnreachable:
    case Cause::kNothing:
      return probe_headline(*target.measured);
    case Cause::kUnclear:
      break;
  }
  return unclear_words(target);
}

}  // namespace mtuscope
