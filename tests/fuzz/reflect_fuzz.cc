// Any bytes as what arrives at either end of a reflector. The first byte chooses: at the reflector
// (a datagram, or the quote of a PTB) or at the client; with a key or without; and whether the
// bytes are sealed with the right key first, so that what lies behind the seal is reached. Nothing
// may be answered with more than it was, unless the peer has proven its address; nothing that was
// not sent may be taken for an answer.

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "probes/reflector.h"
#include "probes/reflector_client.h"

namespace {

using namespace mtuscope;

constexpr Timestamp kNow{1'000'000'000};
constexpr int64_t kUtc = 1'800'000'000;
constexpr SecretKey kKey = {1, 2, 3};

const IpAddress kHere = IpAddress::parse("198.51.100.2").value();
const Endpoint kPeer{IpAddress::parse("192.0.2.1").value(), 40'000};
const Endpoint kStranger{IpAddress::parse("192.0.2.2").value(), 40'000};

// The same numbers in each run, so that seeds with the right tag exist.
ProbeTags counting_tags() {
  return ProbeTags([next = uint64_t{0x6d74757073636f70}]() mutable { return next++; });
}

std::optional<ReflectorOutput> receive(Reflector& reflector, const Endpoint& from,
                                       std::span<const uint8_t> payload) {
  const IpSize size{28 + static_cast<uint32_t>(payload.size())};
  return reflector.on_datagram({.from = from, .to = kHere, .payload = payload, .size = size}, kNow,
                               kUtc);
}

void check_reflector(const SecretKey& key, bool quote, std::span<const uint8_t> bytes) {
  ReflectorOptions options;
  if (key != kNoKey) options.key = key;
  Reflector reflector(options, kNow);
  ReflectorClient client(IpFamily::kIPv4, key, counting_tags());
  const auto challenge = receive(reflector, kPeer, client.hello(kUtc));
  if (!challenge) std::abort();
  client.read(challenge->payload, challenge->size);
  if (quote) {
    receive(reflector, kPeer, client.request(0, IpSize{1500}, kUtc));
    const auto ptb = reflector.on_ptb(kPeer, bytes, kHere, IpSize{1400}, kNow);
    if (ptb && (ptb->to != kPeer || bytes.size() < kReflectHeaderBytes)) std::abort();
    return;
  }
  const auto answer = receive(reflector, kStranger, bytes);
  if (answer && (answer->payload.size() > bytes.size() || answer->to != kStranger)) std::abort();
  receive(reflector, kPeer, bytes);
}

void check_client(const SecretKey& key, std::span<const uint8_t> bytes) {
  ReflectorClient client(IpFamily::kIPv4, key, counting_tags());
  client.hello(kUtc);
  client.fragmentable(IpSize{1500}, kUtc);
  client.probe(0, IpSize{1400}, kUtc);
  client.request(1, IpSize{1300}, kUtc);
  const IpSize size{28 + static_cast<uint32_t>(bytes.size())};
  const ReflectorAnswer answer = client.read(bytes, size);
  if (answer.kind == ReflectorAnswer::Kind::kArrived && answer.id > 1) std::abort();
  if (answer.kind == ReflectorAnswer::Kind::kFragment && answer.size > IpSize{1500}) std::abort();
  const auto quoted = client.match_quote(bytes);
  if (quoted && *quoted > 1) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1 || size > 65'508) return 0;
  const uint8_t choice = data[0];
  std::vector<uint8_t> bytes(data + 1, data + size);
  const SecretKey key = (choice & 1) != 0 ? kKey : kNoKey;
  if ((choice & 2) != 0 && bytes.size() >= kReflectHeaderBytes) seal(bytes, key);
  if ((choice & 4) != 0) {
    check_client(key, bytes);
  } else {
    check_reflector(key, (choice & 8) != 0, bytes);
  }
  return 0;
}
