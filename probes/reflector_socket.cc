#include "probes/reflector_socket.h"

#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr int kReceiveBufferBytes = 1 << 20;
constexpr size_t kControlBytes = 256;

// A control message's value, as far as it is there.
template <typename T>
T value_of(const cmsghdr* header) {
  T value{};
  std::memcpy(&value, CMSG_DATA(header), std::min(sizeof value, header->cmsg_len - CMSG_LEN(0)));
  return value;
}

bool is(const cmsghdr* header, int level, int type) {
  return header->cmsg_level == level && header->cmsg_type == type;
}

// What stands beside a datagram; returns the index of its interface.
uint32_t read_control(msghdr& message, ReflectorInput& input) {
  uint32_t interface_index = 0;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (is(header, IPPROTO_IP, IP_PKTINFO)) {
      const auto info = value_of<in_pktinfo>(header);
      std::array<uint8_t, 4> local, destination;
      std::memcpy(local.data(), &info.ipi_spec_dst, 4);
      std::memcpy(destination.data(), &info.ipi_addr, 4);
      input.to = IpAddress::from_v4(local.data());
      // Broadcast and multicast are addressed to no host, so that the two differ (ip(7)).
      input.to_group = local != destination;
      interface_index = static_cast<uint32_t>(info.ipi_ifindex);
    } else if (is(header, IPPROTO_IPV6, IPV6_PKTINFO)) {
      const auto info = value_of<in6_pktinfo>(header);
      input.to = IpAddress::from_v6(info.ipi6_addr.s6_addr);
      input.to_group = IN6_IS_ADDR_MULTICAST(&info.ipi6_addr);
      interface_index = info.ipi6_ifindex;
    } else if (is(header, IPPROTO_IP, IP_RECVFRAGSIZE) ||
               is(header, IPPROTO_IPV6, IPV6_RECVFRAGSIZE)) {
      input.fragment = IpSize{static_cast<uint32_t>(std::max(value_of<int>(header), 0))};
    }
  }
  return interface_index;
}

// Names the address that the answer leaves from; returns the length of what it wrote.
size_t write_source(const IpAddress& from, uint32_t interface_index, cmsghdr* header) {
  assert(header != nullptr);
  if (from.family == IpFamily::kIPv4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, from.bytes.data(), 4);
    header->cmsg_level = IPPROTO_IP;
    header->cmsg_type = IP_PKTINFO;
    header->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(header), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
  }
  in6_pktinfo info{};
  std::memcpy(&info.ipi6_addr, from.bytes.data(), 16);
  // An address of one link means nothing without the link; others follow the routes.
  if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = interface_index;
  header->cmsg_level = IPPROTO_IPV6;
  header->cmsg_type = IPV6_PKTINFO;
  header->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

Error cannot_listen(const Endpoint& local) {
  const int error = errno;
  const std::string what =
      fmt::format("cannot listen at UDP {}: {}", to_string(local), std::strerror(error));
  if (error == EADDRINUSE) {
    return Error(ErrorKind::kSystem, what,
                 fmt::format("Something else uses that port (ss -lunp 'sport = :{}'), perhaps a "
                             "reflector; take another one with --port.",
                             local.port));
  }
  if (error == EADDRNOTAVAIL) {
    return Error(ErrorKind::kNotFound, what, "List this host's addresses with: ip address.");
  }
  const ErrorKind kind = error == EACCES ? ErrorKind::kPermission : ErrorKind::kSystem;
  return Error(kind, what, "Ports from 1024 on need no privilege; choose one with --port.");
}

}  // namespace

