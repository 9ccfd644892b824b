// What real networks do that looks like a black hole and is none. Each of them fooled somebody.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;
using testing::Not;

// Another connection of the same hosts: 10 bytes a second arrive for 20 s from this second on.
Packets chat_from(int second) {
  TcpEnds other;
  other.b_port = 50700;
  std::string lines = kOpened;
  for (int i = 0; i < 20; ++i) {
    const int t = second + i, begin = 1 + 10 * i;
    lines += fmt::format("{0}.00 > P. {1}:{2} ack 79\n{0}.05 < . ack {2}\n", t, begin, begin + 10);
  }
  return script(other, lines);
}

TEST(LookAlikes, ReorderedPacketsThatCauseSpuriousRetransmissions) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.1500 < .  ack 1 sack 1369:1601
    0.1600 < .  ack 1601               # it came late
    0.1550 > .  1:1369 ack 79
    0.2050 < .  ack 1601 sack 1:1369
  )"),
            "");
}

TEST(LookAlikes, ASatelliteWhoseRttIsLongerThanOtherPathsTimeouts) {
  // RTT 600 ms: retransmissions 1 s apart are the first timeouts, and the answer is on its way.
  EXPECT_EQ(judged(R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.6001 < .  ack 1
    0.6002 < P. 1:79 ack 1
    0.6003 > .  ack 79
    0.7000 > .  1:1369 ack 79
    0.7001 > P. 1369:1601 ack 79
    1.3100 < .  ack 1 sack 1369:1601
    1.4600 > .  1:1369 ack 79
    2.3000 > .  1:1369 ack 79
    2.0700 < .  ack 1601
  )"),
            "");
}

TEST(LookAlikes, DelayedAcknowledgementsThatCauseATailLossProbe) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.3010 > P. 1:1369 ack 79
    0.3500 < .  ack 1369               # delayed by 200 ms
    0.3510 < .  ack 1369 sack 1:1369
  )"),
            "");
}

TEST(LookAlikes, APolicerThatDropsTheTailOfEveryBurst) {
  std::string lines = kOpened;
  double t = 0.1;
  uint32_t seq = 1;
  const auto line = [&](double when, const std::string& rest) {
    lines += std::to_string(when) + " " + rest + "\n";
  };
  for (int round = 0; round < 8; ++round) {
    const std::string first = std::to_string(seq) + ":" + std::to_string(seq + 1368);
    const std::string second = std::to_string(seq + 1368) + ":" + std::to_string(seq + 2736);
    const std::string small = std::to_string(seq + 2736) + ":" + std::to_string(seq + 2936);
    line(t, "> . " + first + " ack 79");
    line(t + 0.0001, "> . " + second + " ack 79");
    line(t + 0.0002, "> P. " + small + " ack 79");
    line(t + 0.05, "< . ack " + std::to_string(seq + 1368) + " sack " + small);
    line(t + 0.065, "> . " + second + " ack 79");
    line(t + 0.12, "< . ack " + std::to_string(seq + 2936));
    seq += 2936;
    t += 1;
  }
  EXPECT_EQ(judged(lines), "");
}

TEST(LookAlikes, ASenderThatAbortsLeavesNoBlackHoleAtTheReceiver) {
  // One packet was lost, the sender's RST came before its retransmission. Other flows go on.
  const Packets aborted = script({}, kIncidentAtReceiver + R"(
    0.2100 > R. 1715:1715 ack 79
  )");
  EXPECT_EQ(black_holes(analyze(merged({aborted, chat_from(1)}))), "");
}

TEST(LookAlikes, AReceiverThatAbortsIsNotSentToAnyMore) {
  const Packets aborted = script({}, kIncidentAtReceiver + R"(
    0.2100 < R. 79:79 ack 115
  )");
  EXPECT_EQ(black_holes(analyze(merged({aborted, chat_from(1)}))), "");
}

