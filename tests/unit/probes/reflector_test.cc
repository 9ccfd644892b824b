#include "probes/reflector.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <set>

#include "probes/reflector_client.h"
#include "tests/support/dice.h"

namespace mtuscope {
namespace {

using Kind = ReflectorAnswer::Kind;
using Bytes = std::vector<uint8_t>;

constexpr int64_t kUtc = 1'800'000'000;
const IpAddress kHere = IpAddress::parse("198.51.100.2").value();
const IpAddress kRouter = IpAddress::parse("203.0.113.1").value();

Endpoint peer(const char* address = "192.0.2.1", uint16_t port = 40'000) {
  return {IpAddress::parse(address).value(), port};
}

Bytes copy(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

// A reflector, and whoever sends it something. Time passes when a test says so.
class ReflectorTest : public testing::Test {
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

// ---- What it is for ---------------------------------------------------------------------------

TEST_F(ReflectorTest, AcknowledgesALargeProbeWithASmallPacket) {
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    ReflectorClient client(peer(address).address.family, kNoKey);
    greet(client, peer(address));
    const auto ack = receive(peer(address), copy(client.probe(3, IpSize{1400}, utc)));
    ASSERT_TRUE(ack);
    EXPECT_EQ(ack->to, peer(address));
    EXPECT_EQ(ack->from, kHere);
    EXPECT_EQ(ack->size, client.least());
    EXPECT_EQ(ack->payload.size(), kReflectHeaderBytes);
    const ReflectorAnswer answer = client.read(ack->payload, ack->size);
    EXPECT_EQ(answer.kind, Kind::kArrived);
    EXPECT_EQ(answer.id, 3u);
  }
}

TEST_F(ReflectorTest, SendsBackAPacketOfExactlyTheSizeThatIsAskedFor) {
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    ReflectorClient client(peer(address).address.family, kNoKey);
    greet(client, peer(address));
    for (const uint32_t size : {client.least().bytes, 1400u, 9000u, 65'535u}) {
      const Bytes request = copy(client.request(size, IpSize{size}, utc));
      EXPECT_EQ(request.size(), kReflectHeaderBytes);
      const auto reply = receive(peer(address), request);
      ASSERT_TRUE(reply) << size;
      EXPECT_EQ(reply->size, IpSize{size});
      EXPECT_EQ(size_of(peer(address), reply->payload.size()), IpSize{size});
      const ReflectorAnswer answer = client.read(reply->payload, reply->size);
      EXPECT_EQ(answer.kind, Kind::kArrived);
      EXPECT_EQ(answer.id, size);
    }
  }
}

TEST_F(ReflectorTest, TellsTheLargestFragmentOfWhatMayBeFragmented) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const Bytes probe = copy(client.fragmentable(IpSize{1500}, utc));
  const auto ack = reflector_.on_datagram({.from = peer(),
                                           .to = kHere,
                                           .payload = probe,
                                           .size = IpSize{1500},
                                           .fragment = IpSize{1396}},
                                          now, utc);
  ASSERT_TRUE(ack);
  const ReflectorAnswer answer = client.read(ack->payload, ack->size);
  EXPECT_EQ(answer.kind, Kind::kFragment);
  EXPECT_EQ(answer.size, IpSize{1396});
}

TEST_F(ReflectorTest, ASizeThatNoMessageHasIsNotSent) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  EXPECT_FALSE(receive(peer(), copy(client.request(0, IpSize{91}, utc))));
  EXPECT_FALSE(receive(peer(), copy(client.request(1, IpSize{0}, utc))));
  EXPECT_TRUE(receive(peer(), copy(client.request(2, IpSize{92}, utc))));
}

TEST_F(ReflectorTest, CountsWhatItDid) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  receive(peer(), copy(client.probe(0, IpSize{1000}, utc)));
  receive(peer(), copy(client.request(1, IpSize{1400}, utc)));
  receive(peer(), {1, 2, 3});
  const ReflectorTally tally = reflector_.tally();
  EXPECT_EQ(tally.peers, 1u);
  EXPECT_EQ(tally.challenges, 1u);
  EXPECT_EQ(tally.forward, 1u);
  EXPECT_EQ(tally.reverse, 1u);
  EXPECT_EQ(tally.received_bytes, 92u + 1000 + 92 + 31);
  EXPECT_EQ(tally.sent_bytes, 92u + 92 + 1400);
  EXPECT_EQ(refused(Refused::kMalformed), 1u);
  EXPECT_EQ(refused(), 1u);
}

