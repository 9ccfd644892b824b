#include "probes/wireguard_device.h"

#include <fmt/format.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

#include "capture/error.h"
#include "probes/descriptor.h"
#include "probes/netlink.h"
#include "probes/wiped_buffer.h"
#include "probes/wireguard_netlink.h"

namespace mtuscope {
namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;
constexpr uint64_t kMostSeconds = std::numeric_limits<int64_t>::max() / kNanoseconds;

// ---- The kernel's, over generic netlink -----------------------------------------------------

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
  WireGuardMessages messages(device);
  return netlink.ask(request, [&](const nlmsghdr& message) { messages.add(message); });
}

// ---- A userspace implementation's, over its socket -------------------------------------------

constexpr int kAnswerMilliseconds = 2000;
constexpr size_t kMostAnswerBytes = 64u << 20;

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
  const Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  constexpr std::string_view kQuestion = "get=1\n\n";
  int error = 0;
  if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      send(socket.get(), kQuestion.data(), kQuestion.size(), MSG_NOSIGNAL) < 0) {
    error = errno;
  }
  WipedBuffer<65536> buffer;
  size_t length = 0, total = 0;  // of bytes not read so far; of all
  for (bool ended = false; error == 0 && !ended;) {
    pollfd ready{.fd = socket.get(), .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, kAnswerMilliseconds) <= 0) error = ETIMEDOUT;
    const ssize_t got =
        error == 0 ? read(socket.get(), buffer.data() + length, buffer.size() - length) : 0;
    if (got < 0) error = errno;
    if (error == 0 && got == 0) error = EPIPE;  // an answer ends with an empty line
    if (error != 0) break;
    length += static_cast<size_t>(got);
    total += static_cast<size_t>(got);
    ended = buffer.first(length).ends_with("\n\n");
    const size_t read_now = read_uapi(buffer.first(length), device);
    if (total > kMostAnswerBytes || (read_now == 0 && length == buffer.size())) error = EMSGSIZE;
    std::memmove(buffer.data(), buffer.data() + read_now, length - read_now);
    length -= read_now;
  }
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
    const auto seconds = static_cast<int64_t>(std::min(number(value), kMostSeconds));
    peer.last_handshake = Timestamp{seconds * kNanoseconds};
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

size_t read_uapi(std::string_view answer, WireGuardDevice& device) {
  size_t begin = 0;
  for (size_t end; (end = answer.find('\n', begin)) != std::string_view::npos; begin = end + 1) {
    const std::string_view line = answer.substr(begin, end - begin);
    const size_t equals = std::min(line.find('='), line.size());
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = line.substr(std::min(equals + 1, line.size()));
    if (key == "fwmark") device.mark = static_cast<uint32_t>(number(value));
    if (key == "public_key") device.peers.emplace_back();
    if (!device.peers.empty()) read_peer_line(key, value, device.peers.back());
  }
  return begin;
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
  device = {.interface = interface, .source = socket_path(interface)};
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
