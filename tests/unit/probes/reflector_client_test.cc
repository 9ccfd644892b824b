#include "probes/reflector_client.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtuscope {
namespace {

using Kind = ReflectorAnswer::Kind;
using Bytes = std::vector<uint8_t>;

constexpr int64_t kUtc = 1'800'000'000;

Bytes copy(std::span<const uint8_t> bytes) { return {bytes.begin(), bytes.end()}; }

IpSize size_v4(const Bytes& payload) { return IpSize{static_cast<uint32_t>(payload.size()) + 28}; }

// An answer to `message`, sealed with `key`.
Bytes answer_to(const Bytes& message, ReflectType type, IpSize size, const MessageBody& body,
                const SecretKey& key = kNoKey, size_t bytes = kReflectHeaderBytes) {
  ReflectHeader header{.type = type, .size = size, .body = body};
  std::copy_n(message.begin(), kTagBytes, header.tag.begin());
  Bytes payload(bytes);
  write_header(header, payload);
  seal(payload, key);
  return payload;
}

Kind read(ReflectorClient& client, const Bytes& payload) {
  return client.read(payload, size_v4(payload)).kind;
}

TEST(ReflectorClientTest, MessagesHaveExactlyTheirSize) {
  ReflectorClient v4(IpFamily::kIPv4, kNoKey), v6(IpFamily::kIPv6, kNoKey);
  EXPECT_EQ(v4.least(), IpSize{92});
  EXPECT_EQ(v6.least(), IpSize{112});
  EXPECT_EQ(v4.hello(kUtc).size(), 64u);
  EXPECT_EQ(v4.probe(0, IpSize{1400}, kUtc).size(), 1372u);
  EXPECT_EQ(v6.probe(0, IpSize{1400}, kUtc).size(), 1352u);
  EXPECT_EQ(v4.request(1, IpSize{1400}, kUtc).size(), 64u);
}

TEST(ReflectorClientTest, ARepeatedCookieIsUsedFromThenOn) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes hello = copy(client.hello(kUtc));
  EXPECT_FALSE(client.has_cookie());
  const MessageBody cookie = body_of(Cookie{.issued = {5}, .hash = {1, 2}});
  EXPECT_EQ(read(client, answer_to(hello, ReflectType::kChallenge, {}, cookie)), Kind::kCookie);
  EXPECT_TRUE(client.has_cookie());
  EXPECT_EQ(read_header(client.probe(0, IpSize{100}, kUtc))->body, cookie);
}

TEST(ReflectorClientTest, AnAcknowledgementNamesTheSizeThatArrived) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes probe = copy(client.probe(4, IpSize{1400}, kUtc));
  for (const uint32_t wrong : {1399u, 1401u, 0u}) {
    EXPECT_EQ(read(client, answer_to(probe, ReflectType::kAck, IpSize{wrong}, {})), Kind::kNothing);
  }
  const Bytes ack = answer_to(probe, ReflectType::kAck, IpSize{1400}, {});
  EXPECT_EQ(read(client, ack), Kind::kArrived);
  EXPECT_EQ(client.read(ack, size_v4(ack)).id, 4u);
}

TEST(ReflectorClientTest, AReplyCountsAtTheSizeThatWasAskedForOnly) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes request = copy(client.request(4, IpSize{1400}, kUtc));
  for (const size_t bytes : {64u, 1371u, 1373u}) {
    EXPECT_EQ(
        read(client, answer_to(request, ReflectType::kReply, IpSize{1400}, {}, kNoKey, bytes)),
        Kind::kNothing)
        << bytes;
  }
  EXPECT_EQ(read(client, answer_to(request, ReflectType::kReply, IpSize{1400}, {}, kNoKey, 1372)),
            Kind::kArrived);
}

