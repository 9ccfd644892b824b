// Whom the reflector answers: who has proven an address, and has its key (docs/reflect.md).

#include <array>

#include "tests/unit/probes/reflector_fixture.h"

namespace mtuscope {
namespace {

using namespace reflecting;  // NOLINT(build/namespaces): test notation

using ReflectorAdmissionTest = ReflectorFixture;

// ---- Proof of the address ---------------------------------------------------------------------

TEST_F(ReflectorAdmissionTest, WhoHasNotProvenAnAddressGetsACookieAndIsForgotten) {
  for (uint16_t port = 2000; port < 2100; ++port) {
    ReflectorClient client(IpFamily::kIPv4, kNoKey);
    const auto answer =
        receive(peer("192.0.2.1", port), copy(client.request(0, IpSize{1500}, utc)));
    ASSERT_TRUE(answer);
    EXPECT_EQ(client.read(answer->payload, answer->size).kind, Kind::kCookie);
  }
  EXPECT_EQ(reflector_.tally().peers, 0u);
}

TEST_F(ReflectorAdmissionTest, ACookieIsGoodForNoOtherAddressOrPort) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const Bytes request = copy(client.request(0, IpSize{1500}, utc));
  for (const Endpoint& other : {peer("192.0.2.2"), peer("192.0.2.1", 40'001),
                                peer("::ffff:192.0.2.1"), peer("2001:db8::1")}) {
    const auto answer = receive(other, request);
    if (!answer) continue;
    EXPECT_EQ(answer->payload.size(), kReflectHeaderBytes);
  }
  EXPECT_EQ(reflector_.tally().reverse, 0u);
  EXPECT_TRUE(receive(peer(), request));
}

TEST_F(ReflectorAdmissionTest, ACookieThatWasNotItsOwnIsAskedForAgain) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  Bytes request = copy(client.request(0, IpSize{1500}, utc));
  for (size_t i = 40; i < 64; ++i) {  // time or hash changed
    Bytes forged = request;
    forged[i] ^= 1;
    seal(forged, kNoKey);
    const auto answer = receive(peer(), forged);
    ASSERT_TRUE(answer);
    EXPECT_EQ(read_header(answer->payload)->type, ReflectType::kChallenge) << i;
  }
  // Of a process that has ended.
  ReflectorOptions options;
  options.secret = random_key();
  start(options);
  EXPECT_EQ(read_header(receive(peer(), request)->payload)->type, ReflectType::kChallenge);
}

TEST_F(ReflectorAdmissionTest, ACookieExpires) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  now = now + Duration::milliseconds(120'000);
  ASSERT_EQ(
      client.read(receive(peer(), copy(client.probe(0, IpSize{100}, utc)))->payload, client.least())
          .kind,
      Kind::kArrived);
  now = now + Duration{1};
  const auto answer = receive(peer(), copy(client.request(1, IpSize{1500}, utc)));
  ASSERT_TRUE(answer);
  EXPECT_EQ(client.read(answer->payload, answer->size).kind, Kind::kCookie);
  // With the new one it goes on.
  const auto reply = receive(peer(), copy(client.request(2, IpSize{1500}, utc)));
  ASSERT_TRUE(reply);
  EXPECT_EQ(client.read(reply->payload, reply->size).kind, Kind::kArrived);
}

TEST_F(ReflectorAdmissionTest, WhatIsRepeatedGetsNoAnswer) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const Bytes first = copy(client.request(0, IpSize{1500}, utc));
  const Bytes second = copy(client.request(1, IpSize{1400}, utc));
  EXPECT_TRUE(receive(peer(), second));
  EXPECT_TRUE(receive(peer(), first)) << "overtaken on the way";
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(receive(peer(), first));
    EXPECT_FALSE(receive(peer(), second));
  }
  EXPECT_EQ(refused(Refused::kReplayed), 20u);
}

TEST_F(ReflectorAdmissionTest, ManyPeersAtOnceAreTurnedAway) {
  ReflectorOptions options;
  options.peers.hosts = 2;
  start(options);
  std::vector<ReflectorClient> clients(3, ReflectorClient(IpFamily::kIPv4, kNoKey));
  const std::array<Endpoint, 3> from = {peer("192.0.2.1"), peer("192.0.2.2"), peer("192.0.2.3")};
  for (size_t i = 0; i < 3; ++i) {
    greet(clients[i], from[i]);
    EXPECT_EQ(receive(from[i], copy(clients[i].probe(0, IpSize{100}, utc))).has_value(), i < 2);
  }
  EXPECT_EQ(refused(Refused::kNoRoom), 1u);
}

