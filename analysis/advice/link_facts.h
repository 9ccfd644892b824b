// What is known of the interface that the suffering packets leave through: which kind of link it
// is, and what lies under it.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_LINK_FACTS_H_
#define MTUSCOPE_ANALYSIS_ADVICE_LINK_FACTS_H_

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "analysis/advice/encapsulation.h"
#include "analysis/report/path_tunnel.h"
#include "capture/address.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

enum class LinkNature : uint8_t {
  kPlain,
  kTunnel,  // of another kind than those below
  kWireGuard,
  kTailscale,
  kPpp,
  kContainer,  // bridges and ports of Docker, podman and Kubernetes
};

struct LinkFacts {
  LinkNature nature = LinkNature::kPlain;
  std::string name;                  // empty when it is not known
  IpSize mtu;                        // of the interface now; 0 unknown
  std::optional<IpFamily> underlay;  // of the tunnel's outer packets, when they were seen
  // Path MTU of the outer packets, where it is known for certain: it makes the tunnel's MTU exact.
  std::optional<IpSize> underlay_mtu = std::nullopt;
  // What somebody lets the packets of one direction have by rewriting the MSS, where the other
  // direction's packets stay too large.
  std::optional<IpSize> half_clamp = std::nullopt;
  // Of this host's route to the other end, as it stands behind `via` in ip-route(8); empty: on the
  // link itself. Unset: not known.
  std::optional<std::string> gateway = std::nullopt;
  // The only address whose packets take that route; unset: whoever the advice is for.
  std::optional<IpAddress> gateway_of = std::nullopt;
  // What the tunnel adds; null where it is not known or there is none.
  const Encapsulation* encapsulation = nullptr;
  // Of options in its header, and their names, as in Layer.
  int32_t option_bytes = 0;
  std::string options = {};
  bool measured = false;  // what it adds was seen in the capture, options and all
};

// What the kernel's kind of a tunnel interface ("vxlan", "ip6tnl") adds; null: not known, or none.
const Encapsulation* encapsulation_of_kind(std::string_view kernel_kind);

// Tells the kind of an interface from what a capture or this host shows: its name, a link type
// without link header, its MTU (0 unknown; from a capture, what the announced MSS says), and the
// address ranges that Tailscale uses. `kernel_kind`: as `ip -d link` shows it ("wireguard",
// "vxlan", "bridge"), empty when unknown.
LinkFacts link_facts(const IpAddress& src, const IpAddress& dst, const InterfaceInfo& interface,
                     IpSize mtu, std::string_view kernel_kind = {});

// The same for packets that were captured within others: tunnels somewhere on their way, of whose
// innermost the interface `mtu` may be known. What they add is what the capture shows.
LinkFacts link_facts(std::span<const PathTunnel> around, IpSize mtu);

// A WireGuard interface of which only the outer packets are known.
LinkFacts wireguard_over(IpFamily underlay);

// 100.64.0.0/10, which carrier-grade NAT uses too, and fd7a:115c:a1e0::/48.
bool is_tailscale_address(const IpAddress& address);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_LINK_FACTS_H_
