#include "analysis/outage.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

TcpEnds second_flow() {
  TcpEnds ends;
  ends.b_port = 50500;
  return ends;
}

// a's records of 400 bytes, each acknowledged; then silence from 0.3 s to 6.9 s; then it goes on.
const std::string kBefore = kOpened + R"(
  0.1000 > P. 1:401 ack 79
  0.1500 < .  ack 401
  0.2000 > P. 401:801 ack 79
  0.2500 < .  ack 801
)";
const std::string kTried = R"(
  0.3000 > P. 801:1201 ack 79
  0.5500 > P. 801:1201 ack 79
  1.0500 > P. 801:1201 ack 79
  2.0500 > P. 801:1201 ack 79
  3.9500 > P. 801:1201 ack 79
)";
const std::string kAfter = R"(
  7.0000 > P. 801:1201 ack 79
  7.0500 < .  ack 1201
  7.1000 > P. 1201:1601 ack 79
  7.1500 < .  ack 1601
)";

const Finding* outage(const Report& report) { return find(report, FindingKind::kPathOutage); }

TEST(Outage, IsNamedWithItsTimesWhenSmallPacketsFailedInBetween) {
  const Report report = analyze(script({}, kBefore + kTried + kAfter));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->first_time, at(0.2));
  EXPECT_EQ(f->last_time, at(7.0));
  EXPECT_EQ(f->frames.front().value, 10u);
  EXPECT_EQ(f->severity, Severity::kCritical);
  EXPECT_NE(f->explanation.find("passed between 10.9.0.2 and 10.9.0.1"), std::string::npos)
      << f->explanation;
}

TEST(Outage, IsOfOneDirectionWhereTheOtherWasHeardMeanwhile) {
  const Report report = analyze(script({}, kBefore + R"(
    0.3000 > P. 801:1201 ack 79
    0.5500 > P. 801:1201 ack 79
    0.8000 < P. 79:120 ack 801
    1.0500 > P. 801:1201 ack 120
    2.0500 > P. 801:1201 ack 120
    2.5000 < P. 120:160 ack 801
    3.9500 > P. 801:1201 ack 160
    5.9500 > P. 801:1201 ack 160
  )" + kAfter));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("arrived from 10.9.0.2 to 10.9.0.1"), std::string::npos)
      << f->explanation;
}

TEST(Outage, OfOneDirectionAloneIsRarerThanLossThatTakesFourInARow) {
  const Report report = analyze(script({}, kBefore + R"(
    0.3000 > P. 801:1201 ack 79
    0.5500 > P. 801:1201 ack 79
    0.8000 < P. 79:120 ack 801
    1.0500 > P. 801:1201 ack 120
    2.5000 < P. 120:160 ack 801
    3.9500 > P. 801:1201 ack 160
  )" + kAfter));
  EXPECT_EQ(outage(report), nullptr);
}

TEST(Outage, IsOfNoKnownDirectionWhereOnlyWhatWasUnderWayCame) {
  // b's burst of before is heard until 0.29 s, longer than an RTT after the last packet of a that
  // arrived had been sent, and nothing after that.
  const Report report = analyze(script({}, kBefore + R"(
    0.2800 < P. 79:120 ack 801
    0.2900 < P. 120:160 ack 801
  )" + kTried + kAfter));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("passed between 10.9.0.2 and 10.9.0.1"), std::string::npos)
      << f->explanation;
}

TEST(Outage, IsOfTheOtherDirectionWherePacketsArrivedAndNoAnswerCame) {
  // The last sending is reported as a duplicate: one of those before it had arrived.
  const Report report = analyze(script({}, kBefore + kTried + R"(
    7.0000 > P. 801:1201 ack 79
    7.0500 < .  ack 1201 sack 801:1201
    7.1000 > P. 1201:1601 ack 79
    7.1500 < .  ack 1601
  )"));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("arrived from 10.9.0.1 to 10.9.0.2"), std::string::npos)
      << f->explanation;
  EXPECT_EQ(to_string(*f->src), "10.9.0.1");
}

// What arrived meanwhile, and the answers to it, may be among the packets that it missed.
TEST(Outage, IsSuspectedWhereTheCaptureMissedPackets) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1500 < .  ack 401
    0.2000 > P. 401:801 ack 79
    0.2500 < .  ack 801
  )" + kTried + kAfter));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
}

TEST(Outage, IsNoneWhileAnotherFlowGotSomethingThrough) {
  const std::string other = kOpened + R"(
    1.5000 > P. 1:401 ack 79
    1.5500 < .  ack 401
    3.0000 > P. 401:801 ack 79
    3.0500 < .  ack 801
  )";
  const Packets both =
      merged({script({}, kBefore + kTried + kAfter), script(second_flow(), other)});
  EXPECT_EQ(outage(analyze(both)), nullptr);
}

TEST(Outage, IsNoneWhenTheSenderWasSilent) {
  EXPECT_EQ(outage(analyze(script({}, kBefore + R"(
    7.0000 > P. 801:1201 ack 79
    7.0500 < .  ack 1201
  )"))),
            nullptr);
}

TEST(Outage, IsNoneWhenOneFlowsLargePacketsVanishForAWhile) {
  // The path may have been narrower meanwhile.
  const std::string large = kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.1500 < .  ack 1369
    0.3000 > P. 1369:2737 ack 79
    0.5500 > P. 1369:2737 ack 79
    1.0500 > P. 1369:2737 ack 79
    2.0500 > P. 1369:2737 ack 79
    3.9500 > P. 1369:2737 ack 79
    7.0000 > P. 1369:2737 ack 79
    7.0500 < .  ack 2737
  )";
  EXPECT_EQ(outage(analyze(script({}, large))), nullptr);
}

TEST(Outage, IsNotWhatSeveralFlowsInOneBlackHoleShow) {
  // Large packets of both are stuck, and what passes at the end is small.
  const Packets both = merged({script({}, kIncident + R"(
    8.2000 > P. 1715:1815 ack 79
    8.2500 < .  ack 115 sack 1483:1815
  )"),
                               script(second_flow(), kIncident)});
  const Report report = analyze(both);
  EXPECT_EQ(outage(report), nullptr);
  EXPECT_NE(find(report, FindingKind::kPmtuBlackhole), nullptr);
}

TEST(Outage, OfTwoFlowsIsProvenByLargePacketsThatPassAgain) {
  const std::string bulk = kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    0.3000 > .  1369:2737 ack 79
    0.5500 > .  1369:2737 ack 79
    1.0500 > .  1369:2737 ack 79
    2.0500 > .  1369:2737 ack 79
    3.9500 > .  1369:2737 ack 79
    7.0000 > .  1369:2737 ack 79
    7.0500 < .  ack 2737
  )";
  const Report report = analyze(
      merged({script({}, bulk), shifted(script(second_flow(), bulk), Duration::milliseconds(70))}));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->flow_count, 2u);
}

