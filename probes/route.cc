#include "probes/route.h"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>

#include "capture/error.h"
#include "probes/probe_socket.h"

namespace mtuscope {
namespace {

constexpr size_t kMessageBytes = 16384;

struct CloseSocket {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Netlink = std::unique_ptr<mnl_socket, CloseSocket>;

Error cannot_ask(const char* what) {
  return Error(
      ErrorKind::kSystem,
      fmt::format("the kernel can't be asked for routes: {}: {}", what, std::strerror(errno)),
      "Is this a sandbox without netlink? Run it outside.");
}

int address_family(IpFamily family) { return family == IpFamily::kIPv4 ? AF_INET : AF_INET6; }

size_t address_bytes(IpFamily family) { return family == IpFamily::kIPv4 ? 4 : 16; }

std::optional<IpAddress> read_address(const nlattr* attribute, IpFamily family) {
  if (mnl_attr_get_payload_len(attribute) != address_bytes(family)) return std::nullopt;
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(attribute));
  return family == IpFamily::kIPv4 ? IpAddress::from_v4(bytes) : IpAddress::from_v6(bytes);
}

// Jiffies as the kernel gives them to user space (USER_HZ).
Duration from_clock_ticks(uint32_t ticks) {
  return Duration::from_seconds(ticks / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

struct Answer {
  Route route;
  IpFamily family;
};

int read_metric(const nlattr* attribute, void* data) {
  if (mnl_attr_get_type(attribute) == RTAX_MTU && mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0) {
    static_cast<Answer*>(data)->route.mtu = IpSize{mnl_attr_get_u32(attribute)};
  }
  return MNL_CB_OK;
}

int read_attribute(const nlattr* attribute, void* data) {
  auto* answer = static_cast<Answer*>(data);
  switch (mnl_attr_get_type(attribute)) {
    case RTA_OIF:
      if (mnl_attr_validate(attribute, MNL_TYPE_U32) < 0) break;
      answer->route.interface_index = mnl_attr_get_u32(attribute);
      break;
    case RTA_PREFSRC:
      answer->route.source = read_address(attribute, answer->family);
      break;
    case RTA_GATEWAY:
      answer->route.gateway = read_address(attribute, answer->family);
      break;
    case RTA_METRICS:
      mnl_attr_parse_nested(attribute, read_metric, answer);
      break;
    case RTA_CACHEINFO: {
      rta_cacheinfo info{};
      if (mnl_attr_get_payload_len(attribute) < sizeof info) break;
      std::memcpy(&info, mnl_attr_get_payload(attribute), sizeof info);
      if (info.rta_expires > 0) {
        answer->route.expires = from_clock_ticks(static_cast<uint32_t>(info.rta_expires));
      }
      break;
    }
    default:
      break;
  }
  return MNL_CB_OK;
}

int read_route(const nlmsghdr* message, void* data) {
  mnl_attr_parse(message, sizeof(rtmsg), read_attribute, data);
  return MNL_CB_OK;
}

// What the interface is, by ioctl: the same for both families.
void describe_interface(Route& route) {
  std::array<char, IF_NAMESIZE> name{};
  if (if_indextoname(route.interface_index, name.data()) == nullptr) return;
  route.interface = name.data();
  route.interface_mtu = interface_mtu(route.interface);
  const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return;
  ifreq request{};
  std::memcpy(request.ifr_name, name.data(), IFNAMSIZ);
  if (ioctl(descriptor, SIOCGIFHWADDR, &request) == 0) {
    const auto type = request.ifr_hwaddr.sa_family;
    route.has_link_header = type == ARPHRD_ETHER || type == ARPHRD_LOOPBACK;
  }
  close(descriptor);
}

}  // namespace

std::optional<Route> find_route(const IpAddress& address, const std::string& interface) {
  uint32_t through = 0;
  if (!interface.empty()) {
    through = if_nametoindex(interface.c_str());
    if (through == 0) {
      throw Error(ErrorKind::kNotFound, fmt::format("there is no interface {}", interface),
                  "List the interfaces with: ip link.");
    }
  }
  const Netlink netlink(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!netlink || mnl_socket_bind(netlink.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    throw cannot_ask("netlink socket");
  }
  std::array<char, kMessageBytes> buffer;
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = RTM_GETROUTE;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* header = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(rtmsg)));
  header->rtm_family = static_cast<unsigned char>(address_family(address.family));
  header->rtm_dst_len = static_cast<unsigned char>(address_bytes(address.family) * 8);
  mnl_attr_put(request, RTA_DST, address_bytes(address.family), address.bytes.data());
  if (through != 0) mnl_attr_put_u32(request, RTA_OIF, through);
  if (mnl_socket_sendto(netlink.get(), request, request->nlmsg_len) < 0) throw cannot_ask("send");
  const ssize_t length = mnl_socket_recvfrom(netlink.get(), buffer.data(), buffer.size());
  if (length < 0) throw cannot_ask("receive");

  Answer answer{.route = {}, .family = address.family};
  // Fails when the kernel answers with an error: no route, network unreachable.
  if (mnl_cb_run(buffer.data(), static_cast<size_t>(length), 0, 0, read_route, &answer) < 0) {
    return std::nullopt;
  }
  if (answer.route.interface_index == 0) return std::nullopt;
  describe_interface(answer.route);
  return answer.route;
}

}  // namespace mtuscope
