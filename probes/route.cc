#include "probes/route.h"

#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>

#include "capture/error.h"
#include "probes/descriptor.h"
#include "probes/netlink.h"
#include "probes/probe_socket.h"

namespace mtuscope {
namespace {

// Jiffies as the kernel gives them to user space (USER_HZ).
Duration from_clock_ticks(uint32_t ticks) {
  return Duration::from_seconds(ticks / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

void read_metrics(const nlattr& metrics, Route& route) {
  for_each_nested(metrics, [&](const nlattr& metric) {
    const uint32_t value = read_u32(metric).value_or(0);
    if (mnl_attr_get_type(&metric) == RTAX_MTU) route.mtu = IpSize{value};
    if (mnl_attr_get_type(&metric) == RTAX_LOCK) {
      route.mtu_locked = (value & (1u << RTAX_MTU)) != 0;
    }
  });
}

void read_cache(const nlattr& attribute, Route& route) {
  rta_cacheinfo info{};
  if (mnl_attr_get_payload_len(&attribute) < sizeof info) return;
  std::memcpy(&info, mnl_attr_get_payload(&attribute), sizeof info);
  if (info.rta_expires <= 0) return;
  route.expires = from_clock_ticks(static_cast<uint32_t>(info.rta_expires));
}

// Of a next hop of another family than the destination (ip-route(8): via inet6 ADDRESS).
std::optional<IpAddress> read_via(const nlattr& attribute) {
  rtvia via{};
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(&attribute));
  const size_t length = mnl_attr_get_payload_len(&attribute);
  if (length < sizeof via) return std::nullopt;
  std::memcpy(&via, bytes, sizeof via);
  const size_t address_bytes = length - sizeof via;
  if (via.rtvia_family == AF_INET && address_bytes >= 4) {
    return IpAddress::from_v4(bytes + sizeof via);
  }
  if (via.rtvia_family == AF_INET6 && address_bytes >= 16) {
    return IpAddress::from_v6(bytes + sizeof via);
  }
  return std::nullopt;
}

Route read_route(const nlmsghdr& message) {
  Route route;
  const auto* header = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  route.table = header->rtm_table;
  route.broadcast = header->rtm_type == RTN_BROADCAST;
  for_each_attribute(message, sizeof(rtmsg), [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case RTA_OIF:
        route.interface_index = read_u32(attribute).value_or(0);
        break;
      case RTA_TABLE:
        route.table = read_u32(attribute).value_or(0);
        break;
      case RTA_PREFSRC:
        route.source = read_address(attribute);
        break;
      case RTA_GATEWAY:
        route.gateway = read_address(attribute);
        break;
      case RTA_VIA:
        route.gateway = read_via(attribute);
        break;
      case RTA_METRICS:
        read_metrics(attribute, route);
        break;
      case RTA_CACHEINFO:
        read_cache(attribute, route);
        break;
      default:
        break;
    }
  });
  return route;
}

FibEntry read_entry(const nlmsghdr& message) {
  FibEntry entry;
  const auto* header = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  entry.table = header->rtm_table;
  entry.destination.address.family = ip_family(header->rtm_family).value_or(IpFamily::kIPv4);
  entry.destination.length = header->rtm_dst_len;
  entry.link_down = (header->rtm_flags & RTNH_F_LINKDOWN) != 0;
  for_each_attribute(message, sizeof(rtmsg), [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case RTA_DST:
        entry.destination.address = read_address(attribute).value_or(IpAddress{});
        break;
      case RTA_OIF:
        entry.interface = interface_name(read_u32(attribute).value_or(0));
        break;
      case RTA_TABLE:
        entry.table = read_u32(attribute).value_or(0);
        break;
      case RTA_GATEWAY:
        entry.gateway = read_address(attribute);
        break;
      case RTA_VIA:
        entry.gateway = read_via(attribute);
        break;
      default:
        break;
    }
  });
  return entry;
}

// What the interface is, by ioctl: the same for both families.
void describe_interface(Route& route) {
  route.interface = interface_name(route.interface_index);
  if (route.interface.empty()) return;
  route.interface_mtu = interface_mtu(route.interface);
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  ifreq request{};
  std::memcpy(request.ifr_name, route.interface.data(), route.interface.size());
  if (ioctl(socket.get(), SIOCGIFHWADDR, &request) == 0) {
    const auto type = request.ifr_hwaddr.sa_family;
    route.has_link_header = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
  }
}

// RTM_GETROUTE for one address. `flags`: RTM_F_LOOKUP_TABLE, RTM_F_FIB_MATCH.
int ask_for_route(const RouteQuery& query, unsigned flags,
                  const std::function<void(const nlmsghdr&)>& on_message) {
  uint32_t through = 0;
  if (!query.interface.empty()) {
    through = if_nametoindex(query.interface.c_str());
    if (through == 0) {
      throw Error(ErrorKind::kNotFound, fmt::format("there is no interface {}", query.interface),
                  "List the interfaces with: ip link.");
    }
  }
  const IpFamily family = query.address.family;
  NetlinkRequest request(RTM_GETROUTE, 0);
  auto& header = request.header<rtmsg>();
  header.rtm_family = static_cast<unsigned char>(address_family(family));
  header.rtm_dst_len = address_bits(family);
  header.rtm_flags = flags;
  request.put(RTA_DST, query.address);
  if (through != 0) request.put(RTA_OIF, through);
  if (query.mark != 0) request.put(RTA_MARK, query.mark);
  return Netlink(NETLINK_ROUTE).ask(request, on_message);
}

}  // namespace

std::string next_hop_words(const Route& route, IpFamily family) {
  if (!route.gateway) return {};
  const bool other_family = route.gateway->family != family;
  return fmt::format("{}{}",
                     !other_family               ? ""
                     : family == IpFamily::kIPv4 ? "inet6 "
                                                 : "inet ",
                     to_string(*route.gateway));
}

RouteAnswer look_up_route(const RouteQuery& query) {
  RouteAnswer answer;
  Route route;
  answer.error = ask_for_route(query, RTM_F_LOOKUP_TABLE,
                               [&](const nlmsghdr& message) { route = read_route(message); });
  if (answer.error != 0 || route.interface_index == 0) return answer;
  describe_interface(route);
  answer.route = route;
  return answer;
}

std::optional<Route> find_route(const IpAddress& address, const std::string& interface) {
  return look_up_route({.address = address, .interface = interface}).route;
}

std::optional<FibEntry> find_fib_entry(const RouteQuery& query) {
  std::optional<FibEntry> entry;
  const int error = ask_for_route(query, RTM_F_LOOKUP_TABLE | RTM_F_FIB_MATCH,
                                  [&](const nlmsghdr& message) { entry = read_entry(message); });
  return error == 0 ? entry : std::nullopt;
}

std::optional<FibEntry> longest_match(const IpAddress& address, uint32_t table) {
  NetlinkRequest request(RTM_GETROUTE, NLM_F_DUMP);
  request.header<rtmsg>().rtm_family = static_cast<unsigned char>(address_family(address.family));
  std::optional<FibEntry> best;
  Netlink(NETLINK_ROUTE).ask(request, [&](const nlmsghdr& message) {
    FibEntry entry = read_entry(message);
    const bool fits = entry.table == table && entry.destination.contains(address);
    if (fits && (!best || entry.destination.length > best->destination.length)) {
      best = std::move(entry);
    }
  });
  return best;
}

}  // namespace mtuscope