TEST(Outage, SeveralAreCountedWithTheLongestNamed) {
  const Report report = analyze(script({}, kBefore + kTried + kAfter + R"(
    8.0000 > P. 1601:2001 ack 79
    8.2500 > P. 1601:2001 ack 79
    8.7500 > P. 1601:2001 ack 79
    9.7500 > P. 1601:2001 ack 79
    11.700 > P. 1601:2001 ack 79
    11.750 < .  ack 2001
  )"));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("2 outages, the longest of 6.8 s"), std::string::npos)
      << f->explanation;
}

// 800 bytes in small records, all of which arrive.
std::string small_records() {
  std::string lines = kOpened;
  for (int i = 0; i < 16; ++i) {
    char line[120];
    std::snprintf(line, sizeof line, "%.4f > P. %d:%d ack 79\n%.4f < . ack %d\n", 0.1 + i * 0.01,
                  1 + i * 50, 51 + i * 50, 0.1501 + i * 0.01, 51 + i * 50);
    lines += line;
  }
  return lines;
}
// The retransmissions of small records are merged into large packets, as Linux does; that small
// ones were lost shows in their first sendings.
TEST(Outage, ThatDoesNotEndIsToldWhenSmallPacketsWereLost) {
  const std::string last = R"(
    0.3000 > P. 801:1001 ack 79
    0.4000 > P. 1001:1201 ack 79
    0.5000 > P. 1201:1401 ack 79
    0.6000 > P. 1401:1601 ack 79
    0.8500 > P. 801:1601 ack 79
    1.4000 > P. 801:1601 ack 79
    2.6000 > P. 801:1601 ack 79
    5.0000 > P. 801:1601 ack 79
  )";
  const Report report = analyze(script({}, small_records() + last));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("arrived any more, for"), std::string::npos) << f->explanation;
  EXPECT_EQ(find(report, FindingKind::kPmtuBlackhole), nullptr);
}

