#include "probes/udp_transport.h"

#include <netinet/in.h>

#include <span>
#include <utility>
#include <vector>

#include "capture/error.h"
#include "probes/icmp_errors.h"
#include "probes/probe_tag.h"

namespace mtuscope {
namespace {

constexpr size_t kReceiveBytes = 1 << 16;
// A Linux host sends one peer at most 6 port-unreachables at once and then 1 a second
// (answer_limit.h). Others are as strict or have no limit; the search keeps to this and is right
// with both.
constexpr AnswerLimit kPortUnreachables{.burst = 6, .per_second = 1};

class UdpTransport final : public ProbeTransport {
 public:
  UdpTransport(ProbeSocket socket, uint16_t port) : socket_(std::move(socket)), port_(port) {}

  TransportTraits traits() const override {
    return {.method = ProbeMethod::kUdp,
            .direction = ProbeDirection::kForward,
            .least = IpSize{headers() + static_cast<uint32_t>(kTagBytes)},
            .answer_limit = kPortUnreachables,
            .flow = {.source_port = socket_.local_port(), .target_port = port_}};
  }

  SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) override {
    packet_.resize(size.bytes - headers());
    tags_.write(id, packet_);
    return socket_.send(packet_, size, ttl);
  }

  void receive(std::vector<TransportEvent>& events) override {
    while (const auto error = socket_.receive_error(buffer_)) {
      const auto id = tags_.match(std::span<const uint8_t>(buffer_).first(error->quoted));
      // The kernel has matched addresses and ports; a PTB that quotes no more is a hint all the
      // same, one that quotes something else is forged.
      const auto event = event_of(*error, id, socket_.target().address);
      const bool cut = error->quoted < kTagBytes;
      if (event && (id || (cut && event->kind == TransportEvent::Kind::kPtb))) {
        events.push_back(*event);
      }
    }
    while (const auto count = socket_.receive(buffer_)) {
      // An echo service answers with what it got. Whatever else an open port says names no probe.
      if (const auto id = tags_.match(std::span<const uint8_t>(buffer_).first(*count))) {
        events.push_back({.kind = TransportEvent::Kind::kAnswer,
                          .id = id,
                          .reporter = socket_.target().address});
      }
    }
  }

  int descriptor() const override { return socket_.descriptor(); }

 private:
  uint32_t headers() const { return ip_header_bytes(socket_.family()) + kUdpHeaderBytes; }

  ProbeSocket socket_;
  uint16_t port_;
  ProbeTags tags_;
  std::vector<uint8_t> packet_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBytes);
};

}  // namespace

std::unique_ptr<ProbeTransport> open_udp_transport(const ProbeTarget& target, uint16_t port) {
  auto socket = ProbeSocket::try_open(target, SOCK_DGRAM, IPPROTO_UDP);
  if (!socket) {
    throw Error(ErrorKind::kPermission, "UDP sockets are not permitted to this user",
                "Run it as another user, or outside of the sandbox.");
  }
  socket->connect_to(port);
  return std::make_unique<UdpTransport>(std::move(*socket), port);
}

}  // namespace mtuscope
