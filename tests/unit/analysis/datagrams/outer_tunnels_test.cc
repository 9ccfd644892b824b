#include "analysis/datagrams/outer_tunnels.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "capture/address.h"
#include "capture/tunnel.h"

namespace mtuscope {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

enum class Message : uint8_t { kInitiation = 1, kResponse = 2, kData = 4 };
enum class From : uint8_t { kServer, kClient };

// A tunnel between two hosts as a router sees it: what is sent when, by size alone.
class Wire {
 public:
  // `inner` bytes in the tunnel, padded to 16.
  Wire& data(double seconds, From from, uint32_t inner) {
    return send(seconds, from, Message::kData, (inner + 15) / 16 * 16 + kWireGuardMessageBytes);
  }
  // A full-sized packet: at the tunnel's MTU nothing is padded.
  Wire& full(double seconds, From from) {
    return send(seconds, from, Message::kData, 1420 + kWireGuardMessageBytes);
  }
  Wire& keepalive(double seconds, From from) {
    return send(seconds, from, Message::kData, kWireGuardMessageBytes);
  }
  Wire& initiation(double seconds, From from) {
    return send(seconds, from, Message::kInitiation, 148);
  }
  Wire& response(double seconds, From from) { return send(seconds, from, Message::kResponse, 92); }

  std::vector<Finding> judge() const {
    return tunnels_.judge([](const OuterTunnels::Way&) { return false; });
  }
  const OuterTunnels& tunnels() const { return tunnels_; }

 private:
  Wire& send(double seconds, From from, Message type, uint32_t payload) {
    const std::array<uint8_t, 4> header{static_cast<uint8_t>(type), 0, 0, 0};
    Packet p;
    p.transport = Transport::kUdp;
    p.is_wireguard = true;
    p.time = Timestamp{} + Duration::from_seconds(1000 + seconds);
    p.frame = FrameNumber{++frames_};
    p.src = *IpAddress::parse(from == From::kServer ? "198.51.100.2" : "192.0.2.2");
    p.dst = *IpAddress::parse(from == From::kServer ? "192.0.2.2" : "198.51.100.2");
    p.src_port = p.dst_port = 51820;
    p.payload_bytes = payload;
    p.payload = header;
    p.size = IpSize{payload + 28};
    tunnels_.add(p);
    return *this;
  }

  OuterTunnels tunnels_;
  uint64_t frames_ = 0;
};

const std::vector<double> kBackingOff = {0, 0.21, 0.64, 1.47, 3.14, 6.5};

// A download whose full-sized packet vanishes: the client hears the small ones and acknowledges.
Wire incident() {
  Wire wire;
  wire.data(-0.02, From::kClient, 130).full(0, From::kServer).data(0.001, From::kServer, 435);
  wire.data(0.02, From::kClient, 64).data(0.04, From::kServer, 52);
  for (const double at : kBackingOff) {
    if (at > 0) wire.full(at, From::kServer);
  }
  return wire;
}

TEST(OuterTunnels, SuspectABlackHoleWhereOneSizeIsRepeatedAndSmallerOnesFlow) {
  const auto findings = incident().judge();
  ASSERT_THAT(findings, SizeIs(1));
  const Finding& f = findings.front();
  EXPECT_EQ(f.kind, FindingKind::kPmtuBlackhole);
  EXPECT_EQ(f.confidence, Confidence::kSuspected);
  EXPECT_EQ(to_string(*f.src), "198.51.100.2");
  EXPECT_EQ(to_string(*f.dst), "192.0.2.2");
  EXPECT_EQ(f.bracket.upper, IpSize{1480});
  EXPECT_EQ(f.bracket.lower, std::nullopt);
  EXPECT_THAT(f.explanation, HasSubstr("1409 to 1420 bytes"));
  EXPECT_THAT(f.frames, SizeIs(6));
}

TEST(OuterTunnels, ImplyTheInnerSizeFromThePadding) {
  // 32 bytes of WireGuard; padded to 16, unless that would exceed the tunnel's MTU.
  EXPECT_EQ(inner_sizes(1440).smallest, IpSize{1393});
  EXPECT_EQ(inner_sizes(1440).largest, IpSize{1408});
  EXPECT_FALSE(inner_sizes(1440).at_tunnel_mtu);
  EXPECT_EQ(inner_sizes(1452).smallest, IpSize{1409});
  EXPECT_EQ(inner_sizes(1452).largest, IpSize{1420});
  EXPECT_TRUE(inner_sizes(1452).at_tunnel_mtu);
}

TEST(OuterTunnels, SayNothingWhereOneSuchPacketWasFollowedByOthers) {
  Wire wire;
  for (int i = 0; i < 10; ++i) {
    const double at = -5 + 0.1 * i;
    wire.full(at, From::kServer).data(at, From::kClient, 52);
  }
  for (const double at : kBackingOff) wire.full(at, From::kServer);
  wire.data(0.01, From::kServer, 435).data(0.02, From::kClient, 64);
  EXPECT_THAT(wire.judge(), IsEmpty());
}

TEST(OuterTunnels, AskWhereTheOtherEndIsNotHeard) {
  Wire wire;
  wire.data(-0.02, From::kClient, 130);
  for (const double at : kBackingOff) wire.full(at, From::kServer);
  wire.data(0.01, From::kServer, 435).keepalive(8, From::kClient);
  const auto findings = wire.judge();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings.front().kind, FindingKind::kNotTested);
  EXPECT_TRUE(findings.front().open_question);
}

