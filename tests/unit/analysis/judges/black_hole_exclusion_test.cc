// What looks like a black hole and is none, by what is sent (docs/findings.md).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

TEST(BlackHoleExclusion, DownToTinyPacketsItIsAFilter) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:31 ack 79
    0.3600 > P. 1:31 ack 79
    0.8600 > P. 1:31 ack 79
    1.8600 > P. 1:31 ack 79
    3.8600 > P. 1:31 ack 79
    5.0000 < P. 79:157 ack 1
    5.0001 > .  ack 157
    6.5000 < P. 157:235 ack 1
    7.8600 > P. 1:31 ack 235
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(found(report, FindingKind::kDataUndelivered), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHoleExclusion, WindowProbesOfOneByteProveNothing) {
  // RFC 9293 3.8.6.1: the window is closed, the probes carry a byte that is not taken.
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369 win 0
    0.4000 > .  1369:1370 ack 79
    0.4500 < .  ack 1369 win 0
    1.0000 > .  1369:1370 ack 79
    1.0500 < .  ack 1369 win 0
    2.2000 > .  1369:1370 ack 79
    2.2500 < .  ack 1369 win 0
    4.6000 > .  1369:1370 ack 79
    4.6500 < .  ack 1369 win 0
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kPathOutage), "");
  EXPECT_EQ(found(report, FindingKind::kDataUndelivered), "");
}

TEST(BlackHoleExclusion, WindowProbesOfAFlowJoinedInTheMiddleProveNothing) {
  // Without its SYN the scale is unknown, but a closed window is closed on any scale.
  const Report report = analyze(script({}, R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  79:79 ack 1369 win 0
    0.4000 > .  1369:1370 ack 79
    0.4500 < .  ack 1369 win 0
    1.0000 > .  1369:1370 ack 79
    1.0500 < .  ack 1369 win 0
    2.2000 > .  1369:1370 ack 79
    2.2500 < .  ack 1369 win 0
    4.6000 > .  1369:1370 ack 79
    4.6500 < .  ack 1369 win 0
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kPathOutage), "");
  EXPECT_EQ(found(report, FindingKind::kDataUndelivered), "");
}

TEST(BlackHoleExclusion, AFullSegmentBeyondAClosedWindowProvesNothing) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115 win 0
    0.4000 > .  115:1483 ack 79
    0.4500 < .  ack 115 win 0
    1.0000 > .  115:1483 ack 79
    1.0500 < .  ack 115 win 0
    2.2000 > .  115:1483 ack 79
    2.2500 < .  ack 115 win 0
    4.6000 > .  115:1483 ack 79
    4.6500 < .  ack 115 win 0
    9.4000 > .  115:1483 ack 79
    9.4500 < .  ack 115 win 0
  )"),
            "");
}

TEST(BlackHoleExclusion, UnansweredKeepalivesAreNoBlackHole) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    60.000 > .  114:114 ack 79
    75.000 > .  114:114 ack 79
    90.000 > .  114:114 ack 79
    105.00 > .  114:114 ack 79
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(BlackHoleExclusion, EverythingOfEverySizeLostIsAnOutage) {
  TcpEnds second;
  second.b_port = 50499;
  const std::string lost = kOpened + R"(
    1.0000 > .  1:1369 ack 79
    1.0001 > P. 1369:1401 ack 79
    1.2600 > .  1:1369 ack 79
    1.7600 > .  1:1369 ack 79
    2.7600 > .  1:1369 ack 79
    4.7600 > .  1:1369 ack 79
    8.7600 > .  1:1369 ack 79
  )";
  const Report report = analyze(merged({script({}, lost), script(second, lost)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(found(report, FindingKind::kPathOutage), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHoleExclusion, TinyPacketsAreNoMatterOfThePathWhateverPasses) {
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = kOpened + R"(
    0.1000 > P. 1:109 ack 79
    0.3500 > P. 1:109 ack 79
    0.8500 > P. 1:109 ack 79
    1.8500 > P. 1:109 ack 79
    3.8500 > P. 1:109 ack 79
    7.8500 > P. 1:109 ack 79
  )";
  const std::string polled = kOpened + R"(
    1.1000 > P. 1:101 ack 79
    1.1500 < .  ack 101
    8.1000 > P. 101:201 ack 79
    8.1500 < .  ack 201
  )";
  const Report report = analyze(merged({script({}, stuck), script(other, polled)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(report.headline, HasSubstr("not that narrow"));
}

}  // namespace
}  // namespace mtuscope
