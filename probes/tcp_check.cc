#include "probes/tcp_check.h"

#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "capture/error.h"
#include "probes/descriptor.h"
#include "probes/engine.h"

namespace mtuscope {
namespace {

constexpr std::string_view kData = "\r\n";
// The kernel tells nobody that data was acknowledged: it is asked so often.
constexpr int kPollMilliseconds = 10;
// SYNs leave at 0, 1 and 3 s; the data at 0, 0.2, 0.6, 1.4 and 3 s.
constexpr Duration kConnectLimit = Duration::milliseconds(3'500);
constexpr Duration kDataLimit = Duration::milliseconds(3'500);

tcp_info read_info(int descriptor) {
  tcp_info info{};
  socklen_t length = sizeof info;
  getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length);
  return info;
}

int pending_error(int descriptor) {
  int error = 0;
  socklen_t length = sizeof error;
  getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

// errno, 0 when it is connected, EINPROGRESS when the time is over.
int connect_within(int descriptor, const sockaddr_storage& address, socklen_t length,
                   Duration limit) {
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
  const auto milliseconds = static_cast<int>(limit.seconds() * 1000);
  return poll(&ready, 1, milliseconds) > 0 ? pending_error(descriptor) : EINPROGRESS;
}

TcpFate fate_of(int connect_error) {
  switch (connect_error) {
    case ECONNREFUSED:
      return TcpFate::kRefused;
    case EINPROGRESS:
    case ETIMEDOUT:
      return TcpFate::kNoAnswer;
    default:
      return TcpFate::kUnreachable;
  }
}

void send_data(int descriptor, Duration limit, TcpCheck& check) {
  const Timestamp start = steady_now();
  // The SYN may be among what was acknowledged.
  const uint64_t all = read_info(descriptor).tcpi_bytes_acked + kData.size();
  if (send(descriptor, kData.data(), kData.size(), MSG_NOSIGNAL) < 0) {
    check.fate = TcpFate::kBroken;
    check.error = errno;
    return;
  }
  check.fate = TcpFate::kUnanswered;
  for (;;) {
    check.error = pending_error(descriptor);
    const tcp_info info = read_info(descriptor);
    check.waited = steady_now() - start;
    check.transmissions = info.tcpi_total_retrans + 1;
    // A service may well break off after it has read an empty line.
    if (info.tcpi_bytes_acked >= all) {
      check.fate = TcpFate::kAcknowledged;
    } else if (check.error != 0) {
      check.fate = TcpFate::kBroken;
    }
    if (check.fate != TcpFate::kUnanswered || check.waited >= limit) return;
    poll(nullptr, 0, kPollMilliseconds);
  }
}

}  // namespace

TcpCheck check_tcp(const ProbeTarget& target, uint16_t port) {
  const int family = target.address.family == IpFamily::kIPv4 ? AF_INET : AF_INET6;
  const Descriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) {
    throw Error(ErrorKind::kSystem, fmt::format("no TCP socket: {}", std::strerror(errno)),
                "Is this a sandbox without network? Run it outside.");
  }
  if (target.bind) {
    setsockopt(socket.get(), SOL_SOCKET, SO_BINDTODEVICE, target.interface.data(),
               static_cast<socklen_t>(target.interface.size()));
  }
  TcpCheck check{.port = port};
  socklen_t length = 0;
  const sockaddr_storage address = socket_address(target.address, port, target.scope, length);
  const Timestamp start = steady_now();
  check.error = connect_within(socket.get(), address, length, kConnectLimit);
  check.connect_time = steady_now() - start;
  if (check.error != 0) {
    check.fate = fate_of(check.error);
    return check;
  }
  const tcp_info info = read_info(socket.get());
  check.send_mss = Mss{info.tcpi_snd_mss};
  check.timestamps = (info.tcpi_options & TCPI_OPT_TIMESTAMPS) != 0;
  send_data(socket.get(), kDataLimit, check);
  return check;
}

}  // namespace mtuscope