// Full packets and small ones of two flows; only the head of each flow is sent again.
const std::string kOneStuck = R"(
  0.4000 > .  801:2169 ack 79
  0.4700 > P. 2169:2369 ack 79
  0.5800 > P. 2369:2569 ack 79
  0.7000 > .  801:2169 ack 79
  1.3000 > .  801:2169 ack 79
  2.5000 > .  801:2169 ack 79
  4.9000 > .  801:2169 ack 79
)";
const std::string kOtherStuck = R"(
  0.4100 > .  801:2169 ack 79
  0.5300 > P. 2169:2369 ack 79
  0.6400 > P. 2369:2569 ack 79
  0.7200 > .  801:2169 ack 79
  1.3500 > .  801:2169 ack 79
  2.6000 > .  801:2169 ack 79
  5.0000 > .  801:2169 ack 79
)";

TEST(Outage, ThatDoesNotEndIsToldWhenSmallPacketsOfTwoFlowsAreNotAnswered) {
  const Report report = analyze(merged({script({}, small_records() + kOneStuck),
                                        script(second_flow(), small_records() + kOtherStuck)}));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->flow_count, 2u);
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(Outage, OfOneFlowThatIsNotAnsweredMayBeThatFlowAlone) {
  const Report report = analyze(script({}, small_records() + kOneStuck));
  EXPECT_EQ(outage(report), nullptr);
  EXPECT_EQ(black_holes(report), "");
}

TEST(Outage, IsNoneWhereTheSmallPacketsOfTwoFlowsAreAnswered) {
  const std::string answers = R"(
    0.6301 < .  ack 801 sack 2169:2569
  )";
  const std::string other_answers = R"(
    0.6901 < .  ack 801 sack 2169:2569
  )";
  const Report report =
      analyze(merged({script({}, small_records() + kOneStuck + answers),
                      script(second_flow(), small_records() + kOtherStuck + other_answers)}));
  EXPECT_EQ(outage(report), nullptr);
  EXPECT_NE(black_holes(report), "");
}

TEST(Outage, ItsLossesAreNotRandomLoss) {
  const Report report = analyze(script({}, kBefore + kTried + kAfter));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

// The log by itself.

Repeat repeat(double lost, double again) {
  return {.size = IpSize{100}, .lost = at(lost), .again = at(again)};
}

TEST(OutageLog, IsTornByAPacketThatTurnsOutToHaveArrived) {
  OutageLog log(at(0));
  constexpr Duration kRtt = Duration::milliseconds(10);
  for (const double t : {1.0, 2.0, 3.0, 4.0, 5.0}) log.repeated(repeat(t, t + 1), kRtt);
  log.arrived(at(7));
  ASSERT_EQ(log.outages().size(), 1u);
  log.arrived(at(2.5));
  ASSERT_EQ(log.outages().size(), 1u) << "1 s and 2 s alone are too few tries";
  EXPECT_EQ(log.outages()[0].begin, at(2.5));
  EXPECT_EQ(log.total(), 1u);
}

TEST(OutageLog, GivesTheLastPacketsTimeToBeAnswered) {
  OutageLog log(at(0));
  for (const double t : {1.0, 2.0, 3.0}) log.repeated(repeat(t, t + 1), Duration::milliseconds(10));
  log.unanswered({IpSize{100}, at(1.5), {}});
  log.unanswered({IpSize{100}, at(4.95), {}});
  log.unanswered({IpSize{1400}, at(1.5), {}});
  ASSERT_TRUE(log.open(at(5)));
  ASSERT_EQ(log.open(at(5))->unanswered.size(), 1u);
  EXPECT_EQ(log.open(at(5))->unanswered[0].sent, at(1.5));
  log.arrived(at(2));
  EXPECT_FALSE(log.open(at(5)));
}

TEST(OutageLog, CountsAnAcknowledgementThatWasLostOnce) {
  const auto lost_acks = [](int count) {
    OutageLog log(at(0));
    for (int i = 1; i <= count; ++i)
      log.repeated({.size = IpSize{40}, .lost = at(i)}, Duration::milliseconds(10));
    log.arrived(at(count + 1));
    return log.outages().size();
  };
  EXPECT_EQ(lost_acks(2), 0u);
  EXPECT_EQ(lost_acks(3), 1u);
}

TEST(OutageLog, NeedsAnArrivalBefore) {
  OutageLog log(std::nullopt);
  for (const double t : {1.0, 2.0, 3.0, 4.0})
    log.repeated(repeat(t, t + 1), Duration::milliseconds(10));
  log.arrived(at(7));
  EXPECT_TRUE(log.outages().empty());
}

}  // namespace
}  // namespace mtuscope::build
