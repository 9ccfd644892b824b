#include "probes/probe_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr int kReceiveBufferBytes = 1 << 20;
// A connected socket reports an ICMP error once with the next call, whatever that is.
constexpr int kSendAttempts = 8;

bool is_v6(IpFamily family) { return family == IpFamily::kIPv6; }

Error system_error(const std::string& what) {
  return Error(ErrorKind::kSystem, fmt::format("{}: {}", what, std::strerror(errno)),
               "Check the route and the interface: ip route get ADDRESS.");
}

IpAddress address_of(const sockaddr* address) {
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, address, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      return IpAddress::from_v4(v6.sin6_addr.s6_addr + 12);
    }
    return IpAddress::from_v6(v6.sin6_addr.s6_addr);
  }
  if (address->sa_family != AF_INET) return {};
  sockaddr_in v4;
  std::memcpy(&v4, address, sizeof v4);
  std::array<uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &v4.sin_addr, 4);
  return IpAddress::from_v4(bytes.data());
}

// The port stands at the same place in both families' addresses.
uint16_t port_of(const sockaddr_storage& address) {
  sockaddr_in v4;
  std::memcpy(&v4, &address, sizeof v4);
  return ntohs(v4.sin_port);
}

std::pair<sockaddr_storage, socklen_t> own_address(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length);
  return {address, length};
}

}  // namespace

Endpoint endpoint_of(const sockaddr_storage& address) {
  return {address_of(reinterpret_cast<const sockaddr*>(&address)), port_of(address)};
}

sockaddr_storage socket_address(const IpAddress& address, uint16_t port, uint32_t scope,
                                socklen_t& length) {
  sockaddr_storage storage{};
  if (is_v6(address.family)) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_scope_id = scope;
    std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
    std::memcpy(&storage, &v6, sizeof v6);
    length = sizeof v6;
  } else {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes.data(), 4);
    std::memcpy(&storage, &v4, sizeof v4);
    length = sizeof v4;
  }
  return storage;
}

IpSize interface_mtu(const std::string& name) {
  if (name.empty() || name.size() >= IFNAMSIZ) return {};
  const Descriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return {};
  ifreq request{};
  std::memcpy(request.ifr_name, name.c_str(), name.size());
  const bool known = ioctl(socket.get(), SIOCGIFMTU, &request) == 0;
  return IpSize{known ? static_cast<uint32_t>(request.ifr_mtu) : 0};
}

std::span<const uint8_t> behind_ip_header(std::span<const uint8_t> received, IpFamily family) {
  if (is_v6(family) || received.empty()) return received;
  const size_t header = size_t{received[0] & 0x0fu} * 4;
  return received.subspan(std::min(header, received.size()));
}

void bind_to_interface(int descriptor, const std::string& interface) {
  if (interface.empty() || setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                                      static_cast<socklen_t>(interface.size() + 1)) == 0) {
    return;
  }
  const int error = errno;
  if (error == EPERM) {
    throw Error(ErrorKind::kPermission,
                fmt::format("binding to interface {} is not permitted", interface),
                "Run it as root, or grant CAP_NET_RAW: sudo setcap cap_net_raw+ep PROGRAM.");
  }
  throw Error(ErrorKind::kNotFound,
              fmt::format("cannot use interface {}: {}", interface, std::strerror(error)),
              "List the interfaces with: ip link.");
}

