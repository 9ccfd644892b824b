#include "probes/reflector.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>

namespace mtuscope {
namespace {

constexpr uint16_t kLeastPort = 1024;  // below are services, which nobody measures from
constexpr uint32_t kMostBytes = 65535;

uint32_t headers(const IpAddress& address) {
  return ip_header_bytes(address.family) + kUdpHeaderBytes;
}

IpSize least_packet(const IpAddress& address) {
  return IpSize{headers(address) + static_cast<uint32_t>(kReflectHeaderBytes)};
}

// Whether a client can have this address and port. A forged source could otherwise turn an answer
// upon many hosts, or upon a service that answers.
bool may_be_client(const Endpoint& endpoint) {
  const auto& bytes = endpoint.address.bytes;
  if (endpoint.port < kLeastPort) return false;
  if (endpoint.address.family == IpFamily::kIPv4) {
    return bytes[0] != 0 && bytes[0] < 224;  // not "this network", multicast, reserved, broadcast
  }
  if (bytes[0] == 0xff) return false;
  // Neither :: nor anything of ::/96, nor an IPv4 address in disguise; but ::1.
  const bool low = std::all_of(bytes.begin(), bytes.begin() + 10, [](uint8_t b) { return b == 0; });
  const bool loopback =
      low && bytes[15] == 1 &&
      std::all_of(bytes.begin() + 10, bytes.begin() + 15, [](uint8_t b) { return b == 0; });
  return !low || loopback;
}

// An endpoint as bytes of a fixed number.
std::array<uint8_t, 19> bytes_of(const Endpoint& endpoint) {
  std::array<uint8_t, 19> bytes{};
  bytes[0] = static_cast<uint8_t>(endpoint.address.family);
  bytes[1] = static_cast<uint8_t>(endpoint.port >> 8);
  bytes[2] = static_cast<uint8_t>(endpoint.port);
  std::ranges::copy(endpoint.address.bytes, bytes.begin() + 3);
  return bytes;
}

// What a hash is for, so that none of one purpose is good for another.
constexpr std::array<uint8_t, 1> kCookiePurpose = {'c'}, kMarkPurpose = {'m'};

bool clock_differs(uint32_t theirs, int64_t ours, Duration tolerance) {
  const auto apart = static_cast<int32_t>(theirs - static_cast<uint32_t>(ours));
  return std::abs(static_cast<int64_t>(apart)) > tolerance.ns / 1'000'000'000;
}

}  // namespace

std::string_view to_string(Refused reason) {
  switch (reason) {
    case Refused::kMalformed:
      return "no message of mtuscope";
    case Refused::kNoRequest:
      return "answers, not requests";
    case Refused::kAddress:
      return "from an address or port that no client has";
    case Refused::kKey:
      return "not authentic: another key, or none";
    case Refused::kVersion:
      return "another version of the protocol";
    case Refused::kClock:
      return "the sender's clock is wrong";
    case Refused::kReplayed:
      return "repeated";
    case Refused::kNoRoom:
      return "too many peers at once";
    case Refused::kRate:
      return "above the rate";
    case Refused::kForgedPtb:
      return "packet-too-big messages that quote nothing sent";
  }
  return "unknown";
}

Reflector::Reflector(const ReflectorOptions& options, Timestamp now)
    : options_(options),
      key_(options.key.value_or(kNoKey)),
      peers_(options.peers),
      total_(options.rate, now),
      strangers_(options.stranger_rate, now) {}

std::nullopt_t Reflector::refuse(Refused reason) {
  ++tally_.refused[static_cast<size_t>(reason)];
  return std::nullopt;
}

// The order matters: nothing is answered that is not a request from where a client may be, nothing
// is believed that is not authentic, nothing is remembered without proof of the address.
std::optional<ReflectorOutput> Reflector::on_datagram(const ReflectorInput& input, Timestamp now,
                                                      int64_t utc) {
  tally_.received_bytes += input.size.bytes;
  const auto request = read_header(input.payload);
  if (!request) return refuse(Refused::kMalformed);
  if (static_cast<uint8_t>(request->type) & 0x80) return refuse(Refused::kNoRequest);
  if (input.to_group || !may_be_client(input.from)) return refuse(Refused::kAddress);
  if (!is_sealed(input.payload, key_)) {
    if (options_.key) return refuse(Refused::kKey);
    return refuse_openly(input, *request, RefusalReason::kKey, now);
  }
  if (request->version != kReflectVersion) {
    return refuse_openly(input, *request, RefusalReason::kVersion, now);
  }
  if (!is_request(request->type)) return refuse(Refused::kMalformed);
  const Cookie cookie = read_cookie(request->body);
  if (!is_proven(cookie, input.from, now)) return challenge(input, *request, now, utc);

  const PeerTable::Admission admission = peers_.admit(input.from, cookie.issued, now);
  switch (admission.standing) {
    case PeerTable::Standing::kStale:
      return challenge(input, *request, now, utc);
    case PeerTable::Standing::kFull:
      return refuse(Refused::kNoRoom);
    case PeerTable::Standing::kWelcome:
      break;
  }
  if (!admission.peer.session->used.accept(request->number())) return refuse(Refused::kReplayed);
  admission.peer.session->local = input.to;
  return answer_peer(input, *request, admission.peer, now);
}

// ---- Strangers --------------------------------------------------------------------------------

std::optional<ReflectorOutput> Reflector::refuse_openly(const ReflectorInput& input,
                                                        const ReflectHeader& request,
                                                        RefusalReason reason, Timestamp now) {
  refuse(reason == RefusalReason::kKey ? Refused::kKey : Refused::kVersion);
  return answer_stranger(input,
                         {.tag = request.tag,
                          .type = ReflectType::kRefusal,
                          .size = IpSize{kReflectVersion},
                          .body = body_of(reason)},
                         now);
}

// A cookie proves the address because only whoever receives there can repeat it. That a request
// with a key is recent has to be shown by its clock instead: whoever recorded it could repeat it
// for ever.
std::optional<ReflectorOutput> Reflector::challenge(const ReflectorInput& input,
                                                    const ReflectHeader& request, Timestamp now,
                                                    int64_t utc) {
  if (options_.key && clock_differs(request.time, utc, options_.clock_tolerance)) {
    return refuse(Refused::kClock);
  }
  auto answer = answer_stranger(input,
                                {.tag = request.tag,
                                 .type = ReflectType::kChallenge,
                                 .body = body_of(cookie_for(input.from, now))},
                                now);
  tally_.challenges += answer.has_value();
  return answer;
}

std::optional<ReflectorOutput> Reflector::answer_stranger(const ReflectorInput& input,
                                                          const ReflectHeader& answer,
                                                          Timestamp now) {
  const IpSize size = least_packet(input.from.address);
  // A header for a header: what arrived had at least one.
  assert(size <= input.size);
  if (!may_send(size, strangers_, now)) return std::nullopt;
  return datagram(input.from, input.to, answer, size);
}

// ---- Peers ------------------------------------------------------------------------------------

std::optional<ReflectorOutput> Reflector::answer_peer(const ReflectorInput& input,
                                                      const ReflectHeader& request,
                                                      PeerTable::Peer peer, Timestamp now) {
  const IpSize least = least_packet(input.from.address);
  const bool forward = request.type == ReflectType::kProbe;
  const IpSize size = forward ? least : request.size;
  if (size < least) return refuse(Refused::kMalformed);
  if (!may_send(size, *peer.bucket, now)) return std::nullopt;
  ReflectHeader answer{.tag = request.tag};
  if (forward) {
    ++tally_.forward;
    answer.type = ReflectType::kAck;
    answer.size = std::min(input.size, IpSize{kMostBytes});
    answer.body = body_of(input.fragment);
  } else {
    ++tally_.reverse;
    answer.type = ReflectType::kReply;
    answer.size = size;
    answer.body = body_of(mark_for(input.from, answer));
  }
  return datagram(input.from, input.to, answer, size);
}

std::optional<ReflectorOutput> Reflector::on_ptb(const Endpoint& peer,
                                                 std::span<const uint8_t> quote,
                                                 const IpAddress& reporter, IpSize mtu,
                                                 Timestamp now) {
  const auto reply = read_header(quote);
  if (!reply || reply->type != ReflectType::kReply ||
      !same_tag(read_mark(reply->body), mark_for(peer, *reply))) {
    return refuse(Refused::kForgedPtb);
  }
  return pass_on_ptb(peer, reply->tag, reporter, mtu, now);
}

std::optional<ReflectorOutput> Reflector::on_too_big(const ReflectorOutput& output, IpSize mtu,
                                                     Timestamp now) {
  const auto reply = read_header(output.payload);
  if (!reply || reply->type != ReflectType::kReply) return std::nullopt;
  --tally_.reverse;
  tally_.sent_bytes -= output.size.bytes;
  return pass_on_ptb(output.to, reply->tag, output.from, mtu, now);
}

std::optional<ReflectorOutput> Reflector::pass_on_ptb(const Endpoint& peer, const MessageTag& tag,
                                                      const IpAddress& reporter, IpSize mtu,
                                                      Timestamp now) {
  const PeerTable::Peer known = peers_.find(peer);
  if (known.session == nullptr) return refuse(Refused::kForgedPtb);
  const IpSize size = least_packet(peer.address);
  if (!may_send(size, *known.bucket, now)) return std::nullopt;
  ++tally_.ptbs;
  const ReflectHeader header{.tag = tag,
                             .type = ReflectType::kPtb,
                             .size = mtu.bytes <= kMostBytes ? mtu : IpSize{0},
                             .body = body_of(reporter)};
  return datagram(peer, known.session->local, header, size);
}

// ---- What everything rests on -----------------------------------------------------------------

// Taken from the peer's own allowance and from the total, or from neither.
bool Reflector::may_send(IpSize size, TokenBucket& own, Timestamp now) {
  if (!own.has(size.bytes, now) || !total_.has(size.bytes, now)) {
    refuse(Refused::kRate);
    return false;
  }
  own.spend(size.bytes);
  total_.spend(size.bytes);
  tally_.sent_bytes += size.bytes;
  return true;
}

Cookie Reflector::cookie_for(const Endpoint& from, Timestamp issued) const {
  Cookie cookie{.issued = issued};
  const MessageBody issued_only = body_of(cookie);
  cookie.hash = keyed_hash(options_.secret, {kCookiePurpose, bytes_of(from), issued_only});
  return cookie;
}

bool Reflector::is_proven(const Cookie& cookie, const Endpoint& from, Timestamp now) const {
  // Its age is looked at when it is known to be ours: anybody's could overflow.
  return same_tag(cookie.hash, cookie_for(from, cookie.issued).hash) && cookie.issued <= now &&
         now - cookie.issued <= options_.peers.forget;
}

HashTag Reflector::mark_for(const Endpoint& to, const ReflectHeader& reply) const {
  const std::array<uint8_t, 2> size = {static_cast<uint8_t>(reply.size.bytes >> 8),
                                       static_cast<uint8_t>(reply.size.bytes)};
  return keyed_hash(options_.secret, {kMarkPurpose, bytes_of(to), reply.tag, size});
}

ReflectorOutput Reflector::datagram(const Endpoint& to, const IpAddress& from,
                                    const ReflectHeader& header, IpSize size) const {
  ReflectorOutput output{.to = to, .from = from, .payload = {}, .size = size};
  output.payload.resize(size.bytes - headers(to.address));
  write_header(header, output.payload);
  fill_incompressible(header.tag, std::span(output.payload).subspan(kReflectHeaderBytes));
  seal(output.payload, key_);
  return output;
}

ReflectorTally Reflector::tally() const {
  ReflectorTally tally = tally_;
  tally.peers = peers_.hosts_served();
  return tally;
}

}  // namespace mtuscope