TEST(LookAlikes, KeepalivesOfBothSidesDoNotAnswerEachOther) {
  // Everything from a to b is lost. b's own keepalive, on another flow, only happens to carry the
  // number that would answer a's.
  TcpEnds quiet;
  quiet.b_port = 50600;
  const Packets keepalives = script(quiet, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    4.0000 > .  114:114 ack 79
    6.0000 < .  78:78 ack 115
    9.0000 > .  114:114 ack 79
    11.000 < .  78:78 ack 115
  )");
  const std::string stuck = kOpened + R"(
    1.0000 > .  1:1369 ack 79
    1.2500 > .  1:1369 ack 79
    1.7500 > .  1:1369 ack 79
    2.7500 > .  1:1369 ack 79
    4.7500 > .  1:1369 ack 79
    8.7500 > .  1:1369 ack 79
  )";
  EXPECT_THAT(black_holes(analyze(merged({script({}, stuck), keepalives}))),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, ASlowTimerDoesNotMakeALostAckADeliveredOne) {
  // Everything from a to b is lost. b's timeout is RFC 6298's full second, and meanwhile its
  // program writes more: that is no sign that it received the ACK.
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.3500 > .  1:1369 ack 79
    0.8500 > .  1:1369 ack 79
    1.0000 < P. 79:157 ack 1 echo 0.0001
    1.0001 > .  ack 157
    1.6000 < P. 157:235 ack 1 echo 0.0001
    1.6001 > .  ack 235
    1.8500 > .  1:1369 ack 235
    2.0500 < P. 79:235 ack 1 echo 0.0001
    2.0501 > .  ack 235
    3.8500 > .  1:1369 ack 235
    4.0500 < P. 79:235 ack 1 echo 0.0001
    4.0501 > .  ack 235
    7.8500 > .  1:1369 ack 235
  )"),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, SynCookiesWithoutOptionsDoNotMakeSuperPackets) {
  // Under SYN cookies without timestamps the MSS alone is left.
  const Report report = analyze(script({.timestamps = false, .sack = false}, R"(
    0.0000 < S noopt
    0.0001 > S. ack 1 noopt
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1000 > .  1:537 ack 79
    0.1500 < .  ack 537
    0.1600 > .  537:1073 ack 79
    0.2100 < .  ack 1073
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
}

TEST(LookAlikes, AReceiverThatRenegesOnItsSack) {
  // RFC 2018 8: it may drop what it selectively acknowledged; the sender sends it again.
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1500 < .  ack 1 sack 1369:2737
    0.1650 > .  1:1369 ack 79
    0.2150 < .  ack 1369
    0.5000 > .  1369:2737 ack 79
    0.5500 < .  ack 2737
  )"),
            "");
}

TEST(LookAlikes, AHalfClosedConnectionGoesOnDelivering) {
  EXPECT_EQ(judged(kOpened + R"(
    0.0600 < F. 79:79 ack 1
    0.1000 > .  1:1369 ack 80
    0.1500 < .  ack 1369
    0.1600 > F. 1369:2737 ack 80
    0.2100 < .  ack 2738
  )"),
            "");
}

TEST(LookAlikes, AHostThatDiesWithoutAWordIsAnOpenQuestion) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    1.0000 > .  1369:2737 ack 79
    1.0001 > P. 2737:2837 ack 79
    1.2500 > .  1369:2737 ack 79
    1.7500 > .  1369:2737 ack 79
    2.7500 > .  1369:2737 ack 79
    4.7500 > .  1369:2737 ack 79
    8.7500 > .  1369:2737 ack 79
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
}

TEST(LookAlikes, ANatThatForgotOneFlowWhileAnotherLivesIsNotConfirmed) {
  // A push after an idle hour: the mapping is gone, nothing of this flow arrives, of any size; the
  // other flow between the same addresses is fine, and large packets passed before.
  const Packets forgotten = script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    3600.0000 > P. 1369:2737 ack 79
    3600.2500 > P. 1369:2737 ack 79
    3600.7500 > P. 1369:2737 ack 79
    3601.7500 > P. 1369:2737 ack 79
    3603.7500 > P. 1369:2737 ack 79
    3607.7500 > P. 1369:2737 ack 79
    3615.7500 > P. 1369:2737 ack 79
  )");
  EXPECT_THAT(black_holes(analyze(merged({forgotten, chat_from(3600)}))),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, ALinkThatFlapsUnderASingleFlow) {
  // 2 s without anything, then everything of every size passes again.
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.3500 > .  1:1369 ack 79
    0.8500 > .  1:1369 ack 79
    1.8500 > .  1:1369 ack 79
    3.8500 > .  1:1369 ack 79
    3.9000 < .  ack 1369
    3.9001 > P. 1369:1601 ack 79
    3.9500 < .  ack 1601
  )"),
            "");
}

