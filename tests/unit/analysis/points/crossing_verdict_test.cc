#include "analysis/points/crossing_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Timestamp at(double seconds) { return Timestamp{} + Duration::from_seconds(1000 + seconds); }

// What a comparison of a.pcap with b.pcap may have shown of the direction 10.9.0.2 -> 10.9.0.1:
// packets of 200 bytes cross all the time, those of 1420 bytes are seen at a alone.
class Compared {
 public:
  Compared() {
    pair.a = 0;
    pair.b = 1;
    DirectionCrossings d;
    d.src.fill(*IpAddress::parse("10.9.0.2"));
    d.dst.fill(*IpAddress::parse("10.9.0.1"));
    d.routers_before = {0, 20};  // the TTL is lower at b
    d.flows = 1;
    pair.crossings.directions.push_back(d);
    points = {{.name = "a.pcap", .sources = {0}}, {.name = "b.pcap", .sources = {1}}};
  }
  Compared& cross(double seconds, uint32_t size, uint64_t times = 1) {
    for (LonePacket& p : direction().lone[0]) p.flow_crossed = at(seconds);
    return cross_in_another_flow(seconds, size, times);
  }
  Compared& cross_in_another_flow(double seconds, uint32_t size, uint64_t times = 1) {
    direction().at(IpSize{size}).both += times;
    direction().crossed.add({IpSize{size}, at(seconds), next_frame(), next_frame()});
    last_crossed_ = at(seconds);
    return *this;
  }
  // The byte range that begins at `begin`, seen at a and not at b.
  Compared& lose(double seconds, uint32_t size, uint32_t begin = 1) {
    direction().at(IpSize{size}).only[0] += 1;
    direction().lone[0].push_back({.size = IpSize{size},
                                   .time = at(seconds),
                                   .frame = next_frame(),
                                   .flow = {},
                                   .begin = SeqNumber{begin},
                                   .last_crossed = last_crossed_,
                                   .tcp = true});
    return *this;
  }
  Compared& incident() {
    cross(0, 200, 20);
    for (const double seconds : {1.0, 1.2, 1.6, 2.4, 4.0}) {
      lose(seconds, 1420);
      cross(seconds + 0.1, 200);
    }
    return *this;
  }
  std::optional<Finding> black_hole() const {
    return black_hole_between(pair, pair.crossings.directions[0], {}, points);
  }
  DirectionCrossings& direction() { return pair.crossings.directions[0]; }

  PointPair pair;
  std::vector<PointReport> points;

 private:
  FrameRef next_frame() { return FrameRef(0, FrameNumber{++frames_}); }
  uint64_t frames_ = 0;
  std::optional<Timestamp> last_crossed_;
};

TEST(CrossingVerdict, PacketsThatEnteredAndNeverCameOutAreABlackHole) {
  const auto f = Compared().incident().black_hole();
  ASSERT_TRUE(f);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->bracket.lower, IpSize{200});
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
  EXPECT_EQ(f->located->where, "between a.pcap and b.pcap");
  EXPECT_EQ(f->located->entered, 5u);
  EXPECT_THAT(f->evidence_against, IsEmpty());
}

TEST(CrossingVerdict, ACaptureThatDroppedPacketsProvesNothingByNotHavingThem) {
  Compared compared;
  compared.incident().points[1].dropped = 7;
  const auto f = compared.black_hole();
  ASSERT_TRUE(f);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_THAT(f->evidence_against, ElementsAre(HasSubstr("b.pcap dropped 7 packets")));
}

TEST(CrossingVerdict, WhatTheFirstPointDroppedDoesNotMatter) {
  Compared compared;
  compared.incident().points[0].dropped = 7;
  EXPECT_EQ(compared.black_hole()->confidence, Confidence::kConfirmed);
}

TEST(CrossingVerdict, OneThatCrossesLaterAcquitsThemAll) {
  EXPECT_FALSE(Compared().incident().cross(5, 1420).black_hole());
}

TEST(CrossingVerdict, NothingSmallerBetweenTheLossesMayBeAnOutage) {
  Compared compared;
  compared.cross(0, 200, 20);
  for (const double seconds : {1.0, 1.2, 1.6, 2.4, 4.0}) compared.lose(seconds, 1420);
  compared.cross(5, 200);
  const auto f = compared.black_hole();
  ASSERT_TRUE(f);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_THAT(f->evidence_against, ElementsAre(HasSubstr("outage")));
}

