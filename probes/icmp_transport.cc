#include "probes/icmp_transport.h"

#include <fmt/format.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>

#include <array>
#include <cassert>
#include <utility>

#include "capture/error.h"
#include "capture/wire_bytes.h"
#include "probes/icmp_errors.h"

namespace mtuscope {
namespace {

constexpr size_t kEchoHeaderBytes = 8;
constexpr size_t kBalanceAt = kEchoHeaderBytes + kTagBytes;  // two bytes
constexpr uint8_t kRequestV4 = 8, kReplyV4 = 0, kRequestV6 = 128, kReplyV6 = 129;
constexpr size_t kReceiveBytes = 1 << 16;

uint8_t request_type(IpFamily family) {
  return family == IpFamily::kIPv4 ? kRequestV4 : kRequestV6;
}
uint8_t reply_type(IpFamily family) { return family == IpFamily::kIPv4 ? kReplyV4 : kReplyV6; }

void store_be16(uint8_t* at, uint16_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}

// RFC 1071: the one's complement sum, whose complement is the checksum.
uint16_t internet_sum(std::span<const uint8_t> bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += load_be16(&bytes[i]);
  if (bytes.size() % 2 == 1) sum += uint64_t{bytes.back()} << 8;
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

class IcmpTransport final : public ProbeTransport {
 public:
  IcmpTransport(ProbeSocket socket, uint16_t identifier, bool raw)
      : socket_(std::move(socket)),
        raw_(raw),
        identifier_(identifier),
        codec_(socket_.family(), identifier) {}

  TransportTraits traits() const override {
    return {.method = ProbeMethod::kIcmp,
            .direction = ProbeDirection::kRoundTrip,
            .least = codec_.least(),
            .answer_limit = {},
            .flow = {.echo_id = identifier_}};
  }

  SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) override {
    return socket_.send(codec_.request(id, size), size, ttl);
  }

  void receive(std::vector<TransportEvent>& events) override {
    while (const auto error = socket_.receive_error(buffer_)) {
      const auto quote = std::span<const uint8_t>(buffer_).first(error->quoted);
      const auto id = codec_.match_quote(quote);
      if (!id) continue;
      auto event = event_of(*error, id, socket_.target().address);
      if (!event) continue;
      // The target itself refuses: the request got there, but only an echo measures both ways.
      if (event->kind == TransportEvent::Kind::kAnswer) {
        event->kind = TransportEvent::Kind::kUnreachable;
      }
      events.push_back(*event);
    }
    while (const auto count = socket_.receive(buffer_)) {
      auto message = std::span<const uint8_t>(buffer_).first(*count);
      if (raw_) message = behind_ip_header(message, socket_.family());
      if (const auto id = codec_.match_reply(message)) {
        events.push_back({.kind = TransportEvent::Kind::kAnswer,
                          .id = id,
                          .reporter = socket_.target().address});
      }
    }
  }

  int descriptor() const override { return socket_.descriptor(); }

 private:
  ProbeSocket socket_;
  bool raw_;
  uint16_t identifier_;
  EchoCodec codec_;
  std::vector<uint8_t> buffer_ = std::vector<uint8_t>(kReceiveBytes);
};

// A raw socket gets every ICMP message there is; only echo replies are wanted.
void filter_replies(const ProbeSocket& socket) {
  if (socket.family() == IpFamily::kIPv4) {
    icmp_filter filter{.data = ~(1u << kReplyV4)};
    setsockopt(socket.descriptor(), SOL_RAW, ICMP_FILTER, &filter, sizeof filter);
  } else {
    icmp6_filter filter;
    ICMP6_FILTER_SETBLOCKALL(&filter);
    ICMP6_FILTER_SETPASS(kReplyV6, &filter);
    setsockopt(socket.descriptor(), IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof filter);
  }
}

}  // namespace

EchoCodec::EchoCodec(IpFamily family, uint16_t identifier, ProbeTags tags)
    : family_(family),
      identifier_(identifier),
      first_sequence_(static_cast<uint16_t>(tags.random())),
      tags_(std::move(tags)) {}

IpSize EchoCodec::least() const {
  return IpSize{ip_header_bytes(family_) + static_cast<uint32_t>(kBalanceAt + 2)};
}

// Whatever the size and the tag, the sum becomes the identifier: other flows have another.
void EchoCodec::balance_checksum() {
  store_be16(&buffer_[kBalanceAt], 0);
  // The pseudo header of ICMPv6 holds the length (RFC 4443 2.3).
  const uint32_t length = family_ == IpFamily::kIPv6 ? static_cast<uint32_t>(buffer_.size()) : 0;
  const uint32_t sum = (internet_sum(buffer_) + length) % 0xffff;
  store_be16(&buffer_[kBalanceAt], static_cast<uint16_t>((identifier_ + 0xffff - sum) % 0xffff));
}

std::span<const uint8_t> EchoCodec::request(ProbeId id, IpSize size) {
  assert(size >= least());
  buffer_.assign(size.bytes - ip_header_bytes(family_), 0);
  buffer_[0] = request_type(family_);
  store_be16(&buffer_[4], identifier_);
  store_be16(&buffer_[6], static_cast<uint16_t>(first_sequence_ + id));
  tags_.write(id, std::span(buffer_).subspan(kEchoHeaderBytes));
  balance_checksum();
  if (family_ == IpFamily::kIPv4) {
    store_be16(&buffer_[2], static_cast<uint16_t>(~internet_sum(buffer_)));
  }
  return buffer_;
}

std::optional<ProbeId> EchoCodec::match_reply(std::span<const uint8_t> message) const {
  return match(reply_type(family_), message, kEchoHeaderBytes + kTagBytes);
}

std::optional<ProbeId> EchoCodec::match_quote(std::span<const uint8_t> quote) const {
  return match(request_type(family_), quote, kEchoHeaderBytes);
}

std::optional<ProbeId> EchoCodec::match(uint8_t type, std::span<const uint8_t> message,
                                        size_t least) const {
  if (message.size() < least || message[0] != type || message[1] != 0) return std::nullopt;
  if (load_be16(&message[4]) != identifier_) return std::nullopt;
  const auto id = static_cast<uint16_t>(load_be16(&message[6]) - first_sequence_);
  if (!tags_.may_be(id, message.subspan(kEchoHeaderBytes))) return std::nullopt;
  return id;
}

std::unique_ptr<ProbeTransport> open_icmp_transport(const ProbeTarget& target) {
  const bool v4 = target.address.family == IpFamily::kIPv4;
  const int protocol = v4 ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  bool raw = false;
  auto socket = ProbeSocket::try_open(target, SOCK_DGRAM, protocol);
  if (!socket) {
    raw = true;
    socket = ProbeSocket::try_open(target, SOCK_RAW, protocol);
  }
  if (!socket) {
    throw Error(ErrorKind::kPermission, "ICMP echo is not permitted to this user",
                "Allow ping sockets: sysctl -w net.ipv4.ping_group_range='0 2147483647'; or grant "
                "the program CAP_NET_RAW: setcap cap_net_raw+ep PROGRAM; or measure with "
                "mtuscope probe --method udp, which needs neither.");
  }
  if (raw) filter_replies(*socket);
  socket->connect_to(0);
  const uint16_t identifier =
      raw ? static_cast<uint16_t>(ProbeTags().random()) : socket->local_port();
  return std::make_unique<IcmpTransport>(std::move(*socket), identifier, raw);
}

}  // namespace mtuscope
