// What arrives in spite of its size (docs/findings.md, veto): after the first failure it is no
// black hole, before it, it dates the change.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

TEST(BlackHoleVeto, TheSameSizeDeliveredLaterOnThisFlowIsAVeto) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1001 > .  115:1483 ack 79
    0.1002 > .  1483:2851 ack 79
    0.1500 < .  ack 115 sack 1483:2851
  )" + kStuck),
            "");
}

TEST(BlackHoleVeto, ALargerSizeDeliveredLaterOnAnotherFlowIsAVeto) {
  TcpEnds other;
  other.b_port = 50700;
  const Packets large = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.1500 < .  ack 1369
  )"),
                                Duration::milliseconds(3000));
  EXPECT_EQ(black_holes(analyze(merged({script({}, kIncident), large}))), "");
}

TEST(BlackHoleVeto, ABurstWithOneTimestampIsAVeto) {
  // Packets of one size, sent in one clock tick: the first is lost, the others arrive.
  EXPECT_EQ(judged(kOpened + R"(
    0.1001 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1001 > .  2737:4105 ack 79
    0.1500 < .  ack 1 sack 1369:4105
    0.1650 > .  1:1369 ack 79
    0.4100 > .  1:1369 ack 79
    0.9100 > .  1:1369 ack 79
    1.9100 > .  1:1369 ack 79
    3.9100 > .  1:1369 ack 79
  )"),
            "");
}

// Recorded from the first retransmission on: what had been sent behind it is acknowledged
// meanwhile.
std::string joined(const std::string& acknowledged) {
  return R"(
    0.1000 > .  1:1369 ack 79
  )" + acknowledged +
         R"(
    0.1650 > P. 9577:9677 ack 79
    0.2150 < .  ack 1 sack 1369:9677
    0.4100 > .  1:1369 ack 79
    0.9100 > .  1:1369 ack 79
    1.9100 > .  1:1369 ack 79
    3.9100 > .  1:1369 ack 79
    7.9100 > .  1:1369 ack 79
    8.0000 < .  ack 1 sack 1369:9677
  )";
}

TEST(BlackHoleVeto, FullPacketsFromBeforeTheRecordingThatArriveAreNoBlackHole) {
  EXPECT_THAT(judged(joined(R"(
    0.1010 < .  ack 1 sack 1369:4105
    0.1020 < .  ack 1 sack 1369:5473
    0.1400 < .  ack 1 sack 1369:6841
    0.1600 < .  ack 1 sack 1369:8209
  )")),
              Not(HasSubstr("confirmed")));
}

TEST(BlackHoleVeto, SmallPacketsFromBeforeTheRecordingSayNothingOfLargeOnes) {
  EXPECT_THAT(judged(joined(R"(
    0.1010 < .  ack 1 sack 1369:1505
    0.1020 < .  ack 1 sack 1369:2505
    0.1400 < .  ack 1 sack 1369:3505
    0.1600 < .  ack 1 sack 1369:4505
  )")),
              HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHoleVeto, TheLastTryThatArrivesMakesItLoss) {
  EXPECT_EQ(judged(kIncident + R"(
    7.9600 < .  ack 1715
  )"),
            "");
}

const std::string kLargeBefore = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1500 < .  ack 1369
  5.0000 < P. 79:157 ack 1369
  5.0001 > .  1369:2737 ack 157
  5.0002 > P. 2737:2969 ack 157
)";

TEST(BlackHoleVeto, APathThatShrankIsToldWithTheLastLargePacketBefore) {
  const Report report = analyze(script({}, kLargeBefore + R"(
    5.0520 < .  ack 1369 sack 2737:2969
    5.2600 > .  1369:2737 ack 157
    5.7600 > .  1369:2737 ack 157
    6.7600 > .  1369:2737 ack 157
    8.7600 > .  1369:2737 ack 157
    12.760 > .  1369:2737 ack 157
    13.000 < P. 157:235 ack 1369 sack 2737:2969
    13.001 > .  ack 235
    14.500 < P. 235:300 ack 1369 sack 2737:2969
  )"));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("no longer arrive"));
  ASSERT_TRUE(f->shrinkage);
  EXPECT_EQ(f->shrinkage->last_delivery, at(0.1000));
  EXPECT_EQ(f->shrinkage->first_failure, at(5.0001));
  EXPECT_THAT(f->evidence_for,
              testing::Contains(HasSubstr("the path shrank between 22:13:20.100")));
  EXPECT_THAT(report.headline, HasSubstr("the path shrank between"));
  // What passed before says nothing about the path now.
  EXPECT_LT(f->bracket.lower.value_or(IpSize{0}), *f->bracket.upper);
}

TEST(BlackHoleVeto, OutageAfterLargeDeliveriesCannotBeToldFromAShrunkPath) {
  // Nothing of any size arrives any more.
  const Report report = analyze(script({}, kLargeBefore + R"(
    5.2600 > .  1369:2737 ack 157
    5.7600 > .  1369:2737 ack 157
    6.7600 > .  1369:2737 ack 157
    8.7600 > .  1369:2737 ack 157
    12.760 > .  1369:2737 ack 157
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("an outage, or a path that shrank"));
}

}  // namespace
}  // namespace mtuscope
