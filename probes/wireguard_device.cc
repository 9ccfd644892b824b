#include "probes/wireguard_device.h"

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "capture/error.h"
#include "probes/netlink.h"
#include "probes/wiped_buffer.h"

namespace mtuscope {
namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;

// ---- The kernel's, over generic netlink -----------------------------------------------------

using PublicKey = std::array<uint8_t, WG_KEY_LEN>;

std::optional<Endpoint> read_endpoint(const nlattr& attribute) {
  const size_t length = mnl_attr_get_payload_len(&attribute);
  const void* bytes = mnl_attr_get_payload(&attribute);
  sockaddr_in v4;
  sockaddr_in6 v6;
  if (length == sizeof v4) {
    std::memcpy(&v4, bytes, sizeof v4);
    std::array<uint8_t, 4> address;
    std::memcpy(address.data(), &v4.sin_addr, 4);
    return Endpoint{IpAddress::from_v4(address.data()), ntohs(v4.sin_port)};
  }
  if (length != sizeof v6) return std::nullopt;
  std::memcpy(&v6, bytes, sizeof v6);
  return Endpoint{IpAddress::from_v6(v6.sin6_addr.s6_addr), ntohs(v6.sin6_port)};
}

void read_allowed_ip(const nlattr& block, WireGuardPeer& peer) {
  IpPrefix prefix;
  for_each_nested(block, [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == WGALLOWEDIP_A_IPADDR) {
      prefix.address = read_address(attribute).value_or(IpAddress{});
    }
    if (mnl_attr_get_type(&attribute) == WGALLOWEDIP_A_CIDR_MASK &&
        mnl_attr_validate(&attribute, MNL_TYPE_U8) >= 0) {
      prefix.length = mnl_attr_get_u8(&attribute);
    }
  });
  peer.allowed_ips.push_back(prefix);
}

void read_peer(const nlattr& nested, std::vector<WireGuardPeer>& peers, PublicKey& last_key) {
  WireGuardPeer peer;
  PublicKey key{};
  for_each_nested(nested, [&](const nlattr& attribute) {
    const size_t length = mnl_attr_get_payload_len(&attribute);
    const void* bytes = mnl_attr_get_payload(&attribute);
    std::array<int64_t, 2> time{};  // struct __kernel_timespec
    switch (mnl_attr_get_type(&attribute)) {
      case WGPEER_A_PUBLIC_KEY:
        if (length == key.size()) std::memcpy(key.data(), bytes, length);
        break;
      case WGPEER_A_ENDPOINT:
        peer.endpoint = read_endpoint(attribute);
        break;
      case WGPEER_A_LAST_HANDSHAKE_TIME:
        if (length == sizeof time) std::memcpy(time.data(), bytes, length);
        if (time[0] > 0) peer.last_handshake = Timestamp{time[0] * kNanoseconds + time[1]};
        break;
      case WGPEER_A_RX_BYTES:
        if (length == 8) peer.received = mnl_attr_get_u64(&attribute);
        break;
      case WGPEER_A_TX_BYTES:
        if (length == 8) peer.sent = mnl_attr_get_u64(&attribute);
        break;
      case WGPEER_A_ALLOWEDIPS:
        for_each_nested(attribute, [&](const nlattr& block) { read_allowed_ip(block, peer); });
        break;
      default:  // the preshared key among them
        break;
    }
  });
  // A peer of very many AllowedIPs goes on in the next message.
  if (!peers.empty() && key == last_key) {
    auto& blocks = peers.back().allowed_ips;
    blocks.insert(blocks.end(), peer.allowed_ips.begin(), peer.allowed_ips.end());
    return;
  }
  last_key = key;
  peers.push_back(std::move(peer));
}

// The number of a generic netlink family; 0 when the kernel has none of that name.
uint16_t family_number(Netlink& netlink, const std::string& name) {
  NetlinkRequest request(GENL_ID_CTRL, 0);
  request.header<genlmsghdr>() = {.cmd = CTRL_CMD_GETFAMILY, .version = 1, .reserved = 0};
  request.put(CTRL_ATTR_FAMILY_NAME, name);
  uint16_t number = 0;
  netlink.ask(request, [&](const nlmsghdr& message) {
    for_each_attribute(message, sizeof(genlmsghdr), [&](const nlattr& attribute) {
      if (mnl_attr_get_type(&attribute) == CTRL_ATTR_FAMILY_ID &&
          mnl_attr_validate(&attribute, MNL_TYPE_U16) >= 0) {
        number = mnl_attr_get_u16(&attribute);
      }
    });
  });
  return number;
}

