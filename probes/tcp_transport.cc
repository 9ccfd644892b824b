#include "probes/tcp_transport.h"

#include <fmt/format.h>
#include <linux/filter.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "capture/error.h"
#include "probes/icmp_errors.h"
#include "probes/syn_codec.h"

namespace mtuscope {
namespace {

constexpr size_t kReceiveBytes = 1 << 16;
// One for the flow, the others for servers that confuse probes of one port pair.
constexpr size_t kSourcePorts = 8;

class TcpTransport final : public ProbeTransport {
 public:
  TcpTransport(ProbeSocket socket, std::vector<ProbeSocket> reserved, SynCodec codec)
      : socket_(std::move(socket)), reserved_(std::move(reserved)), codec_(std::move(codec)) {}

  TransportTraits traits() const override {
    return {.method = ProbeMethod::kTcp,
            .direction = ProbeDirection::kForward,
            .least = IpSize{ip_header_bytes(socket_.family()) + kSynHeaderBytes},
            .answer_limit = {},
            .flow = codec_.flow()};
  }

  SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) override {
    return socket_.send(codec_.segment(id, size), size, ttl);
  }

  void receive(std::vector<TransportEvent>& events) override {
    while (const auto error = socket_.receive_error(buffer_)) {
      const auto id = codec_.match_quote(std::span<const uint8_t>(buffer_).first(error->quoted));
      if (!id) continue;
      if (const auto event = event_of(*error, id, socket_.target().address)) {
        events.push_back(*event);
      }
    }
    while (const auto count = socket_.receive(buffer_)) {
      const auto segment =
          behind_ip_header(std::span<const uint8_t>(buffer_).first(*count), socket_.family());
      if (const auto id = codec_.match_reply(segment)) {
        events.push_back({.kind = TransportEvent::Kind::kAnswer,
                          .id = id,
                          .reporter = socket_.target().address});
      }
    }
  }

  int descriptor() const override { return socket_.descriptor(); }

 private:
  ProbeSocket socket_;
  std::vector<ProbeSocket> reserved_;  // hold the source ports
  SynCodec codec_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBytes);
};

// Only segments of the target's port, to a port between the two, reach the socket. The ports are
// near each other only by luck: what passes is looked at closely anyway.
void filter_ports(const ProbeSocket& socket, uint16_t from, uint16_t least, uint16_t most) {
  const bool v4 = socket.family() == IpFamily::kIPv4;
  // A raw IPv4 socket's filter sees the IP header, an IPv6 one's does not. X: the header's length.
  const sock_filter header_length = v4 ? sock_filter BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0)
                                       : sock_filter BPF_STMT(BPF_LDX | BPF_IMM, 0);
  std::array program = {
      header_length,
      sock_filter BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, from, 0, 4),
      sock_filter BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, least, 0, 2),
      sock_filter BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, most, 1, 0),
      sock_filter BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
      sock_filter BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const sock_fprog filter{.len = program.size(), .filter = program.data()};
  // Without it, more is read and dropped.
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

}  // namespace

std::unique_ptr<ProbeTransport> open_tcp_transport(const ProbeTarget& target, uint16_t port) {
  auto socket = ProbeSocket::try_open(target, SOCK_RAW, IPPROTO_TCP);
  if (!socket) {
    throw Error(ErrorKind::kPermission, "TCP probes are not permitted to this user",
                "Run it as root, or grant the program CAP_NET_RAW: sudo setcap cap_net_raw+ep "
                "PROGRAM.");
  }
  socket->connect_to(0);
  std::vector<ProbeSocket> reserved;
  std::vector<uint16_t> ports;
  for (size_t i = 0; i < kSourcePorts; ++i) {
    auto holder = ProbeSocket::try_open(target, SOCK_STREAM, IPPROTO_TCP);
    if (!holder || !holder->bind_any_port()) break;
    ports.push_back(holder->local_port());
    reserved.push_back(std::move(*holder));
  }
  if (ports.empty()) {
    throw Error(ErrorKind::kSystem, "there is no free TCP port to probe from",
                "Are all ports taken? See: ss -tan.");
  }
  const auto [least, most] = std::ranges::minmax(ports);
  filter_ports(*socket, port, least, most);
  SynCodec codec(socket->local_address(), std::move(ports), {target.address, port});
  return std::make_unique<TcpTransport>(std::move(*socket), std::move(reserved), std::move(codec));
}

}  // namespace mtuscope
