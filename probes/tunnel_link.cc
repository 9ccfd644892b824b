#include "probes/tunnel_link.h"

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>

#include <algorithm>
#include <array>

#include "probes/netlink.h"

namespace mtuscope {
namespace {

// The numbers of the attributes that matter; 0: this kind has none.
struct TunnelKindAttributes {
  std::string_view kind;
  uint16_t remote = 0, remote6 = 0;
  uint16_t lower = 0;
  uint16_t gre_flags = 0;               // of the packets sent
  uint16_t flags = 0, encap_limit = 0;  // of tunnels over IPv6
  uint16_t encap_type = 0;              // FOU and GUE
};

constexpr TunnelKindAttributes ip_tunnel(std::string_view kind) {
  return {.kind = kind,
          .remote = IFLA_IPTUN_REMOTE,
          .lower = IFLA_IPTUN_LINK,
          .encap_type = IFLA_IPTUN_ENCAP_TYPE};
}
constexpr TunnelKindAttributes gre(std::string_view kind) {
  return {.kind = kind,
          .remote = IFLA_GRE_REMOTE,
          .lower = IFLA_GRE_LINK,
          .gre_flags = IFLA_GRE_OFLAGS,
          .encap_type = IFLA_GRE_ENCAP_TYPE};
}
constexpr TunnelKindAttributes over_ipv6(TunnelKindAttributes a, uint16_t flags, uint16_t limit) {
  a.flags = flags;
  a.encap_limit = limit;
  return a;
}

constexpr std::array kKinds = {
    ip_tunnel("ipip"),
    ip_tunnel("sit"),
    over_ipv6(ip_tunnel("ip6tnl"), IFLA_IPTUN_FLAGS, IFLA_IPTUN_ENCAP_LIMIT),
    gre("gre"),
    gre("gretap"),
    over_ipv6(gre("ip6gre"), IFLA_GRE_FLAGS, IFLA_GRE_ENCAP_LIMIT),
    over_ipv6(gre("ip6gretap"), IFLA_GRE_FLAGS, IFLA_GRE_ENCAP_LIMIT),
    TunnelKindAttributes{.kind = "vxlan",
                         .remote = IFLA_VXLAN_GROUP,
                         .remote6 = IFLA_VXLAN_GROUP6,
                         .lower = IFLA_VXLAN_LINK},
    TunnelKindAttributes{
        .kind = "geneve", .remote = IFLA_GENEVE_REMOTE, .remote6 = IFLA_GENEVE_REMOTE6},
};

// The destination options header with the limit (RFC 2473 4.1.1), padded to eight bytes; the kernel
// adds it unless told not to.
constexpr uint32_t kEncapLimitBytes = 8;

std::optional<uint16_t> read_u16(const nlattr& attribute) {
  if (mnl_attr_validate(&attribute, MNL_TYPE_U16) < 0) return std::nullopt;
  return mnl_attr_get_u16(&attribute);
}

bool is_one_host(const IpAddress& address) {
  const auto size = static_cast<std::ptrdiff_t>(address_bytes(address.family));
  const bool none = std::all_of(address.bytes.begin(), address.bytes.begin() + size,
                                [](uint8_t b) { return !b; });
  const bool group = address.family == IpFamily::kIPv4 ? (address.bytes[0] & 0xf0) == 0xe0
                                                       : address.bytes[0] == 0xff;
  return !none && !group;
}

void add_option(TunnelEnd& end, std::string_view name, uint32_t bytes) {
  end.more += bytes;
  end.options += (end.options.empty() ? "" : ", ") + std::string(name);
}

}  // namespace

std::optional<TunnelEnd> read_tunnel_end(std::string_view kind, const nlattr& info_data) {
  const auto found = std::ranges::find(kKinds, kind, &TunnelKindAttributes::kind);
  if (found == kKinds.end()) return std::nullopt;
  const TunnelKindAttributes& number = *found;
  std::optional<IpAddress> remote;
  TunnelEnd end;
  uint16_t gre_flags = 0, encap_type = 0;
  uint32_t flags = 0;
  for_each_nested(info_data, [&](const nlattr& attribute) {
    const uint16_t type = mnl_attr_get_type(&attribute);
    if (type == 0) return;
    if (type == number.remote || type == number.remote6) remote = read_address(attribute);
    if (type == number.lower) end.lower = read_u32(attribute).value_or(0);
    if (type == number.gre_flags) gre_flags = read_u16(attribute).value_or(0);
    if (type == number.flags) flags = read_u32(attribute).value_or(0);
    if (type == number.encap_type) encap_type = read_u16(attribute).value_or(0);
  });
  if (!remote || !is_one_host(*remote) || encap_type != TUNNEL_ENCAP_NONE) return std::nullopt;
  end.remote = *remote;
  for (const auto& [flag, name] :
       {std::pair{GRE_KEY, "key"}, {GRE_SEQ, "seq"}, {GRE_CSUM, "csum"}}) {
    if ((gre_flags & flag) != 0) add_option(end, name, 4);
  }
  if (number.encap_limit != 0 && (flags & IP6_TNL_F_IGN_ENCAP_LIMIT) == 0) {
    add_option(end, "encapsulation limit", kEncapLimitBytes);
  }
  return end;
}

}  // namespace mtuscope