// ---- Proof of the address ---------------------------------------------------------------------

TEST_F(ReflectorTest, WhoHasNotProvenAnAddressGetsACookieAndIsForgotten) {
  for (uint16_t port = 2000; port < 2100; ++port) {
    ReflectorClient client(IpFamily::kIPv4, kNoKey);
    const auto answer =
        receive(peer("192.0.2.1", port), copy(client.request(0, IpSize{1500}, utc)));
    ASSERT_TRUE(answer);
    EXPECT_EQ(client.read(answer->payload, answer->size).kind, Kind::kCookie);
  }
  EXPECT_EQ(reflector_.tally().peers, 0u);
}

TEST_F(ReflectorTest, ACookieIsGoodForNoOtherAddressOrPort) {
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

TEST_F(ReflectorTest, ACookieThatWasNotItsOwnIsAskedForAgain) {
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

TEST_F(ReflectorTest, ACookieExpires) {
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

TEST_F(ReflectorTest, WhatIsRepeatedGetsNoAnswer) {
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

TEST_F(ReflectorTest, ManyPeersAtOnceAreTurnedAway) {
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

TEST_F(ReflectorTest, WithAKeyOnlyItsOwnersAreAnswered) {
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

TEST_F(ReflectorTest, WithAKeyWhateverWasChangedGetsNoAnswer) {
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
TEST_F(ReflectorTest, WithAKeyAnOldRequestForACookieGetsNoAnswer) {
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

TEST_F(ReflectorTest, WithoutAKeyItSaysSoToWhoUsesOne) {
  ReflectorClient client(IpFamily::kIPv4, random_key());
  const auto refusal = receive(peer(), copy(client.hello(utc)));
  ASSERT_TRUE(refusal);
  const ReflectorAnswer answer = client.read(refusal->payload, refusal->size);
  EXPECT_EQ(answer.kind, Kind::kRefusal);
  EXPECT_EQ(answer.reason, RefusalReason::kKey);
  EXPECT_EQ(reflector_.tally().challenges, 0u);
}

TEST_F(ReflectorTest, AnotherVersionIsRefusedByName) {
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

// ---- No source of attacks -----------------------------------------------------------------------

TEST_F(ReflectorTest, AddressesAndPortsThatNoClientHasGetNoAnswer) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes hello = copy(client.hello(utc));
  for (const char* address :
       {"0.0.0.0", "0.1.2.3", "224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1",
        "ff02::1", "::", "::ffff:192.0.2.1", "::192.0.2.1"}) {
    EXPECT_FALSE(receive(peer(address), hello)) << address;
  }
  for (const uint16_t port : std::initializer_list<uint16_t>{0, 7, 19, 53, 123, 1023}) {
    EXPECT_FALSE(receive(peer("192.0.2.1", port), hello)) << port;
  }
  EXPECT_EQ(refused(Refused::kAddress), 16u);
  for (const char* address : {"127.0.0.1", "::1", "fe80::1", "fd09::1", "10.0.0.1"}) {
    EXPECT_TRUE(receive(peer(address, 1024), hello)) << address;
  }
}

// One forged broadcast would otherwise be answered by every reflector of a network.
TEST_F(ReflectorTest, WhatIsSentToAGroupGetsNoAnswer) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes hello = copy(client.hello(utc));
  EXPECT_FALSE(reflector_.on_datagram(
      {.from = peer(), .to = kHere, .to_group = true, .payload = hello, .size = IpSize{92}}, now,
      utc));
}

TEST_F(ReflectorTest, ReflectorsDoNotAnswerEachOther) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  Bytes wrong_version = copy(client.hello(utc));
  wrong_version[16] = 9;
  seal(wrong_version, kNoKey);
  const Bytes request = copy(client.request(0, IpSize{1500}, utc));
  const auto reply = receive(peer(), request);
  for (const auto& output :
       {receive(peer("192.0.2.9"), copy(client.hello(utc))),       // a challenge
        receive(peer(), copy(client.probe(1, IpSize{900}, utc))),  // an acknowledgement
        reply, receive(peer(), wrong_version),
        reflector_.on_ptb(peer(), reply->payload, kRouter, IpSize{1400}, now)}) {
    ASSERT_TRUE(output);
    const uint64_t before = refused(Refused::kNoRequest);
    EXPECT_FALSE(receive(peer("192.0.2.77", 8899), output->payload));
    EXPECT_EQ(refused(Refused::kNoRequest), before + 1);
  }
}

// Whatever arrives, in whatever order: an answer goes where the request came from, and is never
// larger than it as long as nothing from there has shown a cookie that was sent there.
class Attacker {
 public:
  explicit Attacker(uint64_t seed) : dice_(seed) {}

  Endpoint somebody() {
    const char* addresses[] = {"192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2"};
    return peer(dice_.one_of(addresses), static_cast<uint16_t>(40'000 + dice_.between(0u, 1u)));
  }

  Bytes message(const SecretKey& key) {
    if (!seen_.empty() && dice_.happens(0.6)) return changed(one_of_seen(), key);
    Bytes bytes(dice_.between(0u, 1500u));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(dice_.between(0u, 255u));
    if (bytes.size() < kReflectHeaderBytes) return bytes;
    ReflectHeader header{.tag = {'m', 't', 'u', 'p'},
                         .version = static_cast<uint8_t>(dice_.between(0u, 2u)),
                         .type = static_cast<ReflectType>(dice_.between(0u, 3u)),
                         .size = IpSize{dice_.between(0u, 65'535u)},
                         .time = static_cast<uint32_t>(kUtc)};
    header.tag[7] = static_cast<uint8_t>(dice_.between(0u, 255u));
    if (!cookies_.empty() && dice_.happens(0.8)) {
      header.body = cookies_[dice_.between(0u, static_cast<uint32_t>(cookies_.size()) - 1)];
    }
    write_header(header, bytes);
    seal(bytes, key);
    return bytes;
  }

  void sees(const ReflectorOutput& output) {
    const auto header = read_header(output.payload);
    if (header->type == ReflectType::kChallenge) cookies_.push_back(header->body);
    if (seen_.size() < 200) seen_.push_back(output.payload);
  }
  void sends(const Bytes& bytes) {
    if (seen_.size() < 200 && bytes.size() >= kReflectHeaderBytes) seen_.push_back(bytes);
  }
  build::Dice& dice() { return dice_; }

 private:
  const Bytes& one_of_seen() {
    return seen_[dice_.between(0u, static_cast<uint32_t>(seen_.size()) - 1)];
  }
  Bytes changed(Bytes bytes, const SecretKey& key) {
    for (uint32_t i = dice_.between(0u, 3u); i > 0; --i) {
      bytes[dice_.between(0u, static_cast<uint32_t>(std::min<size_t>(bytes.size(), 64)) - 1)] ^=
          static_cast<uint8_t>(1u << dice_.between(0u, 7u));
    }
    if (dice_.happens(0.7)) seal(bytes, key);
    return bytes;
  }

  build::Dice dice_;
  std::vector<Bytes> seen_;
  std::vector<MessageBody> cookies_;
};

TEST_F(ReflectorTest, NeverSendsMoreThanItReceivedToWhoHasNotProvenAnAddress) {
  uint32_t larger = 0, answered = 0;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    start({});
    Attacker attacker(seed);
    std::map<Endpoint, std::set<MessageBody>> sent_there;
    for (int i = 0; i < 400; ++i) {
      const Endpoint from = attacker.somebody();
      const Bytes bytes = attacker.message(kNoKey);
      attacker.sends(bytes);
      const auto output = receive(from, bytes);
      now = now + Duration::milliseconds(attacker.dice().between(0u, 900u));
      if (!output) continue;
      ++answered;
      ASSERT_EQ(output->to, from);
      const auto header = read_header(bytes);
      ASSERT_TRUE(header);
      if (output->payload.size() > bytes.size()) {
        ++larger;
        ASSERT_TRUE(sent_there[from].contains(header->body)) << "seed " << seed << ", step " << i;
      }
      if (read_header(output->payload)->type == ReflectType::kChallenge) {
        sent_there[from].insert(read_header(output->payload)->body);
      }
      attacker.sees(*output);
    }
  }
  EXPECT_GT(answered, 2'000u) << "the attacker is too weak to test anything";
  EXPECT_GT(larger, 20u);
}

TEST_F(ReflectorTest, WithAKeyNothingThatAStrangerSendsIsAnswered) {
  const SecretKey key = random_key();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    start_with_key(key);
    Attacker attacker(seed);
    // The attacker hears everything that is said between two who have the key.
    ReflectorClient client(IpFamily::kIPv4, key);
    greet(client, peer());
    for (ProbeId id = 0; id < 20; ++id) {
      const Bytes request = copy(client.request(id, IpSize{200 + id}, utc));
      attacker.sends(request);
      const auto reply = receive(peer(), request);
      ASSERT_TRUE(reply);
      attacker.sees(*reply);
    }
    for (int i = 0; i < 400; ++i) {
      ASSERT_FALSE(receive(peer(), attacker.message(kNoKey))) << "seed " << seed << ", " << i;
    }
  }
}

// ---- Rates --------------------------------------------------------------------------------------

// The bytes that 5,000 requests bring back; each test sends one every millisecond.
uint64_t flood(const std::function<uint64_t(ProbeId)>& request) {
  uint64_t bytes = 0;
  for (ProbeId id = 0; id < 5'000; ++id) bytes += request(id);
  return bytes;
}

TEST_F(ReflectorTest, APeerGetsNoMoreThanItsRate) {
  ReflectorOptions options;
  options.peers.rate = 100'000;
  start(options);
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const uint64_t bytes = flood([&](ProbeId id) {
    now = now + Duration::milliseconds(1);
    const auto reply = receive(peer(), copy(client.request(id, IpSize{1500}, utc)));
    return reply ? uint64_t{reply->size.bytes} : 0;
  });
  EXPECT_LE(bytes, 600'000u);
  EXPECT_GE(bytes, 590'000u);
  EXPECT_GT(refused(Refused::kRate), 4'000u);
}

TEST_F(ReflectorTest, AllPortsOfAHostShareItsRate) {
  ReflectorOptions options;
  options.peers.rate = 100'000;
  start(options);
  std::vector<ReflectorClient> clients(8, ReflectorClient(IpFamily::kIPv6, kNoKey));
  const auto from = [](size_t i) {
    return peer(i % 2 == 0 ? "2001:db8::1" : "2001:db8::2", static_cast<uint16_t>(2000 + i));
  };
  for (size_t i = 0; i < clients.size(); ++i) greet(clients[i], from(i));
  const uint64_t bytes = flood([&](ProbeId id) {
    now = now + Duration::milliseconds(1);
    const auto reply = receive(from(id % 8), copy(clients[id % 8].request(id, IpSize{1500}, utc)));
    return reply ? uint64_t{reply->size.bytes} : 0;
  });
  EXPECT_LE(bytes, 600'000u);
}

TEST_F(ReflectorTest, AllPeersTogetherGetNoMoreThanTheTotal) {
  ReflectorOptions options;
  options.rate = 200'000;
  options.peers.rate = 100'000;
  start(options);
  std::vector<ReflectorClient> clients(10, ReflectorClient(IpFamily::kIPv4, kNoKey));
  const auto from = [](size_t i) {
    return Endpoint{IpAddress::parse("10.0.0." + std::to_string(i + 1)).value(), 2000};
  };
  for (size_t i = 0; i < clients.size(); ++i) greet(clients[i], from(i));
  const uint64_t bytes = flood([&](ProbeId id) {
    now = now + Duration::milliseconds(1);
    const auto reply =
        receive(from(id % 10), copy(clients[id % 10].request(id, IpSize{1500}, utc)));
    return reply ? uint64_t{reply->size.bytes} : 0;
  });
  EXPECT_LE(bytes, 1'200'000u);
  EXPECT_GE(bytes, 1'150'000u);
}

// Strangers, whose addresses may be forged, do not use up what peers need.
TEST_F(ReflectorTest, StrangersGetASmallShare) {
  ReflectorOptions options;
  options.rate = 1'000'000;
  options.stranger_rate = 10'000;
  start(options);
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  ReflectorClient stranger(IpFamily::kIPv4, kNoKey);
  const Bytes hello = copy(stranger.hello(utc));
  uint64_t bytes = 0;
  for (uint16_t port = 2000; port < 22'000; ++port) {
    const auto answer = receive(peer("203.0.113.7", port), hello);
    if (answer) bytes += answer->size.bytes;
  }
  EXPECT_LE(bytes, 10'000u);
  EXPECT_GE(bytes, 9'000u);
  EXPECT_TRUE(receive(peer(), copy(client.request(0, IpSize{1500}, utc))));
}

// ---- PTBs of the way back -----------------------------------------------------------------------

TEST_F(ReflectorTest, APtbIsPassedOnToThePeerThatAsked) {
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    ReflectorClient client(peer(address).address.family, kNoKey);
    greet(client, peer(address));
    const auto reply = receive(peer(address), copy(client.request(5, IpSize{1500}, utc)));
    ASSERT_TRUE(reply);
    // Routers quote the beginning only.
    const auto quote = std::span<const uint8_t>(reply->payload).first(kReflectHeaderBytes);
    const auto ptb = reflector_.on_ptb(peer(address), quote, kRouter, IpSize{1400}, now);
    ASSERT_TRUE(ptb);
    EXPECT_EQ(ptb->to, peer(address));
    EXPECT_EQ(ptb->from, kHere);
    EXPECT_EQ(ptb->payload.size(), kReflectHeaderBytes);
    const ReflectorAnswer answer = client.read(ptb->payload, ptb->size);
    EXPECT_EQ(answer.kind, Kind::kPtb);
    EXPECT_EQ(answer.id, 5u);
    EXPECT_EQ(answer.size, IpSize{1400});
    EXPECT_EQ(answer.reporter, kRouter);
  }
}

TEST_F(ReflectorTest, APtbThatQuotesWhatWasNotSentIsNotPassedOn) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const auto reply = receive(peer(), copy(client.request(0, IpSize{1500}, utc)));
  ASSERT_TRUE(reply);
  const auto ack = receive(peer(), copy(client.probe(1, IpSize{1500}, utc)));
  ASSERT_TRUE(ack);
  const Bytes quote(reply->payload.begin(), reply->payload.begin() + kReflectHeaderBytes);
  const auto passes = [&](const Endpoint& to, std::span<const uint8_t> quoted) {
    return reflector_.on_ptb(to, quoted, kRouter, IpSize{1400}, now).has_value();
  };
  EXPECT_FALSE(passes(peer("192.0.2.2"), quote)) << "sent to somebody else";
  EXPECT_FALSE(passes(peer("192.0.2.1", 40'001), quote));
  EXPECT_FALSE(passes(peer(), std::span(quote).first(63)));
  EXPECT_FALSE(passes(peer(), {}));
  EXPECT_FALSE(passes(peer(), ack->payload)) << "acknowledgements are small";
  for (const size_t i : {4, 15, 17, 18, 19, 40, 55}) {
    Bytes forged = quote;
    forged[i] ^= 1;
    EXPECT_FALSE(passes(peer(), forged)) << i;
  }
  EXPECT_TRUE(passes(peer(), quote));
  EXPECT_EQ(refused(Refused::kForgedPtb), 12u);
}

TEST_F(ReflectorTest, PtbsAreBoundedByThePeersRate) {
  ReflectorOptions options;
  options.peers.rate = 3000;
  start(options);
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const auto reply = receive(peer(), copy(client.request(0, IpSize{1500}, utc)));
  ASSERT_TRUE(reply);
  uint64_t bytes = reply->size.bytes;
  for (int i = 0; i < 1000; ++i) {
    const auto ptb = reflector_.on_ptb(peer(), reply->payload, kRouter, IpSize{1400}, now);
    if (ptb) bytes += ptb->size.bytes;
  }
  EXPECT_LE(bytes, 3000u);
}

TEST_F(ReflectorTest, ItsOwnInterfacesLimitIsToldLikeAPtb) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  greet(client, peer());
  const auto reply = receive(peer(), copy(client.request(9, IpSize{1500}, utc)));
  ASSERT_TRUE(reply);
  const auto told = reflector_.on_too_big(*reply, IpSize{1420}, now);
  ASSERT_TRUE(told);
  const ReflectorAnswer answer = client.read(told->payload, told->size);
  EXPECT_EQ(answer.kind, Kind::kPtb);
  EXPECT_EQ(answer.id, 9u);
  EXPECT_EQ(answer.size, IpSize{1420});
  EXPECT_EQ(answer.reporter, kHere);
  EXPECT_EQ(reflector_.tally().reverse, 0u);
  EXPECT_FALSE(reflector_.on_too_big(*told, IpSize{50}, now)) << "what is small is not told again";
}

}  // namespace
}  // namespace mtuscope
