// The network interfaces of this host, with their addresses: what `ip -d link` and `ip address`
// say, asked of the kernel (rtnetlink), and the offloads of one of them (ethtool).

#ifndef MTUSCOPE_PROBES_LINK_H_
#define MTUSCOPE_PROBES_LINK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/units.h"
#include "probes/prefix.h"
#include "probes/tunnel_link.h"

namespace mtuscope {

struct Link {
  uint32_t index = 0;
  std::string name;
  std::string kind;  // IFLA_INFO_KIND: "wireguard", "tun", "veth", "bridge"; empty: a device
  IpSize mtu;
  bool up = false;       // somebody switched it on (IFF_UP)
  bool carrier = false;  // and there is something at the other end (IFF_LOWER_UP)
  bool has_link_header = true;
  std::string master;               // the bridge or bond that it is a port of; empty: none
  std::optional<TunnelEnd> tunnel;  // of a kernel tunnel to one other host
  std::vector<IpPrefix> addresses;  // of IPv4 also while it is down
};

// All of them. Throws Error kSystem when the kernel can't be asked.
std::vector<Link> links();

const Link* find_link(const std::vector<Link>& links, const std::string& name);

// What the interface cuts and merges (ethtool(8)): with it, captures on this host show packets
// that are larger than those on the wire.
struct Offloads {
  bool tso = false, gso = false, gro = false;
};
std::optional<Offloads> offloads(const std::string& interface);  // nullopt: it does not say

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_LINK_H_
