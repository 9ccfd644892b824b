#include "analysis/advice/choose_fixes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/advice/fixes.h"

namespace mtuscope {

namespace {

// 172.17.0.0/16, which Docker gives its default bridge.
bool is_docker_address(const IpAddress& a) {
  return a.family == IpFamily::kIPv4 && a.bytes[0] == 172 && a.bytes[1] == 17;
}

// Whose network this is, by what its interfaces are called.
System container_system(std::string_view interface) {
  struct Named {
    std::string_view prefix;
    System system;
  };
  constexpr std::array kNamed = {
      Named{"docker", System::kDockerDefault}, Named{"br-", System::kCompose},
      Named{"podman", System::kPodman},        Named{"cni-podman", System::kPodman},
      Named{"cilium", System::kCilium},        Named{"lxc", System::kCilium},
      Named{"cali", System::kCalico},          Named{"vxlan.calico", System::kCalico},
      Named{"flannel", System::kFlannel},      Named{"cni", System::kFlannel},
  };
  const auto named =
      std::ranges::find_if(kNamed, [&](const Named& n) { return interface.starts_with(n.prefix); });
  return named == kNamed.end() ? System::kDockerDefault : named->system;
}

struct Chosen {
  System system;
  std::string who;
};

class Choice {
 public:
  Choice(const Finding& finding, const LinkFacts& link) : finding_(finding), link_(link) {
    src_ = "on " + to_string(*finding.src);
    both_ = fmt::format("{} and on {}: both ends need it", src_, to_string(*finding.dst));
    router_ = fmt::format("on the router or tunnel end that forwards between {} and {}",
                          to_string(*finding.src), to_string(*finding.dst));
    one_end_ = src_ + ", where the other end can't be changed";
  }

  std::vector<Chosen> list() const {
    std::vector<Chosen> chosen = for_nature();
    // A Linux host that healed itself has it, other systems have something else.
    if (!finding_.recovered) chosen.push_back({System::kTcpMtuProbing, src_});
    return chosen;
  }

 private:
  std::vector<Chosen> for_nature() const {
    switch (link_.nature) {
      case LinkNature::kWireGuard:
        return {{System::kWgQuick, both_}, {System::kIpLink, both_}, {System::kRoute, one_end_}};
      case LinkNature::kTailscale:
        return for_tailscale();
      case LinkNature::kTunnel:
        return for_tunnel();
      case LinkNature::kPpp:
        return {{System::kNftables, router_}, {System::kPppd, src_}};
      case LinkNature::kContainer:
        return for_containers();
      case LinkNature::kPlain:
        break;
    }
    std::vector<Chosen> chosen{{System::kNftables, router_}, {System::kRoute, src_}};
    for (const auto& address : {finding_.src, finding_.dst}) {
      if (!is_docker_address(*address)) continue;
      chosen.push_back({System::kDockerDefault, "on the host of " + to_string(*address)});
      break;
    }
    return chosen;
  }

  // Between two hosts of a tailnet it is the tunnel; otherwise one of them forwards for others, as
  // an exit node or subnet router.
  std::vector<Chosen> for_tailscale() const {
    if (is_tailscale_address(*finding_.src) && is_tailscale_address(*finding_.dst)) {
      return {{System::kTailscale, both_}, {System::kRoute, one_end_}};
    }
    return {{System::kNftables, "on the exit node or subnet router"}, {System::kTailscale, both_}};
  }

  std::vector<Chosen> for_tunnel() const {
    std::vector<Chosen> chosen;
    const bool openvpn = link_.encapsulation != nullptr && link_.encapsulation->name == "openvpn";
    if (openvpn || link_.name.starts_with("tun")) chosen.push_back({System::kOpenVpn, both_});
    chosen.push_back({System::kIpLink, both_});
    chosen.push_back({System::kRoute, one_end_});
    return chosen;
  }

  std::vector<Chosen> for_containers() const {
    const System first = container_system(link_.name);
    const std::string host = "on the containers' host";
    const bool cluster =
        first == System::kCilium || first == System::kCalico || first == System::kFlannel;
    std::vector<Chosen> chosen{{first, cluster ? "" : host}};
    if (first == System::kCompose) chosen.push_back({System::kDockerNetworks, host});
    chosen.push_back({System::kNftables, cluster ? "on every node" : host});
    return chosen;
  }

  const Finding& finding_;
  const LinkFacts& link_;
  std::string src_, both_, router_, one_end_;
};

// What such an interface is called where nobody has named it otherwise.
std::string usual_name(LinkNature nature) {
  if (nature == LinkNature::kWireGuard) return "wg0";
  return nature == LinkNature::kTailscale ? "tailscale0" : "";
}

std::vector<Fix> written(const std::vector<Chosen>& all, const Finding& finding,
                         const LinkFacts& link, IpSize mtu) {
  const bool other_host = link.gateway_of && link.gateway_of != finding.src;
  const std::optional<std::string> gateway = other_host ? std::nullopt : link.gateway;
  FixTarget target{.interface = link.name.empty() ? usual_name(link.nature) : link.name,
                   .mtu = mtu,
                   .now = link.mtu,
                   .family = finding.src->family,
                   .who = {},
                   .point_to_point = gateway ? gateway->empty()
                                             : link.nature != LinkNature::kPlain &&
                                                   link.nature != LinkNature::kContainer,
                   .gateway = gateway.value_or(""),
                   .dst = to_string(*finding.dst)};
  if (link.encapsulation != nullptr) {
    target.overhead = least_overhead(layer_of(*link.encapsulation, link.underlay));
  }
  // A route leaves the tunnel's interface as it is, and with it what the tunnel pads to.
  const bool padded = finding.bracket.exact() && *finding.bracket.lower < mtu;
  std::vector<Fix> fixes;
  for (const Chosen& chosen : all) {
    target.who = chosen.who;
    target.mtu = padded && chosen.system == System::kRoute ? *finding.bracket.lower : mtu;
    fixes.push_back(write_fix(chosen.system, target));
  }
  return fixes;
}

bool sets_an_interface(System system) {
  return system != System::kRoute && system != System::kNftables &&
         system != System::kTcpMtuProbing;
}

}  // namespace

std::vector<Fix> choose_fixes(const Finding& finding, const LinkFacts& link, IpSize mtu) {
  return written(Choice(finding, link).list(), finding, link, mtu);
}

std::vector<Fix> choose_interface_fixes(const Finding& finding, const LinkFacts& link, IpSize mtu) {
  std::vector<Chosen> chosen = Choice(finding, link).list();
  std::erase_if(chosen, [](const Chosen& c) { return !sets_an_interface(c.system); });
  return written(chosen, finding, link, mtu);
}

bool configures_containers(System system) {
  return system >= System::kDockerDefault && system <= System::kFlannel;
}

std::vector<System> usual_systems(const LinkFacts& link) {
  switch (link.nature) {
    case LinkNature::kWireGuard:
      return {System::kWgQuick, System::kIpLink};
    case LinkNature::kTailscale:
      return {System::kTailscale, System::kNftables};
    case LinkNature::kPpp:
      return {System::kPppd, System::kNftables};
    case LinkNature::kContainer:
      return {container_system(link.name), System::kNftables};
    case LinkNature::kTunnel:
      if (link.encapsulation != nullptr && link.encapsulation->name == "openvpn") {
        return {System::kOpenVpn, System::kIpLink};
      }
      break;
    case LinkNature::kPlain:
      break;
  }
  return {System::kIpLink, System::kNftables};
}

}  // namespace mtuscope