TEST(CrossingVerdict, AFlowThatLetsNothingThroughAnyMoreMayHaveBeenDropped) {
  Compared compared;
  compared.cross(0, 200, 20);
  for (const double seconds : {1.0, 1.2, 1.6, 2.4, 4.0}) {
    compared.lose(seconds, 1420, 1).lose(seconds, 1165, 1381);
    compared.cross_in_another_flow(seconds + 0.1, 200);
  }
  const auto f = compared.black_hole();
  ASSERT_TRUE(f);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_THAT(f->evidence_against, ElementsAre(HasSubstr("neither 1420 nor 1165 bytes")));
  EXPECT_EQ(compared.cross(5, 200).black_hole()->confidence, Confidence::kConfirmed);
}

TEST(CrossingVerdict, AFlowThatSentNothingSmallerHadNoChanceToLetItThrough) {
  Compared compared;
  compared.cross(0, 200, 20);
  for (const double seconds : {1.0, 1.2, 1.6, 2.4, 4.0}) {
    compared.lose(seconds, 1420).cross_in_another_flow(seconds + 0.1, 200);
  }
  EXPECT_EQ(compared.black_hole()->confidence, Confidence::kConfirmed);
}

TEST(CrossingVerdict, LossesCloserTogetherThanATimeoutAreOneEvent) {
  Compared compared;
  compared.cross(0, 200, 20);
  for (const double seconds : {1.0, 1.01, 1.02, 1.03, 1.04}) compared.lose(seconds, 1420);
  EXPECT_FALSE(compared.cross(2, 200).black_hole());
}

TEST(CrossingVerdict, NewBytesEachTimeMayBeASearchForThePathMtu) {
  Compared compared;
  compared.cross(0, 200, 20);
  uint32_t begin = 1;
  for (const double seconds : {1.0, 2.0, 3.0, 4.0, 5.0}) {
    compared.lose(seconds, 1420, begin += 1400).cross(seconds + 0.1, 200);
  }
  EXPECT_FALSE(compared.black_hole());
}

TEST(CrossingVerdict, LossOfEverySizeIsNotALimit) {
  Compared compared;
  compared.incident();
  compared.direction().at(IpSize{200}).only[0] = 60;
  EXPECT_FALSE(compared.black_hole());
}

TEST(CrossingVerdict, HeavyLossOfLargePacketsThatGoesOnIsNoPathThatShrank) {
  // Of the large packets three in four had been lost before, as by a policer.
  Compared policed;
  policed.cross(0, 200, 20);
  for (int k = 1; k <= 12; ++k) {
    for (int lost = 0; lost < 3; ++lost) policed.lose(-50 + k, 1420, static_cast<uint32_t>(k));
    policed.cross(-49.5 + k, 1420);
  }
  EXPECT_FALSE(policed.incident().black_hole());
  // Its twin has lost none of them before.
  Compared shrunk;
  shrunk.cross(0, 200, 20);
  for (int k = 1; k <= 12; ++k) shrunk.cross(-49.5 + k, 1420);
  EXPECT_TRUE(shrunk.incident().black_hole());
  // Nor do larger ones that are lost since then count as lost before.
  for (int k = 0; k < 9; ++k) shrunk.lose(1.01, 1500, static_cast<uint32_t>(2000 + k));
  const auto f = shrunk.black_hole();
  ASSERT_TRUE(f);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
}

TEST(CrossingVerdict, WithoutAnOrderThereIsNoLoss) {
  Compared compared;
  compared.incident().direction().routers_before = {0, 0};
  EXPECT_FALSE(compared.black_hole());
}

TEST(CrossingVerdict, ARewrittenMssIsNamedOncePerValue) {
  Compared compared;
  compared.direction().mss_changes.push_back(
      {.mss = {Mss{1460}, Mss{1360}}, .frames = {}, .connections = 3});
  const auto findings = mss_rewritten(compared.pair, compared.direction(), compared.points);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, FindingKind::kMssClamped);
  EXPECT_EQ(findings[0].flow_count, 3u);
  EXPECT_THAT(findings[0].explanation, HasSubstr("1460"));
  EXPECT_THAT(findings[0].explanation, HasSubstr("1360"));
}

}  // namespace
}  // namespace mtuscope
