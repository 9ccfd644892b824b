#include "analysis/datagrams/tunnel_ties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "capture/address.h"
#include "capture/tunnel.h"

namespace mtuscope {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

IpAddress address(const std::string& text) { return *IpAddress::parse(text); }

const TunnelTies::Way kInside{address("10.9.0.2"), address("10.9.0.1")};
const TunnelTies::Way kOutside{address("198.51.100.2"), address("192.0.2.2")};

// One host that captures its tunnel interface and its wire.
class Host {
 public:
  uint64_t inner(double seconds, uint32_t size) {
    Packet p = packet(seconds, kInside, IpSize{size});
    ties.add_inner(p);
    return p.frame.value;
  }
  uint64_t outer(double seconds, uint32_t inner_size) {
    Packet p = packet(seconds, kOutside, IpSize{0});
    p.payload_bytes = std::min((inner_size + 15) / 16 * 16, 1420u) + kWireGuardMessageBytes;
    p.size = IpSize{p.payload_bytes + 28};
    ties.add_outer(p);
    return p.frame.value;
  }
  void fragment(double seconds) {
    Packet p = packet(seconds, kOutside, IpSize{1400});
    p.is_fragment = true;
    ties.add_outer(p);
  }
  // A small conversation, which shows what carries what.
  void talk(double seconds, int packets = 8) {
    for (int i = 0; i < packets; ++i) {
      inner(seconds + 0.1 * i, 100 + 40 * static_cast<uint32_t>(i));
      outer(seconds + 0.1 * i + 0.0001, 100 + 40 * static_cast<uint32_t>(i));
    }
  }
  Finding located(const std::vector<uint64_t>& frames) const {
    Finding f{.kind = FindingKind::kPmtuBlackhole};
    f.src = kInside.first;
    f.dst = kInside.second;
    f.bracket.upper = IpSize{1420};
    f.last_time = time(5);
    for (const uint64_t frame : frames) f.frames.push_back(FrameNumber{frame});
    ties.locate(f, {});
    return f;
  }

  TunnelTies ties;

 private:
  static Timestamp time(double seconds) {
    return Timestamp{} + Duration::from_seconds(1000 + seconds);
  }
  Packet packet(double seconds, const TunnelTies::Way& way, IpSize size) {
    Packet p;
    p.time = time(seconds);
    p.frame = FrameNumber{++frames_};
    p.src = way.first;
    p.dst = way.second;
    p.size = size;
    return p;
  }
  uint64_t frames_ = 0;
};

TEST(TunnelTies, FindWhichOuterWayCarriesAnInnerOne) {
  Host host;
  host.talk(0);
  EXPECT_EQ(host.ties.outer_of(kInside), kOutside);
  EXPECT_TRUE(host.ties.is_seen_inside(kOutside));
}

TEST(TunnelTies, TakeAFewForACoincidence) {
  Host host;
  host.talk(0, 3);
  EXPECT_EQ(host.ties.outer_of(kInside), std::nullopt);
  EXPECT_FALSE(host.ties.is_seen_inside(kOutside));
}

TEST(TunnelTies, DoNotTieWhatMostlyTravelsWithoutATunnel) {
  Host host;
  host.talk(0, 6);
  for (int i = 0; i < 20; ++i) host.inner(2 + 0.1 * i, 700);
  EXPECT_EQ(host.ties.outer_of(kInside), std::nullopt);
}

TEST(TunnelTies, SayThatLostPacketsLeftTheHost) {
  Host host;
  host.talk(0);
  const uint64_t inner = host.inner(2, 1420), outer = host.outer(2.0001, 1420);
  const Finding f = host.located({inner});
  ASSERT_THAT(f.evidence_for, SizeIs(1));
  EXPECT_THAT(f.evidence_for[0], HasSubstr("left on the wire as packets of 1480 bytes"));
  EXPECT_THAT(f.evidence_for[0], HasSubstr("(frame " + std::to_string(outer) + ")"));
}

TEST(TunnelTies, SayThatLostPacketsNeverLeft) {
  Host host;
  host.talk(0);
  const uint64_t inner = host.inner(2, 1420);
  host.inner(6, 100);
  host.outer(6.0001, 100);
  const Finding f = host.located({inner});
  ASSERT_THAT(f.evidence_for, SizeIs(1));
  EXPECT_THAT(f.evidence_for[0], HasSubstr("never left this host"));
}

TEST(TunnelTies, DoNotSayThatTheyNeverLeftWhereFragmentsDid) {
  Host host;
  host.talk(0);
  const uint64_t inner = host.inner(2, 1420);
  host.fragment(2.0001);
  host.talk(6, 2);
  EXPECT_THAT(host.located({inner}).evidence_for, IsEmpty());
}

TEST(TunnelTies, DoNotSayThatTheyNeverLeftWhereTheOutsideWasNotCapturedAnyMore) {
  Host host;
  host.talk(0);
  const uint64_t inner = host.inner(4.5, 1420);
  EXPECT_THAT(host.located({inner}).evidence_for, IsEmpty());
}

TEST(TunnelTies, SayNothingWherePacketsComeOutOfTheTunnel) {
  Host host;
  for (int i = 0; i < 8; ++i) {
    host.outer(0.1 * i, 200);
    host.inner(0.1 * i + 0.0001, 200);
  }
  EXPECT_EQ(host.ties.outer_of(kInside), kOutside);
  EXPECT_THAT(host.located({1, 2, 3}).evidence_for, IsEmpty());
}

}  // namespace
}  // namespace mtuscope
