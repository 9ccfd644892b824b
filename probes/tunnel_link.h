// Where the outer packets of a tunnel interface of the kernel go, and what options make their
// headers longer: what `ip -d link` shows of it, from the attributes of its kind (IFLA_INFO_DATA;
// linux/if_tunnel.h, linux/if_link.h).

#ifndef MTUSCOPE_PROBES_TUNNEL_LINK_H_
#define MTUSCOPE_PROBES_TUNNEL_LINK_H_

#include <linux/netlink.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/address.h"

namespace mtuscope {

struct TunnelEnd {
  IpAddress remote;    // one host, never a group
  uint32_t lower = 0;  // index of the interface that it is bound to; 0: the route decides
  // Of options in the header: "key, csum" of GRE, the tunnel encapsulation limit over IPv6.
  uint32_t more = 0;  // bytes
  std::string options;

  friend bool operator==(const TunnelEnd&, const TunnelEnd&) = default;
};

// `kind`: IFLA_INFO_KIND. nullopt: no tunnel; one to many ends (a group, or learnt from a table);
// or one whose packets go into further headers (FOU, GUE), so that their size is not known.
std::optional<TunnelEnd> read_tunnel_end(std::string_view kind, const nlattr& info_data);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TUNNEL_LINK_H_
