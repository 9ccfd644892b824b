#include "probes/reflector_service.h"

#include <fmt/format.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "capture/error.h"
#include "probes/engine.h"
#include "probes/icmp_errors.h"

namespace mtuscope {
namespace {

constexpr size_t kBufferBytes = 1 << 16;
constexpr int kDatagramsAtATime = 64;  // of one socket, then it is the next one's turn

class Server {
 public:
  explicit Server(Reflector& reflector) : reflector_(reflector), buffer_(kBufferBytes) {}

  void serve(ReflectorSocket& socket) {
    for (int i = 0; i < kDatagramsAtATime; ++i) {
      const auto error = socket.receive_error(buffer_);
      if (error) pass_on(*error, socket);
      const auto input = socket.receive(buffer_);
      if (input) send(socket, reflector_.on_datagram(*input, steady_now(), utc_seconds()));
      if (!error && !input) return;
    }
  }

 private:
  void pass_on(const QueuedError& error, ReflectorSocket& socket) {
    const Endpoint& peer = error.destination;
    const auto event = event_of(error, std::nullopt, peer.address);
    if (!event || event->kind != TransportEvent::Kind::kPtb) return;
    const auto quote = std::span<const uint8_t>(buffer_).first(error.quoted);
    send(socket, reflector_.on_ptb(peer, quote, event->reporter, event->mtu, steady_now()));
  }

  void send(ReflectorSocket& socket, const std::optional<ReflectorOutput>& output) {
    if (!output) return;
    const SendOutcome outcome = socket.send(*output);
    if (outcome.status != SendStatus::kTooBig) return;
    const auto ptb = reflector_.on_too_big(*output, outcome.interface_mtu, steady_now());
    if (ptb) socket.send(*ptb);
  }

  Reflector& reflector_;
  std::vector<uint8_t> buffer_;
};

}  // namespace

void run_reflector(Reflector& reflector, std::span<ReflectorSocket> sockets, int stop) {
  Server server(reflector);
  std::vector<pollfd> descriptors;
  for (const ReflectorSocket& socket : sockets) {
    descriptors.push_back({.fd = socket.descriptor(), .events = POLLIN, .revents = 0});
  }
  descriptors.push_back({.fd = stop, .events = POLLIN, .revents = 0});
  while (descriptors.back().revents == 0) {
    for (size_t i = 0; i < sockets.size(); ++i) {
      if (descriptors[i].revents != 0) server.serve(sockets[i]);
    }
    if (poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR) {
      throw Error(ErrorKind::kSystem,
                  fmt::format("cannot wait at a socket: {}", std::strerror(errno)),
                  "Start it again.");
    }
  }
}

}  // namespace mtuscope