TEST(ReflectorClientTest, WhatIsNotAuthenticIsNothing) {
  const SecretKey key = random_key();
  ReflectorClient client(IpFamily::kIPv4, key);
  const Bytes probe = copy(client.probe(0, IpSize{1400}, kUtc));
  const Bytes ack = answer_to(probe, ReflectType::kAck, IpSize{1400}, {}, key);
  EXPECT_EQ(read(client, answer_to(probe, ReflectType::kAck, IpSize{1400}, {})), Kind::kNothing);
  for (size_t i = 0; i < ack.size(); ++i) {
    Bytes changed = ack;
    changed[i] ^= 1;
    EXPECT_EQ(read(client, changed), Kind::kNothing) << i;
  }
  EXPECT_EQ(read(client, ack), Kind::kArrived);
}

TEST(ReflectorClientTest, WhatDoesNotRepeatATagIsNothing) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes probe = copy(client.probe(0, IpSize{1400}, kUtc));
  for (size_t i = 0; i < kTagBytes; ++i) {
    Bytes other = probe;
    other[i] ^= 1;
    EXPECT_EQ(read(client, answer_to(other, ReflectType::kAck, IpSize{1400}, {})), Kind::kNothing);
  }
}

// An echo service at the reflector's port, or a reflector of our own.
TEST(ReflectorClientTest, ItsOwnMessagesAreNoAnswers) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  for (const Bytes& message : {copy(client.hello(kUtc)), copy(client.probe(0, IpSize{1400}, kUtc)),
                               copy(client.request(1, IpSize{1400}, kUtc)),
                               copy(client.fragmentable(IpSize{1500}, kUtc))}) {
    EXPECT_EQ(read(client, message), Kind::kNothing);
  }
}

TEST(ReflectorClientTest, AFragmentThatCannotBeIsNothing) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes probe = copy(client.fragmentable(IpSize{1500}, kUtc));
  const auto ack = [&](uint32_t fragment) {
    return answer_to(probe, ReflectType::kAck, IpSize{1500}, body_of(IpSize{fragment}));
  };
  EXPECT_EQ(read(client, ack(0)), Kind::kNothing) << "it came whole";
  EXPECT_EQ(read(client, ack(1501)), Kind::kNothing);
  EXPECT_EQ(read(client, ack(1396)), Kind::kFragment);
}

TEST(ReflectorClientTest, ARefusalWithoutTheKeyIsUnderstoodToo) {
  ReflectorClient client(IpFamily::kIPv4, random_key());
  const Bytes hello = copy(client.hello(kUtc));
  const Bytes refusal =
      answer_to(hello, ReflectType::kRefusal, IpSize{7}, body_of(RefusalReason::kVersion));
  const ReflectorAnswer answer = client.read(refusal, size_v4(refusal));
  EXPECT_EQ(answer.kind, Kind::kRefusal);
  EXPECT_EQ(answer.version, 7);
  EXPECT_EQ(read(client, answer_to(hello, ReflectType::kRefusal, {}, {}, random_key())),
            Kind::kNothing);
}

TEST(ReflectorClientTest, AQuoteNamesItsProbe) {
  ReflectorClient client(IpFamily::kIPv4, kNoKey);
  const Bytes probe = copy(client.probe(12, IpSize{1400}, kUtc));
  EXPECT_EQ(client.match_quote(probe), ProbeId{12});
  EXPECT_EQ(client.match_quote(std::span(probe).first(kTagBytes)), ProbeId{12});
  EXPECT_EQ(client.match_quote(std::span(probe).first(8)), std::nullopt);
  EXPECT_EQ(client.match_quote(copy(client.hello(kUtc))), std::nullopt) << "no probe of the search";
  EXPECT_TRUE(client.may_quote(copy(client.hello(kUtc))));
  EXPECT_TRUE(client.may_quote({})) << "routers may quote nothing but addresses and ports";
  EXPECT_FALSE(client.may_quote(Bytes(kTagBytes))) << "forged";
}

}  // namespace
}  // namespace mtuscope
