// How this host reaches an address: what `ip route get` says, asked of the kernel (rtnetlink).

#ifndef MTUSCOPE_PROBES_ROUTE_H_
#define MTUSCOPE_PROBES_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/prefix.h"

namespace mtuscope {

struct Route {
  std::string interface;
  uint32_t interface_index = 0;
  IpSize interface_mtu;
  bool has_link_header = true;       // false: a layer-3 tunnel, as WireGuard's
  std::optional<IpAddress> source;   // that packets will carry
  std::optional<IpAddress> gateway;  // nullopt: on the link itself; of either family
  uint32_t table = 0;                // that the routing rules chose; RT_TABLE_MAIN is 254
  IpSize mtu;                        // that the route or the PMTU cache says; 0: the interface's
  bool broadcast = false;            // the address is the broadcast address of a subnet
  bool mtu_locked = false;           // `mtu lock`: packets leave without DF (ip-route(8))
  std::optional<Duration> expires;   // when `mtu` comes from the PMTU cache
};

// What stands behind `via` in ip-route(8) for an address of this family; empty: nothing does, the
// address is on the link.
std::string next_hop_words(const Route& route, IpFamily family);

// An entry of a routing table.
struct FibEntry {
  IpPrefix destination;
  uint32_t table = 0;
  std::string interface;  // empty: it has none (unreachable, blackhole)
  std::optional<IpAddress> gateway;
  bool link_down = false;  // its interface has no carrier
};

// What a lookup is made with.
struct RouteQuery {
  IpAddress address;
  std::string interface;  // through this one; empty: any
  uint32_t mark = 0;      // fwmark of the packets
};

struct RouteAnswer {
  std::optional<Route> route;
  int error = 0;  // errno of the kernel's answer, where there is none: ENETUNREACH, EHOSTUNREACH,
                  // EACCES (prohibited), EINVAL (a blackhole route)
};

// Throws Error kNotFound when there is no such interface, kSystem when the kernel can't be asked.
RouteAnswer look_up_route(const RouteQuery& query);

// The same; nullopt: there is none (the interface may be down).
std::optional<Route> find_route(const IpAddress& address, const std::string& interface = {});

// The entry that such a lookup ends at.
std::optional<FibEntry> find_fib_entry(const RouteQuery& query);

// The longest prefix of one table that contains `address`, whatever the rules say.
std::optional<FibEntry> longest_match(const IpAddress& address, uint32_t table);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ROUTE_H_