TEST(OuterTunnels, AskWhereTheOtherEndOnlyRepeatsItself) {
  // The way to the client is broken: both ends repeat, the client a small packet.
  Wire wire;
  wire.data(-0.02, From::kClient, 130);
  for (const double at : kBackingOff) {
    wire.full(at, From::kServer).data(at + 0.1, From::kClient, 200);
    wire.data(at + 0.1001, From::kServer, 52);
  }
  const auto findings = wire.judge();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_TRUE(findings.front().open_question);
}

TEST(OuterTunnels, AskWhereTheHandshakeIsRepeated) {
  Wire wire = incident();
  wire.initiation(15, From::kServer).initiation(20.2, From::kServer).full(13.2, From::kServer);
  const auto findings = wire.judge();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings.front().kind, FindingKind::kNotTested);
  EXPECT_THAT(findings.front().explanation, HasSubstr("handshake"));
}

TEST(OuterTunnels, TakeAnAnsweredHandshakeForProofThatSmallOnesPass) {
  Wire wire;
  wire.data(-0.02, From::kClient, 130);
  for (const double at : kBackingOff) wire.full(at, From::kServer);
  wire.initiation(15, From::kServer).response(15.05, From::kClient);
  const auto findings = wire.judge();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings.front().kind, FindingKind::kPmtuBlackhole);
}

TEST(OuterTunnels, AskWhereItMayBeAQuicHandshakeThatNobodyAnswers) {
  Wire wire;
  wire.data(-0.02, From::kClient, 130);
  for (const double at : {0.0, 1.0, 3.0, 7.0, 15.0}) wire.data(at, From::kClient, 1228);
  wire.data(0.01, From::kClient, 60).data(0.02, From::kServer, 60).data(0.5, From::kServer, 200);
  const auto findings = wire.judge();
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_TRUE(findings.front().open_question);
  EXPECT_THAT(findings.front().explanation, HasSubstr("QUIC"));
}

TEST(OuterTunnels, SayNothingOfOneDirectionAlone) {
  Wire wire;
  for (const double at : kBackingOff) wire.full(at, From::kServer);
  wire.data(0.01, From::kServer, 435);
  EXPECT_THAT(wire.judge(), IsEmpty());
}

TEST(OuterTunnels, SayNothingOfSmallPacketsThatAreRepeated) {
  Wire wire;
  wire.data(-0.02, From::kServer, 52);
  for (const double at : kBackingOff) wire.data(at, From::kClient, 300);
  wire.data(0.01, From::kClient, 52).data(0.02, From::kServer, 52);
  EXPECT_THAT(wire.judge(), IsEmpty());
}

TEST(OuterTunnels, LeaveTheJudgementToTheInsideWhereItWasCapturedToo) {
  const Wire wire = incident();
  const auto is_seen = [](const OuterTunnels::Way& way) {
    return to_string(way.first) == "198.51.100.2";
  };
  EXPECT_THAT(wire.tunnels().judge(is_seen), IsEmpty());
}

TEST(OuterTunnels, KnowTheFamilyThatAllOfThemUse) {
  EXPECT_EQ(incident().tunnels().family(), IpFamily::kIPv4);
  EXPECT_EQ(OuterTunnels().family(), std::nullopt);
}

}  // namespace
}  // namespace mtuscope
