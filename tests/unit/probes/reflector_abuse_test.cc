// That the reflector is of no use to who attacks others through it (docs/reflect.md).

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "tests/support/dice.h"
#include "tests/unit/probes/reflector_fixture.h"

namespace mtuscope {
namespace {

using namespace reflecting;  // NOLINT(build/namespaces): test notation

using ReflectorAbuseTest = ReflectorFixture;

TEST_F(ReflectorAbuseTest, AddressesAndPortsThatNoClientHasGetNoAnswer) {
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
TEST_F(ReflectorAbuseTest, WhatIsSentToAGroupGetsNoAnswer) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes hello = copy(client.hello(utc));
  EXPECT_FALSE(reflector_.on_datagram(
      {.from = peer(), .to = kHere, .to_group = true, .payload = hello, .size = IpSize{92}}, now,
      utc));
}

TEST_F(ReflectorAbuseTest, ReflectorsDoNotAnswerEachOther) {
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

TEST_F(ReflectorAbuseTest, NeverSendsMoreThanItReceivedToWhoHasNotProvenAnAddress) {
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

TEST_F(ReflectorAbuseTest, WithAKeyNothingThatAStrangerSendsIsAnswered) {
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

TEST_F(ReflectorAbuseTest, APeerGetsNoMoreThanItsRate) {
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

TEST_F(ReflectorAbuseTest, AllPortsOfAHostShareItsRate) {
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

TEST_F(ReflectorAbuseTest, AllPeersTogetherGetNoMoreThanTheTotal) {
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
TEST_F(ReflectorAbuseTest, StrangersGetASmallShare) {
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

}  // namespace
}  // namespace mtuscope
