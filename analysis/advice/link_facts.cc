#include "analysis/advice/link_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/advice/common_size.h"
#include "capture/tunnel_words.h"

namespace mtuscope {

namespace {

constexpr IpSize kTailscaleMtu{1280};

bool has_no_link_header(uint16_t link_type) {
  constexpr std::array<uint16_t, 5> kRaw{12, 14, 101, 228, 229};
  return std::ranges::find(kRaw, link_type) != kRaw.end();
}

// A kind of interface, told from the beginning of its name or from the kernel's word for it.
struct NamedKind {
  std::string_view prefix;
  std::string_view kernel_kind;
  LinkNature nature;
  std::string_view encapsulation;  // its name in the table; empty: not known
};

constexpr std::array kKinds = {
    NamedKind{"tailscale", "", LinkNature::kTailscale, "tailscale"},
    NamedKind{"wg", "wireguard", LinkNature::kWireGuard, "wireguard"},
    NamedKind{"nordlynx", "", LinkNature::kWireGuard, "wireguard"},
    NamedKind{"CloudflareWARP", "", LinkNature::kWireGuard, "wireguard"},
    NamedKind{"docker", "", LinkNature::kContainer, ""},
    NamedKind{"podman", "", LinkNature::kContainer, ""},
    NamedKind{"cni", "", LinkNature::kContainer, ""},
    NamedKind{"flannel", "", LinkNature::kContainer, "vxlan"},
    NamedKind{"cali", "", LinkNature::kContainer, ""},
    NamedKind{"vxlan.calico", "", LinkNature::kContainer, "vxlan"},
    NamedKind{"cilium", "", LinkNature::kContainer, ""},
    NamedKind{"lxc", "", LinkNature::kContainer, ""},
    NamedKind{"veth", "veth", LinkNature::kContainer, ""},
    NamedKind{"ppp", "ppp", LinkNature::kPpp, ""},
    NamedKind{"vxlan", "vxlan", LinkNature::kTunnel, "vxlan"},
    NamedKind{"geneve", "geneve", LinkNature::kTunnel, "geneve"},
    NamedKind{"gretap", "gretap", LinkNature::kTunnel, "gretap"},
    NamedKind{"gre", "gre", LinkNature::kTunnel, "gre"},
    NamedKind{"ip6gretap", "ip6gretap", LinkNature::kTunnel, "gretap"},
    NamedKind{"ip6gre", "ip6gre", LinkNature::kTunnel, "gre"},
    NamedKind{"tunl", "ipip", LinkNature::kTunnel, "ipip"},
    NamedKind{"ip6tnl", "ip6tnl", LinkNature::kTunnel, "ipip"},
    NamedKind{"sit", "sit", LinkNature::kTunnel, "6in4"},
    NamedKind{"ovpn", "ovpn", LinkNature::kTunnel, "openvpn"},
};

// What Docker calls the bridges of its networks: "br-" and the first 12 digits of an identifier.
bool is_docker_bridge(std::string_view name) {
  constexpr std::string_view kPrefix = "br-", kDigits = "0123456789abcdef";
  return name.size() == kPrefix.size() + 12 && name.starts_with(kPrefix) &&
         name.find_first_not_of(kDigits, kPrefix.size()) == std::string_view::npos;
}

const NamedKind* kind_of(std::string_view name, std::string_view kernel_kind) {
  for (const NamedKind& kind : kKinds) {
    if (!kernel_kind.empty() && kind.kernel_kind == kernel_kind) return &kind;
  }
  for (const NamedKind& kind : kKinds) {
    if (name.starts_with(kind.prefix)) return &kind;
  }
  return nullptr;
}

// The MTU that WireGuard has on an ordinary link.
bool is_usual_for_wireguard(IpSize mtu) {
  if (mtu == kTailscaleMtu) return true;
  for (const IpFamily family : {IpFamily::kIPv4, IpFamily::kIPv6}) {
    const Layer layer = layer_of(*find_encapsulation("wireguard"), family);
    for (const CommonSize& underlay : common_underlays()) {
      if (tunnel_mtu(layer, underlay.size) == mtu) return true;
    }
  }
  return false;
}

// IP in IPv6 is listed as ipip, over IPv6.
std::string_view listed_name(TunnelKind kind) {
  return to_string(kind == TunnelKind::kIpInIpv6 ? TunnelKind::kIpip : kind);
}

}  // namespace

bool is_tailscale_address(const IpAddress& a) {
  if (a.family == IpFamily::kIPv4) return a.bytes[0] == 100 && (a.bytes[1] & 0xc0) == 64;
  constexpr std::array<uint8_t, 6> kPrefix{0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0};
  return std::equal(kPrefix.begin(), kPrefix.end(), a.bytes.begin());
}

const Encapsulation* encapsulation_of_kind(std::string_view kernel_kind) {
  if (kernel_kind.empty()) return nullptr;
  const auto kind = std::ranges::find(kKinds, kernel_kind, &NamedKind::kernel_kind);
  return kind == kKinds.end() ? nullptr : find_encapsulation(kind->encapsulation);
}

LinkFacts link_facts(const IpAddress& src, const IpAddress& dst, const InterfaceInfo& interface,
                     IpSize mtu, std::string_view kernel_kind) {
  LinkFacts link{.name = interface.name.value_or(""), .mtu = mtu, .underlay = {}};
  const bool without_header = has_no_link_header(interface.link_type);
  const bool tailscale = (is_tailscale_address(src) || is_tailscale_address(dst)) &&
                         (without_header || mtu == kTailscaleMtu);
  const NamedKind* const kind = kind_of(link.name, kernel_kind);
  std::string_view encapsulation;
  if (tailscale) {
    link.nature = LinkNature::kTailscale;
    encapsulation = "tailscale";
  } else if (kind != nullptr) {
    link.nature = kind->nature;
    encapsulation = kind->encapsulation;
  } else if (is_docker_bridge(link.name)) {
    link.nature = LinkNature::kContainer;
  } else if (without_header && link.name.empty() &&
             (mtu.bytes == 0 || is_usual_for_wireguard(mtu))) {
    // Without a name: a layer-3 tunnel, and one whose MTU is what WireGuard leaves of an ordinary
    // link.
    link.nature = LinkNature::kWireGuard;
    encapsulation = "wireguard";
  } else if (without_header) {
    link.nature = LinkNature::kTunnel;
  }
  link.encapsulation = find_encapsulation(encapsulation);
  return link;
}

LinkFacts link_facts(std::span<const PathTunnel> around, IpSize mtu) {
  const PathTunnel& innermost = around.back();
  const Encapsulation* what = find_encapsulation(listed_name(innermost.layer.kind));
  LinkFacts link{.mtu = mtu, .underlay = {}};
  if (what == nullptr || what->carrier == Carrier::kLink) return link;
  link.nature = LinkNature::kTunnel;
  link.underlay = innermost.layer.outer_src.family;
  link.measured = innermost.bytes > 0;
  // GRE carries either packets or Ethernet, which only its length tells here.
  const Encapsulation* const gretap = find_encapsulation("gretap");
  if (innermost.layer.kind == TunnelKind::kGre &&
      innermost.bytes >= least_overhead(layer_of(*gretap, link.underlay))) {
    what = gretap;
  }
  link.encapsulation = what;
  if (!link.measured) return link;
  const uint32_t plain = least_overhead(layer_of(*what, link.underlay));
  link.option_bytes = static_cast<int32_t>(innermost.bytes) - static_cast<int32_t>(plain);
  if (link.option_bytes > 0) {
    link.options = fmt::format("{} bytes more", link.option_bytes);
  } else if (link.option_bytes < 0) {
    link.options = "without Ethernet";
  }
  // Those around it lie under it, too.
  for (const PathTunnel& outer : around.first(around.size() - 1)) {
    const Encapsulation* const outside = find_encapsulation(listed_name(outer.layer.kind));
    if (outside == nullptr || outer.bytes == 0) continue;
    link.option_bytes += static_cast<int32_t>(outer.bytes);
    link.options += fmt::format("{}within {}", link.options.empty() ? "" : ", ", outside->title);
  }
  return link;
}

LinkFacts wireguard_over(IpFamily underlay) {
  return {.nature = LinkNature::kWireGuard,
          .name = {},
          .mtu = {},
          .underlay = underlay,
          .encapsulation = find_encapsulation("wireguard")};
}

}  // namespace mtuscope
