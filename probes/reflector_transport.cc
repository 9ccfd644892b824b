#include "probes/reflector_transport.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>

#include <span>
#include <utility>
#include <vector>

#include "capture/error.h"
#include "probes/engine.h"
#include "probes/icmp_errors.h"
#include "probes/reflector_client.h"

namespace mtuscope {
namespace {

using Kind = TransportEvent::Kind;

constexpr size_t kReceiveBytes = 1 << 16;
// Somebody who answers at all is heard within this time, also when every second packet is lost.
constexpr uint32_t kHellos = 12;
constexpr Duration kHelloInterval = Duration::milliseconds(250);

class ReflectorTransport final : public ProbeTransport {
 public:
  ReflectorTransport(ProbeSocket socket, const ReflectorAccess& access, ProbeDirection direction)
      : socket_(std::move(socket)),
        access_(access),
        reverse_(direction == ProbeDirection::kReverse),
        client_(socket_.family(), access.key.value_or(kNoKey)) {}

  TransportTraits traits() const override {
    return {.method = ProbeMethod::kReflector,
            .direction = reverse_ ? ProbeDirection::kReverse : ProbeDirection::kForward,
            .least = client_.least(),
            .answer_limit = {},
            .flow = {.source_port = socket_.local_port(), .target_port = access_.port}};
  }

  std::optional<Obstacle> prepare(const std::atomic<bool>& stop) override {
    std::vector<TransportEvent> events;
    for (uint32_t i = 0; i < kHellos && !stop; ++i) {
      socket_.send(client_.hello(utc_seconds()), client_.least(), std::nullopt);
      const Timestamp end = steady_now() + kHelloInterval;
      for (Duration left = kHelloInterval; left.ns > 0; left = end - steady_now()) {
        pollfd descriptor{.fd = socket_.descriptor(), .events = POLLIN, .revents = 0};
        poll(&descriptor, 1, static_cast<int>(left.ns / 1'000'000) + 1);
        receive(events);
        if (client_.has_cookie()) return std::nullopt;
        if (refusal_) return refused();
        for (const TransportEvent& event : events) {
          if (event.kind != Kind::kTimeExceeded) return unreachable(event);
        }
        events.clear();
      }
    }
    return silent();
  }

  SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) override {
    if (reverse_) {
      return socket_.send(client_.request(id, size, utc_seconds()), client_.least(), ttl);
    }
    if (!fragmentable_sent_ && !ttl) {
      fragmentable_sent_ = true;
      socket_.send_fragmentable(client_.fragmentable(size, utc_seconds()));
    }
    return socket_.send(client_.probe(id, size, utc_seconds()), size, ttl);
  }

  void receive(std::vector<TransportEvent>& events) override {
    while (const auto error = socket_.receive_error(buffer_)) {
      const auto quote = std::span<const uint8_t>(buffer_).first(error->quoted);
      if (!client_.may_quote(quote)) continue;
      note_error(*error, client_.match_quote(quote), events);
    }
    while (const auto count = socket_.receive(buffer_)) {
      const IpSize size{ip_header_bytes(socket_.family()) + kUdpHeaderBytes +
                        static_cast<uint32_t>(*count)};
      note_answer(client_.read(std::span<const uint8_t>(buffer_).first(*count), size), events);
    }
  }

  int descriptor() const override { return socket_.descriptor(); }

 private:
  // Of the way out. When the way back is measured, requests are small: what a PTB says about one is
  // nothing that was measured, and a request that is refused was not answered.
  void note_error(const QueuedError& error, std::optional<ProbeId> id,
                  std::vector<TransportEvent>& events) const {
    auto event = event_of(error, id, socket_.target().address);
    if (!event || (event->kind == Kind::kPtb && reverse_)) return;
    if (event->kind == Kind::kAnswer && (reverse_ || !client_.has_cookie())) {
      event->kind = Kind::kUnreachable;
    }
    events.push_back(*event);
  }

  void note_answer(const ReflectorAnswer& answer, std::vector<TransportEvent>& events) {
    TransportEvent event{.id = answer.id, .reporter = socket_.target().address};
    switch (answer.kind) {
      case ReflectorAnswer::Kind::kArrived:
        event.kind = Kind::kAnswer;
        break;
      case ReflectorAnswer::Kind::kFragment:
        event.kind = Kind::kFragment;
        event.id.reset();
        event.mtu = answer.size;
        break;
      case ReflectorAnswer::Kind::kPtb:
        event.kind = Kind::kPtb;
        event.mtu = answer.size;
        event.reporter = answer.reporter;
        break;
      case ReflectorAnswer::Kind::kRefusal:
        refusal_ = answer;
        return;
      case ReflectorAnswer::Kind::kCookie:
      case ReflectorAnswer::Kind::kNothing:
        return;
    }
    events.push_back(event);
  }

  // "198.51.100.2, UDP port 8899"
  std::string place() const {
    return fmt::format("{}, UDP port {}", to_string(socket_.target().address), access_.port);
  }

  Obstacle refused() const {
    if (refusal_->reason == RefusalReason::kKey) {
      return {fmt::format("the reflector at {} has no key", place()),
              "Leave out --key, or start it with the same one: mtuscope reflect --key FILE."};
    }
    return {fmt::format("the reflector at {} speaks version {} of the protocol, not {}", place(),
                        refusal_->version, kReflectVersion),
            "Use the same version of mtuscope at both ends."};
  }

  Obstacle unreachable(const TransportEvent& event) const {
    if (event.reporter == socket_.target().address) {
      return {
          fmt::format("nothing listens at {}", place()),
          fmt::format("Start it there: mtuscope reflect{}; --port names another port.",
                      access_.port == kReflectPort ? "" : fmt::format(" --port {}", access_.port))};
    }
    return {fmt::format("{} says that {} can't be reached (ICMP type {}, code {})",
                        to_string(event.reporter), place(), event.type, event.code),
            "Look at that router's routes and filters."};
  }

  Obstacle silent() const {
    const std::string running =
        "Is mtuscope reflect running there, and do firewalls let that port through?";
    return {fmt::format("no reflector answers at {}", place()),
            running + (access_.key
                           ? " With a key it answers nobody who has another one, or whose clock "
                             "is more than 5 minutes off."
                           : " If it was started with a key, give the same one: --key FILE.")};
  }

  ProbeSocket socket_;
  ReflectorAccess access_;
  bool reverse_;
  ReflectorClient client_;
  bool fragmentable_sent_ = false;
  std::optional<ReflectorAnswer> refusal_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBytes);
};

}  // namespace

std::unique_ptr<ProbeTransport> open_reflector_transport(const ProbeTarget& target,
                                                         const ReflectorAccess& access,
                                                         ProbeDirection direction) {
  auto socket = ProbeSocket::try_open(target, SOCK_DGRAM, IPPROTO_UDP);
  if (!socket) {
    throw Error(ErrorKind::kPermission, "UDP sockets are not permitted to this user",
                "Run it as another user, or outside of the sandbox.");
  }
  socket->connect_to(access.port);
  return std::make_unique<ReflectorTransport>(std::move(*socket), access, direction);
}

}  // namespace mtuscope