std::optional<ReflectorSocket> ReflectorSocket::try_open(const Endpoint& local,
                                                         const std::string& interface) {
  const bool v6 = local.address.family == IpFamily::kIPv6;
  const int descriptor =
      socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
  if (descriptor < 0) {
    if (errno == EAFNOSUPPORT) return std::nullopt;
    throw Error(ErrorKind::kSystem, fmt::format("cannot open a socket: {}", std::strerror(errno)),
                "Is this a sandbox without sockets? Run it outside.");
  }
  ReflectorSocket result(local.address.family, descriptor);
  result.configure(interface);
  socklen_t length = 0;
  const uint32_t scope = interface.empty() ? 0 : if_nametoindex(interface.c_str());
  const sockaddr_storage address = socket_address(local.address, local.port, scope, length);
  if (bind(descriptor, reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    // Where IPv6 is switched off, sockets exist, but no address does.
    if (v6 && errno == EADDRNOTAVAIL && local.address == IpAddress{{}, IpFamily::kIPv6}) {
      return std::nullopt;
    }
    throw cannot_listen(local);
  }
  return result;
}

void ReflectorSocket::set(int level, int name, int value, const char* what) const {
  if (setsockopt(descriptor(), level, name, &value, sizeof value) == 0) return;
  throw Error(ErrorKind::kSystem,
              fmt::format("cannot set {} on a socket: {}", what, std::strerror(errno)),
              "It needs Linux 4.9 or later.");
}

void ReflectorSocket::configure(const std::string& interface) const {
  bind_to_interface(descriptor(), interface);
  if (family_ == IpFamily::kIPv6) {
    set(IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
    set(IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_PROBE, "IPV6_MTU_DISCOVER");
    set(IPPROTO_IPV6, IPV6_DONTFRAG, 1, "IPV6_DONTFRAG");
    set(IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
    set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
    set(IPPROTO_IPV6, IPV6_RECVFRAGSIZE, 1, "IPV6_RECVFRAGSIZE");
  } else {
    set(IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE, "IP_MTU_DISCOVER");
    set(IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
    set(IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO");
    set(IPPROTO_IP, IP_RECVFRAGSIZE, 1, "IP_RECVFRAGSIZE");
  }
  set(SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes, "SO_RCVBUF");
}

Endpoint ReflectorSocket::local() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(descriptor(), reinterpret_cast<sockaddr*>(&address), &length);
  return endpoint_of(address);
}

std::optional<ReflectorInput> ReflectorSocket::receive(std::span<uint8_t> buffer) {
  sockaddr_storage from{};
  iovec data{buffer.data(), buffer.size()};
  alignas(cmsghdr) std::array<uint8_t, kControlBytes> control;
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t count = recvmsg(descriptor(), &message, MSG_DONTWAIT);
  if (count < 0) return std::nullopt;
  ReflectorInput input;
  input.from = endpoint_of(from);
  input.payload = std::span<const uint8_t>(buffer).first(static_cast<size_t>(count));
  input.size = IpSize{ip_header_bytes(family_) + kUdpHeaderBytes + static_cast<uint32_t>(count)};
  interface_index_ = read_control(message, input);
  return input;
}

SendOutcome ReflectorSocket::send(const ReflectorOutput& output) const {
  socklen_t length = 0;
  sockaddr_storage to = socket_address(output.to.address, output.to.port, interface_index_, length);
  const std::span<const uint8_t> payload = output.payload;
  iovec data{const_cast<uint8_t*>(payload.data()), payload.size()};  // NOLINT: is not written
  alignas(cmsghdr) std::array<uint8_t, kControlBytes> control{};
  msghdr message{};
  message.msg_name = &to;
  message.msg_namelen = length;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  message.msg_controllen = write_source(output.from, interface_index_, CMSG_FIRSTHDR(&message));
  // An ICMP error that has arrived is reported once more by whatever is called next; asking for it
  // takes it away, so that what sendmsg() says is about this datagram.
  int error = 0;
  socklen_t error_length = sizeof error;
  getsockopt(descriptor(), SOL_SOCKET, SO_ERROR, &error, &error_length);
  if (sendmsg(descriptor(), &message, MSG_DONTWAIT) >= 0) return {};
  if (errno == ENOBUFS || errno == EAGAIN) return {.status = SendStatus::kBusy};
  if (errno != EMSGSIZE) return {.status = SendStatus::kFailed, .error = errno};
  std::array<char, IF_NAMESIZE> name{};
  const bool named = if_indextoname(interface_index_, name.data()) != nullptr;
  const IpSize mtu = named ? interface_mtu(name.data()) : IpSize{0};
  return {.status = SendStatus::kTooBig,
          .error = EMSGSIZE,
          .interface_mtu = mtu < output.size ? mtu : IpSize{0}};
}

}  // namespace mtuscope
