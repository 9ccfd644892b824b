// How this host reaches an address: what `ip route get` says, asked of the kernel (rtnetlink).

#ifndef MTUSCOPE_PROBES_ROUTE_H_
#define MTUSCOPE_PROBES_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "capture/address.h"
#include "capture/units.h"

namespace mtuscope {

struct Route {
  std::string interface;
  uint32_t interface_index = 0;
  IpSize interface_mtu;
  bool has_link_header = true;       // false: a layer-3 tunnel, as WireGuard's
  std::optional<IpAddress> source;   // that packets will carry
  std::optional<IpAddress> gateway;  // nullopt: on the link itself
  IpSize mtu;                        // that the route or the PMTU cache says; 0: the interface's
  std::optional<Duration> expires;   // when `mtu` comes from the PMTU cache
};

// The route to `address`, through `interface` unless that is empty. nullopt: there is none (the
// interface may be down). Throws Error kNotFound when there is no such interface, kSystem when the
// kernel can't be asked.
std::optional<Route> find_route(const IpAddress& address, const std::string& interface = {});

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ROUTE_H_
