// What shows that smaller packets arrive (docs/findings.md, control), and how much is
// certain without it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

TEST(BlackHoleControl, WithoutAnyLifeAfterwardsItIsAnOpenQuestion) {
  const Report report = analyze(script({}, kLastLarge));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("a black hole or an outage"));
}

TEST(BlackHoleControl, AnOpenQuestionIsNotToldAsRandomLoss) {
  // Every lost packet had one size: that is no loss that does not depend on size.
  const Report report = analyze(script({}, kLastLarge));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(BlackHoleControl, LifeOfTheOtherDirectionAllowsASuspicion) {
  // The client asks again and again (a bulk answer whose every packet is full-sized).
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < F. 79:79 ack 115
  )"),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
}

TEST(BlackHoleControl, ADsackForATailLossProbeIsAControl) {
  // RFC 8985 resends the small last segment, RFC 2883 reports it.
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.1500 < .  ack 1 sack 1369:1601
    0.1650 > .  1:1369 ack 79
    0.2650 > P. 1369:1601 ack 79   # the probe
    0.3150 < .  ack 1 sack 1369:1601,1369:1601
    0.5100 > .  1:1369 ack 79
    1.0100 > .  1:1369 ack 79
    2.0100 > .  1:1369 ack 79
    4.0100 > .  1:1369 ack 79
  )"),
            "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
}

TEST(BlackHoleControl, AnAnsweredKeepaliveOfAnotherFlowIsAControl) {
  // RFC 9293 3.8.4: one byte below SND.NXT, answered at once.
  TcpEnds quiet;
  quiet.b_port = 50600;
  const Packets keepalive = script(quiet, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    5.0000 > .  114:114 ack 79
    5.0500 < .  ack 115
  )");
  EXPECT_THAT(black_holes(analyze(merged({script({}, kLastLarge), keepalive}))),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHoleControl, APureAckThatIsNotAskedForAgainIsAControl) {
  // The client sends another request after the first timeout, gets the ACK of it, and goes on.
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < P. 79:157 ack 115
    8.0001 > .  ack 157
    9.5000 < P. 157:235 ack 115
  )"),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
}

TEST(BlackHoleControl, APureAckThatIsAskedForAgainIsNoControl) {
  // The client repeats its request: the ACK was lost like all else, so this may be an outage.
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < P. 79:157 ack 115 echo 0.1
    8.0001 > .  ack 157
    8.3000 < P. 79:157 ack 115 echo 0.1
    8.3001 > .  ack 157
    8.9000 < P. 79:157 ack 115 echo 0.1
    8.9001 > .  ack 157
    10.100 < P. 79:157 ack 115 echo 0.1
    10.101 > .  ack 157
  )"),
              testing::Not(HasSubstr("confirmed")));
}

TEST(BlackHoleControl, AnotherFlowOfThePathIsAControl) {
  TcpEnds other;
  other.b_port = 50700;
  const Packets small = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:315 ack 79
    0.1500 < .  ack 315
  )"),
                                Duration::milliseconds(3000));
  EXPECT_THAT(black_holes(analyze(merged({script({}, kLastLarge), small}))),
              HasSubstr("10.9.0.2 -> 10.9.0.1 [366, 1420)"));
}

TEST(BlackHoleControl, AFlowToAnotherHostIsNoControl) {
  TcpEnds other;
  other.b = "10.9.0.77";
  const Packets small = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:315 ack 79
    0.1500 < .  ack 315
  )"),
                                Duration::milliseconds(3000));
  EXPECT_EQ(black_holes(analyze(merged({script({}, kLastLarge), small}))), "");
}

// With a coarse clock (1 ms) the order of the frames says that the small packet came after.
TEST(BlackHoleControl, ASmallPacketOfTheSameClockTickIsAControl) {
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1000 > .  115:1483 ack 79
    0.1000 > P. 1483:1715 ack 79
    0.1500 < .  ack 115
  )" + kSelectivelyAcknowledged +
                     kStuck),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420)"));
}

TEST(BlackHoleControl, OfWhatCouldNotBeAnsweredBeforeTheEndNothingIsCertain) {
  const std::string until = kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1650 > .  115:1483 ack 79
    0.4100 > .  115:1483 ack 79
    0.4500 > P. 1715:1765 ack 79
    0.5000 < .  ack 115 sack 1483:1765
    0.9100 > .  115:1483 ack 79
  )";
  EXPECT_THAT(judged(until), HasSubstr("suspected"));
  EXPECT_THAT(judged(until + "0.9700 < P. 79:100 ack 115 sack 1483:1765\n"),
              HasSubstr("confirmed"));
  EXPECT_THAT(black_holes(analyze(merged({script({}, until), elsewhere(5)}))),
              HasSubstr("confirmed"));
}

TEST(BlackHoleControl, WhereNoBareAcknowledgementComesBackThoseMayBeLost) {
  // Of another connection, requests come back, with the acknowledgements on them.
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > .  115:1483 ack 79
    0.4500 > .  115:1483 ack 79
    0.9500 > .  115:1483 ack 79
    1.9500 > .  115:1483 ack 79
    3.9500 > .  115:1483 ack 79
    7.9500 > .  115:1483 ack 79
  )";
  const std::string polled = kOpened + R"(
    0.1000 > P. 1:301 ack 79
    1.0000 < P. 79:157 ack 301
    1.1000 > P. 301:601 ack 157
    2.0000 < P. 157:235 ack 601
    2.1000 > P. 601:901 ack 235
    3.0000 < P. 235:313 ack 901
    8.1000 > P. 901:1201 ack 313
  )";
  const auto both = [&](const std::string& last) {
    return black_holes(analyze(merged({script({}, stuck), script(other, polled + last)})));
  };
  EXPECT_THAT(both("8.5000 < P. 313:391 ack 1201\n"), HasSubstr("suspected"));
  EXPECT_THAT(both("8.1500 < .  ack 1201\n"), HasSubstr("confirmed"));
}

TEST(BlackHoleControl, ConnectionsThatTheRecordingJoinedMayHaveBeenDropped) {
  // None of them shows anything smaller since; another connection does.
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > .  115:1483 ack 79
    0.4500 > .  115:1483 ack 79
    0.9500 > .  115:1483 ack 79
    1.9500 > .  115:1483 ack 79
    3.9500 > .  115:1483 ack 79
    7.9500 > .  115:1483 ack 79
  )";
  const std::string polled = kOpened + R"(
    1.1000 > P. 1:301 ack 79
    1.1500 < .  ack 301
    8.1000 > P. 301:601 ack 79
    8.1500 < .  ack 601
  )";
  const Report report = analyze(merged({script({}, stuck), script(other, polled)}));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected"));
  EXPECT_THAT(find(report, FindingKind::kPmtuBlackhole)->evidence_against,
              testing::Contains(HasSubstr("open before the capture began")));
}

}  // namespace
}  // namespace mtuscope
