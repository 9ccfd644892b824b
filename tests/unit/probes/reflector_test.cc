#include "probes/reflector.h"

#include "tests/unit/probes/reflector_fixture.h"

namespace mtuscope {
namespace {

using namespace reflecting;  // NOLINT(build/namespaces): test notation

using ReflectorTest = ReflectorFixture;

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
