#include "analysis/judges/outage.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

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
  EXPECT_EQ(f->explanation.find("Nothing of any size passed between 10.9.0.2 and 10.9.0.1"), 0u)
      << f->explanation;
}

TEST(Outage, IsOfOneDirectionWhereTheOtherWasHeardMeanwhile) {
  const Report report = analyze(script({}, kBefore + R"(
    0.3000 > P. 801:1201 ack 79
    0.5500 > P. 801:1201 ack 79
    0.8000 < P. 79:120 ack 801 echo 0.2
    1.0500 > P. 801:1201 ack 120
    2.0500 > P. 801:1201 ack 120
    2.5000 < P. 120:160 ack 801 echo 0.2
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
  // A limit of less than that which came and went would look the same.
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_NE(f->explanation.find("of 1420 bytes and more"), std::string::npos) << f->explanation;
}

// Three connections ask in vain from 5.4 s to 8.4 s, and are allowed at 12.4 s.
Packets syns_that_wait() {
  std::vector<Packets> all;
  for (uint16_t i = 0; i < 3; ++i) {
    TcpEnds ends;
    ends.b_port = static_cast<uint16_t>(50700 + i);
    all.push_back(shifted(script(ends, R"(
      5.4000 > S
      6.4000 > S
      8.4000 > S
      12.400 > S
      12.450 < S. ack 1
      12.451 > .  ack 1
    )"),
                          Duration::milliseconds(100 * i)));
  }
  return merged(std::move(all));
}

// a's records of 100 bytes each 0.2 s, to 5 s and from 10 s on; in between `lines`.
Packets records_with_a_pause(const std::string& lines) {
  std::string all = kOpened;
  for (int i = 1; i < 60; ++i) {
    const double t = 0.2 * i;
    if (i == 25) all += lines;
    if (i >= 25 && i < 50) continue;
    const int sent = i < 25 ? 1 + 100 * (i - 1) : 241 + 100 * (i - 50);
    all += fmt::format("{:.4f} > P. {}:{} ack 79\n{:.4f} < . ack {}\n", t, sent, sent + 100,
                       t + 0.05, sent + 100);
  }
  return script({}, all);
}

TEST(Outage, OfSynsAloneMayBeALimitOnConnections) {
  const Report report = analyze(merged({records_with_a_pause(""), syns_that_wait()}));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_EQ(f->explanation.find("Nothing that was sent, only SYNs, passed"), 0u) << f->explanation;
  EXPECT_NE(f->evidence_against.front().find("a limit on new connections"), std::string::npos);
}

TEST(Outage, WithSynsAndDataIsCertain) {
  const Report report = analyze(merged({records_with_a_pause(R"(
    5.5000 > P. 2401:2501 ack 79
    5.8000 > P. 2401:2501 ack 79
    6.6000 > P. 2401:2501 ack 79
    8.3000 > P. 2401:2501 ack 79
  )"),
                                        syns_that_wait()}));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->explanation.find("Nothing of any size passed"), 0u) << f->explanation;
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

// A filter stops three connections after their handshakes, and lets a fourth through.
TEST(Outage, IsNotWhatFlowsShowThatHadFailedWhileOthersPassed) {
  const auto filtered = [](int port) {
    TcpEnds ends;
    ends.b_port = static_cast<uint16_t>(port);
    return shifted(script(ends, R"(
      0.0000 < S
      0.0001 > S. ack 1
      0.0501 < .  ack 1
      0.1000 > P. 1:51 ack 1
      0.4000 > P. 1:51 ack 1
      0.7000 > P. 1:51 ack 1
      1.0000 > P. 1:51 ack 1
      1.6000 > P. 1:51 ack 1
      2.2000 > P. 1:51 ack 1
      2.8000 > P. 1:51 ack 1
      3.4000 > P. 1:51 ack 1
      4.0000 > P. 1:51 ack 1
      4.6000 > P. 1:51 ack 1
      5.2000 > P. 1:51 ack 1
    )"),
                   Duration::milliseconds(port % 10));
  };
  const auto fourth = [](double began) {
    char last[160];
    std::snprintf(last, sizeof last,
                  "%.4f > P. 801:851 ack 79\n%.4f < . ack 851\n"
                  "6.2000 > P. 851:901 ack 79\n6.2500 < . ack 901\n",
                  began, began + 0.05);
    return script({}, small_records() + last);
  };
  EXPECT_EQ(
      outage(analyze(merged({fourth(0.39), filtered(50501), filtered(50502), filtered(50503)}))),
      nullptr);
  // All of them stopped together.
  EXPECT_NE(outage(analyze(merged({script({}, small_records() + R"(
                                     6.2000 > P. 801:851 ack 79
                                     6.2500 < . ack 851
                                   )"),
                                   shifted(filtered(50501), Duration::milliseconds(200)),
                                   shifted(filtered(50502), Duration::milliseconds(200)),
                                   shifted(filtered(50503), Duration::milliseconds(200))}))),
            nullptr);
}

// ---- What arrives leaves its timestamp with the receiver (RFC 7323 4.3).

// b repeats its data, since it gets no acknowledgement; its next packet echoes `echo`.
Report acknowledged_in_vain(const std::string& echo, const TcpEnds& ends = {}) {
  return analyze(script(ends, small_records() + R"(
    1.0000 < P. 79:149 ack 801 echo 0.25
    1.0001 > .  ack 149
    1.3000 < P. 79:149 ack 801 echo 0.25
    1.3001 > .  ack 149 sack 79:149
    1.9000 < P. 79:149 ack 801 echo 0.25
    1.9001 > .  ack 149 sack 79:149
    3.1000 < P. 79:149 ack 801 echo 0.25
    3.1001 > .  ack 149 sack 79:149
    3.1600 < P. 149:249 ack 801 echo )" +
                                  echo + R"(
    3.1601 > .  ack 249
    3.5000 < P. 149:249 ack 801 echo )" +
                                  echo + R"(
    3.5001 > .  ack 249 sack 149:249
    4.1000 < P. 149:249 ack 801 echo )" +
                                  echo + R"(
    4.1001 > .  ack 249 sack 149:249
    5.3000 > P. 801:851 ack 249
    5.3500 < .  ack 851
  )"));
}

TEST(Outage, IsTornByAnAcknowledgementWhoseTimestampIsEchoed) {
  const Report without = acknowledged_in_vain("0.25");
  const Finding* f = outage(without);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->last_time, at(5.3));
  const Finding* torn = outage(acknowledged_in_vain("3.1"));
  EXPECT_TRUE(torn == nullptr || torn->last_time <= at(3.1001));
}

TEST(Outage, ItsLossesAreNotRandomLoss) {
  const Report report = analyze(script({}, kBefore + kTried + kAfter));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

}  // namespace
}  // namespace mtuscope::build
