// Seen from the receiver, the large packets never appear: a hole is left (docs/findings.md).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

// Captured where b receives: the large packet comes by, and b answers `answer` seconds later.
Report lost_behind(double answer) {
  const auto at = [&](double t) { return std::to_string(t + answer); };
  return analyze(script({.a_ttl = 62}, "0.0000 < S\n0.0500 > S. ack 1\n" + at(0.05) + R"( < . ack 1
    0.0900 < P. 1:79 ack 1
    0.1400 > .  ack 79
    0.1500 > P. 1:115 ack 79
    )" + at(0.15) + R"( < . ack 115
    0.2001 > .  115:1483 ack 79
    0.2002 > P. 1483:1715 ack 79
    )" + at(0.2002) + R"( < . ack 115 sack 1483:1715
    0.4500 > .  115:1483 ack 79
    0.9500 > .  115:1483 ack 79
    1.9500 > .  115:1483 ack 79
    3.9500 > .  115:1483 ack 79
    7.9500 > .  115:1483 ack 79
  )"));
}

TEST(BlackHoleAtTheReceiver, WhatComesThereAndIsLostIsLookedForInIt) {
  const Report report = lost_behind(30e-6);
  EXPECT_THAT(black_holes(report), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
  ASSERT_EQ(report.recommendations.size(), 1u);
  EXPECT_EQ(report.recommendations[0].mtu.bytes, 0u);
  EXPECT_THAT(report.recommendations[0].scope, HasSubstr("Look at 10.9.0.1 itself"));
}

TEST(BlackHoleAtTheReceiver, WhereTheAnswerTakesLongerATunnelMayLieBetween) {
  const Report report = lost_behind(0.012);
  ASSERT_EQ(report.recommendations.size(), 1u);
  EXPECT_GT(report.recommendations[0].mtu.bytes, 0u);
}

TEST(BlackHoleAtTheReceiver, AHoleThatIsNeverFilledIsSuspectedAtTheReceiver) {
  EXPECT_EQ(judged(kIncidentAtReceiver + kGivenUpAtReceiver),
            "suspected 10.9.0.2 -> 10.9.0.1 [284, 1420) at the receiver");
}

TEST(BlackHoleAtTheReceiver, WithoutSackAnyLaterAcknowledgementAsksForTheHole) {
  // The ACK of the first packet waited, so that there is no duplicate; 20 s later the FIN still
  // carries its number.
  EXPECT_THAT(judged(R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    0.1500 > P. 1:115 ack 79
    0.1502 > P. 1483:1715 ack 79
    0.1503 < .  ack 115
    20.000 < F. 79:79 ack 115
    20.050 > .  ack 80
    20.500 > .  ack 80
  )",
                     {.sack = false}),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [284, 1420)"));
}

TEST(BlackHoleAtTheReceiver, AHoleSeenForAMomentIsAnOpenQuestion) {
  const Report report = analyze(script({}, kIncidentAtReceiver));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("right after that the capture ends"));
}

TEST(BlackHoleAtTheReceiver, AHoleWithNothingBehindItMayBeASenderThatStopped) {
  const Report report = analyze(merged({script({}, kIncidentAtReceiver), elsewhere(30)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("a sender that stopped"));
}

TEST(BlackHoleAtTheReceiver, HolesInTwoFlowsConfirmEachOtherAtTheReceiver) {
  TcpEnds second;
  second.b_port = 50499;
  const std::string lines = kIncidentAtReceiver + kGivenUpAtReceiver;
  EXPECT_THAT(black_holes(analyze(merged({script({}, lines), script(second, lines)}))),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHoleAtTheReceiver, AConnectionThatHangsIsNamedThoughLargerPacketsPass) {
  // What another connection gets is just as large.
  TcpEnds other;
  other.b_port = 50700;
  const Packets large = shifted(script(other, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.1000 > .  1:1369 ack 1
    0.1001 < .  ack 1369
  )"),
                                Duration::milliseconds(3000));
  const Report report =
      analyze(merged({script({}, kIncidentAtReceiver + kGivenUpAtReceiver), large}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_THAT(report.headline, HasSubstr("one connection waits for a lost packet"));
}

TEST(BlackHoleAtTheReceiver, AHoleThatIsFilledLaterIsLoss) {
  EXPECT_EQ(judged(kIncidentAtReceiver + R"(
    0.4100 > .  115:1483 ack 79
    0.4101 < .  ack 1715
    20.000 < P. 79:157 ack 1715
    20.050 > .  ack 157
  )"),
            "");
}

TEST(BlackHoleAtTheReceiver, ASlowServerIsAnOpenQuestionNotABlackHole) {
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    30.000 < F. 79:79 ack 1
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("slow server"));
}

}  // namespace
}  // namespace mtuscope
