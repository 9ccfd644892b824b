#include "probes/link.h"

#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "probes/descriptor.h"
#include "probes/netlink.h"

namespace mtuscope {
namespace {

constexpr unsigned kLowerUp = 1u << 16;  // IFF_LOWER_UP of linux/if.h, which clashes with net/if.h

Link read_link(const nlmsghdr& message) {
  const auto* header = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  Link link;
  link.index = static_cast<uint32_t>(header->ifi_index);
  link.up = (header->ifi_flags & IFF_UP) != 0;
  link.carrier = (header->ifi_flags & kLowerUp) != 0;
  link.has_link_header = header->ifi_type == ARPHRD_ETHER || header->ifi_type == ARPHRD_LOOPBACK;
  for_each_attribute(message, sizeof(ifinfomsg), [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_IFNAME:
        link.name = read_text(attribute);
        break;
      case IFLA_MTU:
        link.mtu = IpSize{read_u32(attribute).value_or(0)};
        break;
      case IFLA_MASTER:
        link.master = interface_name(read_u32(attribute).value_or(0));
        break;
      case IFLA_LINKINFO:
        for_each_nested(attribute, [&](const nlattr& info) {
          if (mnl_attr_get_type(&info) == IFLA_INFO_KIND) link.kind = read_text(info);
          // Behind its kind (rtnl_link_info_fill() in net/core/rtnetlink.c).
          if (mnl_attr_get_type(&info) == IFLA_INFO_DATA) {
            link.tunnel = read_tunnel_end(link.kind, info);
          }
        });
        break;
      default:
        break;
    }
  });
  return link;
}

void add_address(const nlmsghdr& message, std::vector<Link>& links) {
  const auto* header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
  const auto link = std::ranges::find(links, header->ifa_index, &Link::index);
  if (link == links.end()) return;
  // IFA_LOCAL is this end's on point-to-point links; IPv6 has IFA_ADDRESS only.
  std::optional<IpAddress> local, address;
  for_each_attribute(message, sizeof(ifaddrmsg), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == IFA_LOCAL) local = read_address(attribute);
    if (mnl_attr_get_type(&attribute) == IFA_ADDRESS) address = read_address(attribute);
  });
  if (!local) local = address;
  if (local) link->addresses.push_back({*local, header->ifa_prefixlen});
}

}  // namespace

std::vector<Link> links() {
  std::vector<Link> all;
  NetlinkRequest for_links(RTM_GETLINK, NLM_F_DUMP);
  for_links.header<ifinfomsg>();
  Netlink(NETLINK_ROUTE).ask(for_links, [&](const nlmsghdr& message) {
    all.push_back(read_link(message));
  });
  NetlinkRequest for_addresses(RTM_GETADDR, NLM_F_DUMP);
  for_addresses.header<ifaddrmsg>();
  Netlink(NETLINK_ROUTE).ask(for_addresses, [&](const nlmsghdr& message) {
    add_address(message, all);
  });
  return all;
}

const Link* find_link(const std::vector<Link>& links, const std::string& name) {
  const auto found = std::ranges::find(links, name, &Link::name);
  return found == links.end() ? nullptr : &*found;
}

std::optional<Offloads> offloads(const std::string& interface) {
  if (interface.empty() || interface.size() >= IFNAMSIZ) return std::nullopt;
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return std::nullopt;
  bool known = true;
  const auto ask = [&](uint32_t command) {
    ethtool_value value{.cmd = command, .data = 0};
    ifreq request{};
    std::memcpy(request.ifr_name, interface.data(), interface.size());
    request.ifr_data = reinterpret_cast<char*>(&value);
    known &= ioctl(socket.get(), SIOCETHTOOL, &request) == 0;
    return value.data != 0;
  };
  const Offloads found{
      .tso = ask(ETHTOOL_GTSO), .gso = ask(ETHTOOL_GGSO), .gro = ask(ETHTOOL_GGRO)};
  return known ? std::optional(found) : std::nullopt;
}

}  // namespace mtuscope