// errno, 0 when it is known: ENODEV when it is not the kernel's.
int ask_kernel(const std::string& interface, WireGuardDevice& device) {
  Netlink netlink(NETLINK_GENERIC);
  const uint16_t family = family_number(netlink, WG_GENL_NAME);
  if (family == 0) return ENODEV;
  NetlinkRequest request(family, NLM_F_DUMP);
  request.header<genlmsghdr>() = {
      .cmd = WG_CMD_GET_DEVICE, .version = WG_GENL_VERSION, .reserved = 0};
  request.put(WGDEVICE_A_IFNAME, interface);
  PublicKey last_key{};
  return netlink.ask(request, [&](const nlmsghdr& message) {
    for_each_attribute(message, sizeof(genlmsghdr), [&](const nlattr& attribute) {
      if (mnl_attr_get_type(&attribute) == WGDEVICE_A_FWMARK) {
        device.mark = read_u32(attribute).value_or(0);
      }
      if (mnl_attr_get_type(&attribute) == WGDEVICE_A_PEERS) {
        for_each_nested(attribute,
                        [&](const nlattr& peer) { read_peer(peer, device.peers, last_key); });
      }
    });
  });
}

// ---- A userspace implementation's, over its socket -------------------------------------------

constexpr int kAnswerMilliseconds = 2000;
constexpr size_t kMostAnswerBytes = 1u << 20;

std::string socket_path(const std::string& interface) {
  return "/run/wireguard/" + interface + ".sock";
}

// errno, 0 when it answered.
int ask_socket(const std::string& interface, WireGuardDevice& device) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_path(interface);
  if (path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  constexpr std::string_view kQuestion = "get=1\n\n";
  int error = 0;
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(descriptor, kQuestion.data(), kQuestion.size(), MSG_NOSIGNAL) < 0) {
    error = errno;
  }
  const auto buffer = std::make_unique<WipedBuffer<kMostAnswerBytes>>();
  size_t length = 0;
  while (error == 0 && length < buffer->size() && !buffer->first(length).ends_with("\n\n")) {
    pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, kAnswerMilliseconds) <= 0) {
      error = ETIMEDOUT;
      break;
    }
    const ssize_t got = read(descriptor, buffer->data() + length, buffer->size() - length);
    if (got < 0) error = errno;
    if (got <= 0) break;
    length += static_cast<size_t>(got);
  }
  close(descriptor);
  if (error == 0) device = parse_uapi(buffer->first(length), interface);
  return error;
}

uint64_t number(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host.substr(0, host.find('%')));
  if (!address) return std::nullopt;
  return Endpoint{*address, static_cast<uint16_t>(number(text.substr(colon + 1)))};
}

void read_peer_line(std::string_view key, std::string_view value, WireGuardPeer& peer) {
  if (key == "endpoint") peer.endpoint = parse_endpoint(value);
  if (key == "rx_bytes") peer.received = number(value);
  if (key == "tx_bytes") peer.sent = number(value);
  if (key == "last_handshake_time_sec" && number(value) > 0) {
    peer.last_handshake = Timestamp{static_cast<int64_t>(number(value)) * kNanoseconds};
  }
  if (key == "allowed_ip") {
    if (const auto prefix = IpPrefix::parse(value)) peer.allowed_ips.push_back(*prefix);
  }
}

}  // namespace

const WireGuardPeer* peer_for(const WireGuardDevice& device, const IpAddress& address) {
  const WireGuardPeer* best = nullptr;
  int longest = -1;
  for (const WireGuardPeer& peer : device.peers) {
    for (const IpPrefix& prefix : peer.allowed_ips) {
      if (prefix.length <= longest || !prefix.contains(address)) continue;
      longest = prefix.length;
      best = &peer;
    }
  }
  return best;
}

WireGuardDevice parse_uapi(std::string_view answer, const std::string& interface) {
  WireGuardDevice device{.interface = interface, .source = socket_path(interface)};
  while (!answer.empty()) {
    const size_t end = std::min(answer.find('\n'), answer.size());
    const std::string_view line = answer.substr(0, end);
    answer.remove_prefix(std::min(end + 1, answer.size()));
    const size_t equals = std::min(line.find('='), line.size());
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(std::min(equals + 1, line.size()));
    if (key == "fwmark") device.mark = static_cast<uint32_t>(number(value));
    if (key == "public_key") device.peers.emplace_back();
    if (!device.peers.empty()) read_peer_line(key, value, device.peers.back());
  }
  return device;
}

WireGuardAnswer ask_wireguard(const std::string& interface) {
  WireGuardDevice device{.interface = interface, .source = "the kernel"};
  int of_kernel = 0;
  try {
    of_kernel = ask_kernel(interface, device);
  } catch (const Error&) {
    of_kernel = ENODEV;
  }
  if (of_kernel == 0) return {.device = device, .unseen = {}};
  const int of_socket = ask_socket(interface, device);
  if (of_socket == 0) return {.device = device, .unseen = {}};
  const auto refused = [](int error) { return error == EPERM || error == EACCES; };
  if (refused(of_kernel) || refused(of_socket)) {
    return {.device = {}, .unseen = "peers are shown to root only: run it with sudo"};
  }
  return {
      .device = {},
      .unseen = fmt::format("neither the kernel nor {} knows its peers", socket_path(interface))};
}

}  // namespace mtuscope
