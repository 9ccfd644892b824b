#include "probes/conclusion.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Measurement echo(SearchVerdict verdict, uint32_t lower = 0, uint32_t upper = 0) {
  Measurement m;
  m.traits.method = ProbeMethod::kIcmp;
  m.traits.direction = ProbeDirection::kRoundTrip;
  m.result.verdict = verdict;
  if (lower > 0) m.result.bracket.lower = IpSize{lower};
  if (upper > 0) m.result.bracket.upper = IpSize{upper};
  m.result.silent = upper > 0;
  return m;
}

Measurement udp(SearchVerdict verdict, uint32_t lower = 0, uint32_t upper = 0) {
  Measurement m = echo(verdict, lower, upper);
  m.traits.method = ProbeMethod::kUdp;
  m.traits.direction = ProbeDirection::kForward;
  return m;
}

using V = SearchVerdict;

Conclusion of(std::vector<Measurement> measurements) { return conclude(measurements); }

TEST(ConclusionTest, EchoWithoutALimitSpeaksForBothDirections) {
  const Conclusion c = of({echo(V::kNoLimit, 1500)});
  EXPECT_EQ(c.verdict, PathVerdict::kNoLimit);
  EXPECT_EQ(c.direction, ProbeDirection::kRoundTrip);
}

// With only the reverse limited, UDP says 1500 and echo says 1400.
TEST(ConclusionTest, WhatPassesByUdpButNotByEchoIsLimitedOnItsWayBack) {
  const Conclusion c = of({echo(V::kExact, 1400, 1401), udp(V::kNoLimit, 1500)});
  EXPECT_EQ(c.verdict, PathVerdict::kLimit);
  EXPECT_EQ(c.direction, ProbeDirection::kReverse);
  EXPECT_EQ(c.bracket.lower, IpSize{1400});
}

TEST(ConclusionTest, TheSameLimitByUdpIsForward) {
  EXPECT_EQ(of({echo(V::kExact, 1400, 1401), udp(V::kExact, 1400, 1401)}).direction,
            ProbeDirection::kForward);
}

TEST(ConclusionTest, ALargerForwardLimitLeavesTheSmallerOneToTheWayBack) {
  EXPECT_EQ(of({echo(V::kExact, 1400, 1401), udp(V::kExact, 1460, 1461)}).direction,
            ProbeDirection::kReverse);
}

TEST(ConclusionTest, AUdpBracketThatIsTooWideTellsNothing) {
  for (const auto& other : {udp(V::kUndetermined, 1400), udp(V::kBracket, 1380, 1450),
                            udp(V::kSilent), udp(V::kInconsistent, 1500)}) {
    const Conclusion c = of({echo(V::kExact, 1400, 1401), other});
    EXPECT_EQ(c.direction, ProbeDirection::kRoundTrip);
    EXPECT_FALSE(c.methods_disagree);
  }
}

TEST(ConclusionTest, UdpThatFailsWhereEchoPassesIsADisagreement) {
  const Conclusion c = of({echo(V::kExact, 1400, 1401), udp(V::kExact, 576, 577)});
  EXPECT_TRUE(c.methods_disagree);
  EXPECT_EQ(c.direction, ProbeDirection::kRoundTrip);
}

Measurement tcp(SearchVerdict verdict, uint32_t lower = 0, uint32_t upper = 0) {
  Measurement m = udp(verdict, lower, upper);
  m.traits.method = ProbeMethod::kTcp;
  return m;
}

// Something in front of the target may answer SYNs in its place.
TEST(ConclusionTest, ALimitOnTheWayOutByOneMethodOutweighsWhatAnotherGetsThrough) {
  const Conclusion c =
      of({echo(V::kExact, 1400, 1401), tcp(V::kNoLimit, 1500), udp(V::kExact, 1400, 1401)});
  EXPECT_EQ(c.direction, ProbeDirection::kForward);
  EXPECT_EQ(c.told_by, ProbeMethod::kUdp);
}

TEST(ConclusionTest, AFilterOfLargePacketsOfOneMethodDoesNotUndoWhatAnotherTold) {
  const Conclusion c =
      of({echo(V::kExact, 1400, 1401), tcp(V::kNoLimit, 1500), udp(V::kExact, 576, 577)});
  EXPECT_EQ(c.direction, ProbeDirection::kReverse);
  EXPECT_EQ(c.told_by, ProbeMethod::kTcp);
  EXPECT_FALSE(c.methods_disagree);
}

TEST(ConclusionTest, TheHopOfAForwardMethodNeedsNoOther) {
  Measurement m = tcp(V::kExact, 1400, 1401);
  const IpAddress router = IpAddress::parse("192.0.2.1").value();
  m.hop = {Hop{1, router}, Hop{2, router, true}, 8};
  EXPECT_TRUE(of({m}).hop);
}

TEST(ConclusionTest, FlowsWithTheSameLimitAreCounted) {
  const Conclusion c = of({tcp(V::kExact, 1400, 1401), tcp(V::kBracket, 1390, 1410),
                           tcp(V::kNoLimit, 1500), tcp(V::kSilent), echo(V::kSilent)});
  EXPECT_EQ(c.flows, 3u);
  EXPECT_EQ(c.flows_alike, 2u);
  EXPECT_EQ(of({tcp(V::kNoLimit, 1500), tcp(V::kNoLimit, 1500)}).flows_alike, 2u);
}

