// A reflector, and whoever sends it something, for the tests of what it answers
// (reflector_test.cc), whom (reflector_admission_test.cc), and how much (reflector_abuse_test.cc).

#ifndef MTUSCOPE_TESTS_UNIT_PROBES_REFLECTOR_FIXTURE_H_
#define MTUSCOPE_TESTS_UNIT_PROBES_REFLECTOR_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "probes/reflector.h"
#include "probes/reflector_client.h"

namespace mtuscope::reflecting {

using Kind = ReflectorAnswer::Kind;
using Bytes = std::vector<uint8_t>;

inline constexpr int64_t kUtc = 1'800'000'000;
inline const IpAddress kHere = IpAddress::parse("198.51.100.2").value();
inline const IpAddress kRouter = IpAddress::parse("203.0.113.1").value();

inline Endpoint peer(const char* address = "192.0.2.1", uint16_t port = 40'000) {
  return {IpAddress::parse(address).value(), port};
}

inline Bytes copy(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

// Time passes when a test says so.
class ReflectorFixture : public testing::Test {
 protected:
  void start(const ReflectorOptions& options) { reflector_ = Reflector(options, now); }
  void start_with_key(const SecretKey& key) {
    ReflectorOptions options;
    options.key = key;
    start(options);
  }

  std::optional<ReflectorOutput> receive(const Endpoint& from, const Bytes& payload) {
    ReflectorInput input{.from = from, .to = kHere, .payload = payload};
    input.size = size_of(from, payload.size());
    return reflector_.on_datagram(input, now, utc);
  }
  static IpSize size_of(const Endpoint& to, size_t payload) {
    return IpSize{ip_header_bytes(to.address.family) + kUdpHeaderBytes +
                  static_cast<uint32_t>(payload)};
  }

  // Until the client has its cookie.
  void greet(ReflectorClient& client, const Endpoint& from) {
    const auto challenge = receive(from, copy(client.hello(utc)));
    ASSERT_TRUE(challenge);
    ASSERT_EQ(client.read(challenge->payload, challenge->size).kind, Kind::kCookie);
    ASSERT_TRUE(client.has_cookie());
  }

  uint64_t refused(Refused reason) const {
    return reflector_.tally().refused[static_cast<size_t>(reason)];
  }
  uint64_t refused() const {
    uint64_t all = 0;
    for (const uint64_t count : reflector_.tally().refused) all += count;
    return all;
  }

  Timestamp now{1'000'000'000};
  int64_t utc = kUtc;
  Reflector reflector_{{}, now};
};

}  // namespace mtuscope::reflecting

#endif  // MTUSCOPE_TESTS_UNIT_PROBES_REFLECTOR_FIXTURE_H_
