#include "analysis/judges/cut_off.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::AllOf;
using testing::HasSubstr;

const std::string kFirstLarge = kOpened + R"(
  0.1000 > .  1:1369 ack 79
)";

TEST(CutOff, AnAnswerWithoutTimeToArriveIsNoAllClear) {
  const Report report = analyze(script({}, kFirstLarge + R"(
    0.1011 > .  1369:1500 ack 79
  )"));
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline,
              AllOf(HasSubstr("packets of 1420 bytes from 10.9.0.2 to 10.9.0.1"),
                    HasSubstr("ends 1.1 ms after"), HasSubstr("none above 60 bytes")));
}

TEST(CutOff, WhatCameBehindTheLargePacketDoesNotAcquitIt) {
  const Report report = analyze(
      script({}, kOpened + kAnswer + kSelectivelyAcknowledged + "0.1650 > . 115:1483 ack 79"));
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("none above 284 bytes"));
}

TEST(CutOff, DataUnderWayIsNoQuestionOnceAsLargeArrived) {
  EXPECT_EQ(analyze(script({}, kFirstLarge + R"(
    0.1500 < .  ack 1369
    0.1501 > .  1369:2737 ack 79
    0.1502 > .  2737:4105 ack 79
  )"))
                .status,
            Status::kOk);
}

TEST(CutOff, DataUnderWayIsNoQuestionWhereAnotherConnectionHadAsLargeArrive) {
  EXPECT_EQ(analyze(merged({script(second_flow(), kFirstLarge + "0.1500 < . ack 1369"),
                            shifted(script({}, kFirstLarge), Duration::milliseconds(500))}))
                .status,
            Status::kOk);
}

TEST(CutOff, SmallPacketsNeedNoAnswer) {
  EXPECT_EQ(analyze(script({}, kOpened + "0.1000 > P. 1:501 ack 79")).status, Status::kOk);
}

TEST(CutOff, WhatAResetDiscardsWasNotCutOff) {
  EXPECT_EQ(analyze(script({}, kFirstLarge + "0.1300 < R. 79:79 ack 1")).status, Status::kOk);
}

TEST(CutOff, BeyondTheWindowNothingHasToBeAnswered) {
  EXPECT_EQ(analyze(script({}, R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1 win 2
    0.0502 < P. 1:79 ack 1 win 2
    0.0503 > .  ack 79
    0.1000 > .  1:1369 ack 79
  )"))
                .status,
            Status::kOk);
}

// A gateway always sees some connection begin. Elsewhere such packets arrived.
TEST(CutOff, OneOfManyConnectionsLeavesNothingOpenForTheOthers) {
  TcpEnds busy;
  busy.b = "10.9.0.9";
  std::string lines = kOpened;
  for (int i = 0; i < 5; ++i) {
    lines += "0." + std::to_string(2 + i) + "000 > . " + std::to_string(1 + i * 1368) + ":" +
             std::to_string(1369 + i * 1368) + " ack 79\n0." + std::to_string(2 + i) +
             "500 < . ack " + std::to_string(1369 + i * 1368) + "\n";
  }
  const Packets begins = shifted(script({}, kFirstLarge), Duration::milliseconds(600));
  const Report report = analyze(merged({script(busy, lines), begins}));
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_THAT(report.headline, HasSubstr("packets up to 1420 bytes"));
  // Nothing as large arrived there: what was cut off is all that could tell.
  const Report small = analyze(merged({script(busy, small_records()), begins}));
  EXPECT_EQ(small.status, Status::kInconclusive);
}

TEST(CutOff, ManyConnectionsThatBeginDoNotFillThePage) {
  std::vector<Packets> all{script({}, kFirstLarge + R"(
    0.1500 < .  ack 1369
    0.1501 > .  1369:2737 ack 79
  )")};
  for (int i = 0; i < 150; ++i) {
    TcpEnds begins;
    begins.b = "10.9.1." + std::to_string(i + 1);
    all.push_back(script(begins, kFirstLarge));
  }
  const Report report = analyze(merged(std::move(all)));
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_LE(std::ranges::count(report.findings, FindingKind::kNotTested, &Finding::kind), 100);
}

TEST(CutOff, OnTheBusiestPathItIsAQuestion) {
  TcpEnds other;
  other.b = "10.9.0.9";
  const Report report =
      analyze(merged({script({}, kFirstLarge + "0.1001 > . 1369:2737 ack 79"), script(other, R"(
    0.0000 > .  1:1369 ack 1
    0.0500 < .  ack 1369
  )")}));
  EXPECT_EQ(report.status, Status::kInconclusive);
}

TEST(CutOff, WhatCameByAtTheReceiverHasArrived) {
  EXPECT_EQ(
      analyze(script({.a_ttl = 61}, kAnsweredAtReceiver + "0.2000 > . 115:1483 ack 79")).status,
      Status::kOk);
}

}  // namespace
}  // namespace mtuscope