// ---- Keys ---------------------------------------------------------------------------------------

TEST_F(ReflectorAdmissionTest, WithAKeyOnlyItsOwnersAreAnswered) {
  const SecretKey key = random_key();
  start_with_key(key);
  for (const SecretKey& wrong : {kNoKey, random_key()}) {
    ReflectorClient client(IpFamily::kIPv4, wrong);
    EXPECT_FALSE(receive(peer(), copy(client.hello(utc))));
  }
  EXPECT_EQ(refused(Refused::kKey), 2u);
  ReflectorClient client(IpFamily::kIPv4, key);
  greet(client, peer());
  EXPECT_TRUE(receive(peer(), copy(client.probe(0, IpSize{1400}, utc))));
}

TEST_F(ReflectorAdmissionTest, WithAKeyWhateverWasChangedGetsNoAnswer) {
  const SecretKey key = random_key();
  start_with_key(key);
  ReflectorClient client(IpFamily::kIPv4, key);
  greet(client, peer());
  const Bytes probe = copy(client.probe(0, IpSize{300}, utc));
  for (size_t i = 0; i < probe.size(); ++i) {
    Bytes changed = probe;
    changed[i] ^= 0x81;
    EXPECT_FALSE(receive(peer(), changed)) << i;
  }
  EXPECT_FALSE(receive(peer(), Bytes(probe.begin(), probe.end() - 1)));
  EXPECT_TRUE(receive(peer(), probe));
}

// What somebody has recorded is good for five minutes, and only for a cookie.
TEST_F(ReflectorAdmissionTest, WithAKeyAnOldRequestForACookieGetsNoAnswer) {
  const SecretKey key = random_key();
  start_with_key(key);
  ReflectorClient client(IpFamily::kIPv4, key);
  const Bytes recorded = copy(client.hello(utc));
  for (const int64_t apart : {-301, 301, 1'000'000, -1'000'000}) {
    utc = kUtc + apart;
    EXPECT_FALSE(receive(peer(), recorded)) << apart;
  }
  EXPECT_EQ(refused(Refused::kClock), 4u);
  for (const int64_t apart : {-300, 0, 300}) {
    utc = kUtc + apart;
    EXPECT_TRUE(receive(peer(), recorded)) << apart;
  }
  // With the cookie, the clock does not matter any more: the cookie is recent.
  greet(client, peer());
  EXPECT_TRUE(receive(peer(), copy(client.probe(0, IpSize{100}, 0))));
}

TEST_F(ReflectorAdmissionTest, WithoutAKeyItSaysSoToWhoUsesOne) {
  ReflectorClient client(IpFamily::kIPv4, random_key());
  const auto refusal = receive(peer(), copy(client.hello(utc)));
  ASSERT_TRUE(refusal);
  const ReflectorAnswer answer = client.read(refusal->payload, refusal->size);
  EXPECT_EQ(answer.kind, Kind::kRefusal);
  EXPECT_EQ(answer.reason, RefusalReason::kKey);
  EXPECT_EQ(reflector_.tally().challenges, 0u);
}

TEST_F(ReflectorAdmissionTest, AnotherVersionIsRefusedByName) {
  const SecretKey key = random_key();
  for (const bool with_key : {false, true}) {
    if (with_key) start_with_key(key);
    ReflectorClient client(IpFamily::kIPv4, with_key ? key : kNoKey);
    Bytes hello = copy(client.hello(utc));
    hello[16] = 2;
    EXPECT_FALSE(with_key && receive(peer(), hello)) << "not authentic";
    seal(hello, with_key ? key : kNoKey);
    const auto refusal = receive(peer(), hello);
    ASSERT_TRUE(refusal);
    const ReflectorAnswer answer = client.read(refusal->payload, refusal->size);
    EXPECT_EQ(answer.kind, Kind::kRefusal);
    EXPECT_EQ(answer.reason, RefusalReason::kVersion);
    EXPECT_EQ(answer.version, 1);
  }
}

}  // namespace
}  // namespace mtuscope