std::optional<QueuedError> read_error_queue(int descriptor, std::span<uint8_t> buffer) {
  sockaddr_storage destination{};
  iovec data{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<uint8_t, 512> control;
  msghdr message{};
  message.msg_name = &destination;
  message.msg_namelen = sizeof destination;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t count = recvmsg(descriptor, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
  if (count < 0) return std::nullopt;
  QueuedError result;
  result.quoted = static_cast<size_t>(count);
  if (message.msg_namelen > 0) result.destination = endpoint_of(destination);
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    const bool v4 = header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_RECVERR;
    const bool v6 = header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_RECVERR;
    if (!v4 && !v6) continue;
    // The error, and behind it the address of who reported it (SO_EE_OFFENDER).
    struct {
      sock_extended_err error;
      sockaddr_in6 offender;
    } entry{};
    const size_t length = header->cmsg_len - CMSG_LEN(0);
    std::memcpy(&entry, CMSG_DATA(header), std::min(length, sizeof entry));
    result.from_icmp =
        entry.error.ee_origin == SO_EE_ORIGIN_ICMP || entry.error.ee_origin == SO_EE_ORIGIN_ICMP6;
    result.error = static_cast<int>(entry.error.ee_errno);
    result.type = entry.error.ee_type;
    result.code = entry.error.ee_code;
    result.info = entry.error.ee_info;
    result.reporter = address_of(reinterpret_cast<const sockaddr*>(&entry.offender));
  }
  return result;
}

std::optional<ProbeSocket> ProbeSocket::try_open(const ProbeTarget& target, int type,
                                                 int protocol) {
  const int domain = is_v6(target.address.family) ? AF_INET6 : AF_INET;
  const int descriptor = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (descriptor < 0) {
    if (errno == EACCES || errno == EPERM) return std::nullopt;
    throw system_error("cannot open a socket");
  }
  ProbeSocket result(target, descriptor);
  result.configure();
  return result;
}

void ProbeSocket::set(int level, int name, int value, const char* what) const {
  if (setsockopt(descriptor(), level, name, &value, sizeof value) != 0) {
    throw system_error(fmt::format("cannot set {} on a socket", what));
  }
}

void ProbeSocket::configure() const {
  if (target_.bind) bind_to_interface(descriptor(), target_.interface);
  // IP_PMTUDISC_PROBE: DF is set, and the path MTU that the system believes in is ignored.
  if (is_v6(family())) {
    set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
    set(IPPROTO_IPV6, IPV6_DONTFRAG, 1, "IPV6_DONTFRAG");
    set(IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
  } else {
    set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
    set(IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
  }
  set(SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes, "SO_RCVBUF");
  set(SOL_SOCKET, SO_SNDBUF, kReceiveBufferBytes, "SO_SNDBUF");
}

bool ProbeSocket::bind_any_port() const {
  socklen_t length = 0;
  const IpAddress any{.bytes = {}, .family = family()};
  const sockaddr_storage address = socket_address(any, 0, 0, length);
  return bind(descriptor(), reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

void ProbeSocket::connect_to(uint16_t port) const {
  socklen_t length = 0;
  const bool link_local = is_v6(family()) && target_.address.bytes[0] == 0xfe &&
                          (target_.address.bytes[1] & 0xc0) == 0x80;
  const sockaddr_storage address =
      socket_address(target_.address, port, link_local ? target_.scope : 0, length);
  if (connect(descriptor(), reinterpret_cast<const sockaddr*>(&address), length) == 0) return;
  const std::string through = target_.bind ? fmt::format(" through {}", target_.interface) : "";
  throw Error(ErrorKind::kSystem,
              fmt::format("{} cannot be reached{}: {}", to_string(target_.address), through,
                          std::strerror(errno)),
              fmt::format("Is the interface up, and is there a route? ip route get {}{}",
                          to_string(target_.address),
                          target_.bind ? fmt::format(" oif {}", target_.interface) : ""));
}

uint16_t ProbeSocket::local_port() const { return port_of(own_address(descriptor()).first); }

IpAddress ProbeSocket::local_address() const {
  const auto [address, length] = own_address(descriptor());
  return address_of(reinterpret_cast<const sockaddr*>(&address));
}

SendOutcome ProbeSocket::send(std::span<const uint8_t> packet, IpSize size,
                              std::optional<uint8_t> ttl) const {
  iovec data{const_cast<uint8_t*>(packet.data()), packet.size()};  // NOLINT: sendmsg does not write
  alignas(cmsghdr) std::array<uint8_t, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (ttl) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = is_v6(family()) ? IPPROTO_IPV6 : IPPROTO_IP;
    header->cmsg_type = is_v6(family()) ? IPV6_HOPLIMIT : IP_TTL;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int value = *ttl;
    std::memcpy(CMSG_DATA(header), &value, sizeof value);
  }
  int error = 0;
  for (int attempt = 0; attempt < kSendAttempts; ++attempt) {
    if (sendmsg(descriptor(), &message, 0) >= 0) return {};
    error = errno;
    if (error == ENOBUFS || error == EAGAIN) return {.status = SendStatus::kBusy};
    if (error == EPERM || error == EINVAL || error == ENETDOWN) break;
    if (error == EMSGSIZE) {
      // The same error comes with a PTB that has just arrived.
      const IpSize mtu = interface_mtu(target_.interface);
      if (mtu.bytes > 0 ? size > mtu : attempt + 1 == kSendAttempts) {
        return {.status = SendStatus::kTooBig, .error = error, .interface_mtu = mtu};
      }
    }
  }
  return {.status = SendStatus::kFailed, .error = error};
}

void ProbeSocket::send_fragmentable(std::span<const uint8_t> packet) const {
  if (is_v6(family())) return;
  // Like IP_PMTUDISC_PROBE, but without DF (net/ipv4/ip_output.c).
  set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_INTERFACE, "IP_MTU_DISCOVER");
  ::send(descriptor(), packet.data(), packet.size(), MSG_DONTWAIT);
  set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
}

std::optional<size_t> ProbeSocket::receive(std::span<uint8_t> buffer) const {
  for (int attempt = 0; attempt < kSendAttempts; ++attempt) {
    const ssize_t count = recv(descriptor(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno == EAGAIN) return std::nullopt;  // anything else is an ICMP error's echo
  }
  return std::nullopt;
}

}  // namespace mtuscope
