#include "cli/doctor_cause.h"

#include <algorithm>

#include "analysis/advice/encapsulation.h"

namespace mtuscope {
namespace {

uint8_t chosen_length(const TargetFacts& target) {
  return target.path.entry && target.path.answer.route ? target.path.entry->destination.length : 0;
}

// Everything before something can be measured.
std::optional<Cause> way_there(const DoctorFacts& facts, const TargetFacts& target) {
  if (down_link(facts, target) != nullptr) return Cause::kInterfaceDown;
  if (missing_tunnel(facts, target) != nullptr) return Cause::kTunnelMissing;
  if (is_diverted(target.path) && goes_into_tunnel(facts, target)) return Cause::kDiverted;
  if (!target.path.answer.route) return Cause::kNoRoute;
  return std::nullopt;
}

bool is_silent(const TargetFacts& target) {
  return !target.measured || target.measured->conclusion.verdict == PathVerdict::kSilent;
}

bool is_refused(const TargetFacts& target) {
  return target.measured &&
         std::ranges::any_of(target.measured->measurements, [](const Measurement& measurement) {
           return !measurement.engine.refusals.empty();
         });
}

bool answers_tcp(const TargetFacts& target) {
  return target.tcp &&
         (target.tcp->fate == TcpFate::kAcknowledged || target.tcp->fate == TcpFate::kBroken ||
          target.tcp->fate == TcpFate::kRefused);
}

// Of a target that answers nothing at all.
std::optional<Cause> silence(const TargetFacts& target) {
  if (!is_silent(target) || answers_tcp(target)) return std::nullopt;
  if (const auto& tunnel = target.tunnel; tunnel && tunnel->device) {
    if (!tunnel->peer) return Cause::kNoPeer;
    if (!tunnel->underlay || !tunnel->underlay->answer.route) return Cause::kEndpointUnknown;
    if (tunnel->device->has_state && !tunnel->peer->last_handshake) return Cause::kNoHandshake;
  } else if (tunnel && tunnel->underlay && !tunnel->underlay->answer.route) {
    return Cause::kEndpointUnknown;
  }
  if (target.next_hop == NeighbourState::kSilent) return Cause::kNextHopSilent;
  if (is_refused(target)) return Cause::kUnreachable;
  return std::nullopt;
}

// Of what a connection to the service sends, the packet that would be the largest.
std::optional<IpSize> largest_segment(const TargetFacts& target) {
  if (!target.tcp || target.tcp->fate != TcpFate::kAcknowledged) return std::nullopt;
  constexpr uint32_t kTimestampBytes = 12;  // with the padding of RFC 7323 appendix A
  const Mss mss{target.tcp->send_mss.bytes + (target.tcp->timestamps ? kTimestampBytes : 0)};
  return mtu_for_mss(mss, target.path.target.family);
}

std::optional<Cause> service(const TargetFacts& target) {
  if (!target.tcp) return std::nullopt;
  switch (target.tcp->fate) {
    case TcpFate::kNoAnswer:
    case TcpFate::kUnreachable:
      return Cause::kServiceSilent;
    case TcpFate::kRefused:
    case TcpFate::kBroken:
      return Cause::kServiceRefuses;
    case TcpFate::kUnanswered:
    case TcpFate::kAcknowledged:
      break;
  }
  return std::nullopt;
}

std::optional<Cause> sizes(const DoctorFacts& facts, const TargetFacts& target) {
  if (!target.measured) return std::nullopt;
  const Conclusion& conclusion = target.measured->conclusion;
  if (conclusion.verdict == PathVerdict::kLimit && !remedy(facts, target)) {
    return Cause::kLimit;
  }
  if (conclusion.verdict != PathVerdict::kNoLimit) return std::nullopt;
  // The outer packet is larger than what the path under the tunnel carries, and yet it passes.
  if (!tunnel_fits(target)) return Cause::kFragmentedTunnel;
  if (cached_mtu(target) && *cached_mtu(target) < *conclusion.bracket.lower) {
    return Cause::kStaleCache;
  }
  return std::nullopt;
}

}  // namespace

Cause find_cause(const DoctorFacts& facts, const TargetFacts& target) {
  if (const auto cause = way_there(facts, target)) return *cause;
  if (const auto cause = silence(target)) return *cause;
  if (target.tcp && target.tcp->fate == TcpFate::kUnanswered) return Cause::kDataFiltered;
  if (const auto cause = sizes(facts, target)) return *cause;
  if (const auto cause = service(target)) return *cause;
  if (remedy(facts, target)) return Cause::kKeptSmaller;
  const bool clear =
      target.measured && target.measured->conclusion.verdict == PathVerdict::kNoLimit;
  return clear ? Cause::kNothing : Cause::kUnclear;
}

const TargetFacts& decisive_target(const DoctorFacts& facts) {
  const auto has_route = [](const TargetFacts& target) {
    return target.path.answer.route.has_value();
  };
  const bool any_route = std::ranges::any_of(facts.targets, has_route);
  return *std::ranges::min_element(facts.targets, {}, [&](const TargetFacts& target) {
    const Cause cause = find_cause(facts, target);
    return cause == Cause::kNoRoute && any_route ? Cause::kNothing : cause;
  });
}

const Link* down_link(const DoctorFacts& facts, const TargetFacts& target) {
  const auto is_off = [](const Link& link) { return !link.up || !link.carrier; };
  if (!facts.via.empty()) {
    const Link* link = find_link(facts.links, facts.via);
    return link != nullptr && is_off(*link) ? link : nullptr;
  }
  if (target.path.answer.route) {
    const Link* used = find_link(facts.links, target.path.answer.route->interface);
    if (used != nullptr && is_off(*used)) return used;
  }
  for (const Link& link : facts.links) {
    // Of an interface that is up but without carrier, the route is still there, and was found.
    if (link.up) continue;
    for (const IpPrefix& own : link.addresses) {
      if (own.length > chosen_length(target) && own.contains(target.path.target)) return &link;
    }
  }
  return nullptr;
}

const WgQuickFile* missing_tunnel(const DoctorFacts& facts, const TargetFacts& target) {
  if (!facts.via.empty() || target.tunnel) return nullptr;
  for (const WgQuickFile& file : facts.files) {
    if (find_link(facts.links, interface_of(file)) != nullptr || file.table == "off") continue;
    for (const WgQuickPeer& peer : file.peers) {
      for (const IpPrefix& block : peer.allowed_ips) {
        if (block.length > chosen_length(target) && block.contains(target.path.target)) {
          return &file;
        }
      }
    }
  }
  return nullptr;
}

std::optional<IpSize> underlay_mtu(const TargetFacts& target) {
  if (!target.tunnel || !target.tunnel->measured) return std::nullopt;
  const Conclusion& conclusion = target.tunnel->measured->conclusion;
  const bool exact = conclusion.verdict == PathVerdict::kNoLimit ||
                     (conclusion.verdict == PathVerdict::kLimit && conclusion.bracket.exact());
  return exact ? conclusion.bracket.lower : std::nullopt;
}

bool tunnel_fits(const TargetFacts& target) {
  const auto underlay = underlay_mtu(target);
  if (!underlay || target.tunnel->layer.what == nullptr || !target.path.answer.route) return true;
  const IpSize mtu = target.path.answer.route->interface_mtu;
  return outer_size(target.tunnel->layer, mtu, mtu) <= *underlay;
}

std::optional<Remedy> remedy(const DoctorFacts& facts, const TargetFacts& target) {
  const auto& route = target.path.answer.route;
  if (!route || !target.measured) return std::nullopt;
  const Conclusion& conclusion = target.measured->conclusion;
  if (conclusion.verdict != PathVerdict::kLimit) return std::nullopt;
  const IpSize passes = *conclusion.bracket.lower;
  const bool configured = route->mtu.bytes > 0 && !route->expires;
  if (configured && route->mtu <= passes) return Remedy{Remedy::Kind::kRoute, route->mtu};
  if (conclusion.direction != ProbeDirection::kForward || conclusion.each_way) return std::nullopt;
  // What the kernel has learnt, or is still looking for (tcp_mtu_probing=2), says nothing of an
  // MSS.
  if (!conclusion.silent || route->expires || facts.settings.tcp_mtu_probing == 2) {
    return std::nullopt;
  }
  const auto largest = largest_segment(target);
  return largest && *largest <= passes ? std::optional(Remedy{Remedy::Kind::kClamp, *largest})
                                       : std::nullopt;
}

std::optional<IpSize> cached_mtu(const TargetFacts& target) {
  const auto& route = target.path.answer.route;
  if (!route || !route->expires || route->mtu.bytes == 0) return std::nullopt;
  return route->mtu < route->interface_mtu ? std::optional(route->mtu) : std::nullopt;
}

bool is_tailscale(const TargetFacts& target) {
  return target.path.answer.route && target.path.answer.route->interface.starts_with("tailscale");
}

bool goes_into_tunnel(const DoctorFacts& facts, const TargetFacts& target) {
  if (!target.path.answer.route) return false;
  const Link* link = find_link(facts.links, target.path.answer.route->interface);
  if (link == nullptr) return false;
  return !link->has_link_header || link->kind == "wireguard" || link->kind == "tun";
}

}  // namespace mtuscope