TEST(ConclusionTest, WithoutEchoUdpDecidesAlone) {
  const Conclusion c = of({udp(V::kExact, 1400, 1401), echo(V::kSilent)});
  EXPECT_EQ(c.verdict, PathVerdict::kLimit);
  EXPECT_EQ(c.direction, ProbeDirection::kForward);
}

TEST(ConclusionTest, SilenceIsNoBlackHole) {
  const Conclusion c = of({echo(V::kSilent), udp(V::kSilent)});
  EXPECT_EQ(c.verdict, PathVerdict::kSilent);
  EXPECT_FALSE(c.silent);
}

TEST(ConclusionTest, APtbByEitherMethodMeansThatTheLimitIsNotSilent) {
  Measurement other = udp(V::kExact, 1400, 1401);
  other.result.silent = false;
  EXPECT_FALSE(of({echo(V::kExact, 1400, 1401), other}).silent);
  EXPECT_TRUE(of({echo(V::kExact, 1400, 1401), udp(V::kExact, 1400, 1401)}).silent);
}

const IpAddress kRouter = IpAddress::parse("192.0.2.1").value();

TEST(ConclusionTest, ARouterThatLargePacketsDoNotReachMakesItForward) {
  Measurement m = echo(V::kExact, 1400, 1401);
  m.hop = {Hop{1, kRouter}, Hop{2, kRouter}, 8};
  const Conclusion c = of({m, udp(V::kSilent)});
  EXPECT_EQ(c.direction, ProbeDirection::kForward);
  ASSERT_TRUE(c.hop);
  EXPECT_EQ(c.hop->ttl, 1);
}

// The request of a large echo may have got there, and its reply not back.
TEST(ConclusionTest, TheTargetsSilenceAccusesNoHop) {
  Measurement m = echo(V::kExact, 1400, 1401);
  m.hop = {Hop{1, kRouter}, Hop{2, kRouter, true}, 8};
  EXPECT_FALSE(of({m, udp(V::kSilent)}).hop);
  EXPECT_EQ(of({m, udp(V::kSilent)}).direction, ProbeDirection::kRoundTrip);
  EXPECT_FALSE(of({m, udp(V::kNoLimit, 1500)}).hop);
  EXPECT_EQ(of({m, udp(V::kNoLimit, 1500)}).direction, ProbeDirection::kReverse);
  EXPECT_TRUE(of({m, udp(V::kExact, 1400, 1401)}).hop);
}

// ---- A reflector tells each direction on its own --------------------------------------------

Measurement way(ProbeDirection direction, SearchVerdict verdict, uint32_t lower = 0,
                uint32_t upper = 0) {
  Measurement m = echo(verdict, lower, upper);
  m.traits.method = ProbeMethod::kReflector;
  m.traits.direction = direction;
  return m;
}
constexpr auto kForward = ProbeDirection::kForward, kReverse = ProbeDirection::kReverse;

TEST(ConclusionTest, TwoWaysWithoutALimitAreTheRoundTrip) {
  const Conclusion c = of({way(kForward, V::kNoLimit, 1500), way(kReverse, V::kNoLimit, 1400)});
  EXPECT_EQ(c.verdict, PathVerdict::kNoLimit);
  EXPECT_EQ(c.direction, ProbeDirection::kRoundTrip);
  EXPECT_EQ(c.bracket.lower, IpSize{1400});
  EXPECT_TRUE(c.each_way);
}

TEST(ConclusionTest, TheWayThatHasTheLimitIsNamed) {
  const Conclusion c = of({way(kReverse, V::kExact, 1400, 1401), way(kForward, V::kNoLimit, 1500)});
  EXPECT_EQ(c.verdict, PathVerdict::kLimit);
  EXPECT_EQ(c.direction, kReverse);
  EXPECT_EQ(c.bracket.lower, IpSize{1400});
  EXPECT_FALSE(c.hop);
}

TEST(ConclusionTest, AWayThatWasNotMeasuredHasNoVerdict) {
  const Conclusion one = of({way(kForward, V::kNoLimit, 1500)});
  EXPECT_EQ(one.direction, kForward);
  EXPECT_FALSE(one.each_way);
  const Conclusion open =
      of({way(kReverse, V::kUndetermined, 800), way(kForward, V::kNoLimit, 1500)});
  EXPECT_EQ(open.verdict, PathVerdict::kUndetermined);
  EXPECT_EQ(open.direction, kReverse);
}

// The target answers small packets and no large ones: with a reflector that is the way out.
TEST(ConclusionTest, AReflectorsForwardLimitNamesItsHop) {
  Measurement m = way(kForward, V::kExact, 1400, 1401);
  m.hop = {Hop{1, kRouter}, Hop{2, kRouter, true}, 8};
  const Conclusion c = of({m, way(kReverse, V::kNoLimit, 1500)});
  ASSERT_TRUE(c.hop);
  EXPECT_EQ(c.hop->ttl, 1);
}

}  // namespace
}  // namespace mtuscope