TEST(LookAlikes, DuplicateAcknowledgementsOfAWindowUpdateProveNothing) {
  // Not a duplicate in the sense of RFC 5681 2: the window differs.
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.1600 < .  ack 1 win 600
    0.3500 > .  1:1369 ack 79
    0.8500 > .  1:1369 ack 79
    1.8500 > .  1:1369 ack 79
    3.8500 > .  1:1369 ack 79
  )",
                     {.sack = false}),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, WhereSackIsUsedADuplicateAckWithoutItProvesNothing) {
  // A challenge ACK (RFC 5961), or the receiver's keepalive: had the 232 bytes arrived, they would
  // be named.
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.1600 < .  ack 1
    0.3500 > .  1:1369 ack 79
    0.8500 > .  1:1369 ack 79
    1.8500 > .  1:1369 ack 79
    3.8500 > .  1:1369 ack 79
    7.8500 > .  1:1369 ack 79
  )"),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, AnOutageThatBeginsWithOneLostLargePacketIsNotConfirmed) {
  // Large packets passed before; one is lost, the small one behind it still arrives, and then
  // nothing does, of any size. Requests go on coming in: the other direction is fine.
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    1.0000 > .  1369:2737 ack 79
    1.0001 > P. 2737:2969 ack 79
    1.0520 < .  ack 1369 sack 2737:2969
    1.0650 > .  1369:2737 ack 79
    1.3100 > .  1369:2737 ack 79
    1.5000 < P. 79:157 ack 1369 sack 2737:2969
    1.5001 > .  ack 157
    1.8000 < P. 79:157 ack 1369 sack 2737:2969
    1.8001 > .  ack 157
    1.8100 > .  1369:2737 ack 157
    2.4000 < P. 79:157 ack 1369 sack 2737:2969
    2.4001 > .  ack 157
    2.8100 > .  1369:2737 ack 157
    4.8100 > .  1369:2737 ack 157
    8.8100 > .  1369:2737 ack 157
  )"),
              Not(HasSubstr("confirmed")));
}

TEST(LookAlikes, ADuplicateAckThatComesTooSoonAnswersAnEarlierPacket) {
  // The packet of 1152 bytes left 0.4 ms before it, and the RTT is 50 ms: nothing shows that it
  // arrived. The one of 169 bytes did.
  const Report report = analyze(script({.sack = false}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1001 > .  115:1483 ack 79
    0.1600 > .  1483:1600 ack 79
    0.1601 < .  ack 115
    0.2100 > P. 1600:2700 ack 79
    0.2104 < .  ack 115
    0.4100 > .  115:1483 ack 79
    0.9100 > .  115:1483 ack 79
    1.9100 > .  115:1483 ack 79
    3.9100 > .  115:1483 ack 79
    7.9100 > .  115:1483 ack 79
  )"));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->bracket.lower, IpSize{169});
}

TEST(LookAlikes, LargePacketsThatTheReceiversOwnFirewallDrops) {
  // Recorded at the receiver: the packets are there, and nobody acknowledges them.
  TcpEnds ends;
  ends.a_ttl = 62;
  const Report report = analyze(script(ends, kIncident));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->evidence_for, testing::Contains(HasSubstr("they were lost in that host")));
  const Report sender = analyze(script({}, kIncident));
  EXPECT_THAT(find(sender, FindingKind::kPmtuBlackhole)->evidence_for,
              testing::Not(testing::Contains(HasSubstr("in that host"))));
}

}  // namespace
}  // namespace mtuscope
