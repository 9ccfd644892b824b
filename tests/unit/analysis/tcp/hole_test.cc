#include "analysis/tcp/hole.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

using testing::HasSubstr;

// Captured at b, where two full segments of 1368 bytes are missing.
const std::string kMissing = kAnsweredAtReceiver + R"(
  0.1502 > P. 2851:3083 ack 79
  0.1503 < .  ack 115 sack 2851:3083
)";

// After three timeouts Linux cuts to 1024 bytes (tcp_base_mss).
const std::string kHealed = kMissing + R"(
  3.6000 > .  115:1139 ack 79
  3.6001 < .  ack 1139 sack 2851:3083
  3.6500 > .  1139:1483 ack 79
  3.6501 < .  ack 1483 sack 2851:3083
  3.6502 > .  1483:2507 ack 79
  3.6503 < .  ack 2507 sack 2851:3083
  3.7000 > .  2507:2851 ack 79
  3.7001 < .  ack 3083
)";

std::string healed_with(const std::string& payload_end) {
  return kMissing + "3.6000 > . 115:" + payload_end + " ack 79\n3.6001 < . ack " + payload_end +
         " sack 2851:3083\n";
}

TEST(Hole, OfFullSegmentsThatIsFilledInSmallerOnesIsAHealedBlackHole) {
  const Report report = analyze(script({}, kHealed));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [1076, 1420) at the receiver");
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  ASSERT_TRUE(f->recovered);
  EXPECT_EQ(f->recovered->size, IpSize{1076});
  EXPECT_EQ(f->recovered->stack, SenderStack::kLinux);
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(Hole, ThatIsFilledInASizeOfNoKnownStackMayHaveBeenReportedByAPtb) {
  EXPECT_EQ(judged(healed_with("1363")),
            "suspected 10.9.0.2 -> 10.9.0.1 [1300, 1420) at the receiver");
}

TEST(Hole, ThatIsFilledInSmallerSegmentsAtOnceIsPathMtuDiscovery) {
  const Report report = analyze(script({}, kMissing + R"(
    0.2500 > .  115:1363 ack 79
    0.2501 < .  ack 1363 sack 2851:3083
    0.2502 > .  1363:2611 ack 79
    0.2503 < .  ack 2611 sack 2851:3083
    0.2504 > .  2611:2851 ack 79
    0.2505 < .  ack 3083
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
  const auto note = std::ranges::find_if(report.findings, [](const Finding& f) {
    return f.kind == FindingKind::kNotTested && to_string(*f.src) == "10.9.0.2";
  });
  ASSERT_NE(note, report.findings.end());
  EXPECT_THAT(note->explanation, HasSubstr("Packets of about 1420 bytes"));
  EXPECT_THAT(note->explanation, HasSubstr("in packets of 1300"));
}

TEST(Hole, ThatIsFilledSoonerThanAnRttIsToldByItsTimestamps) {
  const auto note =
      [](const char* stamp) {
        const Report report = analyze(script({}, kMissing + R"(
      0.1600 > .  115:1363 ack 79 stamp )" + stamp + R"(
      0.1601 < .  ack 1363 sack 2851:3083
      0.1602 > .  1363:2611 ack 79
      0.1603 < .  ack 2611 sack 2851:3083
      0.1604 > .  2611:2851 ack 79
      0.1605 < .  ack 3083
    )"));
        return std::ranges::any_of(report.findings, [](const Finding& f) {
          return f.explanation.find("in packets of 1300") != std::string::npos;
        });
      };
  EXPECT_TRUE(note("0.16"));
  EXPECT_FALSE(note("0.15")) << "it may have been sent before";
}

// Two segments of the size that the sender uses now, and no multiple of those that it announced.
TEST(Hole, OfWhatTheSenderUsesSinceAPtbIsOfThatSize) {
  const auto later = [](const char* tail) {
    return kMissing + R"(
      0.2500 > .  115:1363 ack 79
      0.2501 < .  ack 1363 sack 2851:3083
      0.2502 > .  1363:2611 ack 79
      0.2503 < .  ack 2611 sack 2851:3083
      0.2504 > .  2611:2851 ack 79
      0.2505 < .  ack 3083
      1.0000 > P. )" +
           std::string(tail) + R"( ack 79
      1.0001 < .  ack 3083 sack )" +
           tail + R"(
      20.000 < F. 79:79 ack 3083 sack )" +
           tail + R"(
      20.050 > .  ack 80
    )";
  };
  EXPECT_EQ(black_holes(analyze(script({}, later("5579:5811")))),
            "suspected 10.9.0.2 -> 10.9.0.1 [284, 1300) at the receiver");
  EXPECT_EQ(black_holes(analyze(script({}, later("5580:5812")))),
            "suspected 10.9.0.2 -> 10.9.0.1 [1300, 1420) at the receiver");
}

// Nothing came behind the hole before it was filled: how long it was open is not known.
TEST(Hole, ThatIsRevealedLateIsAnOpenQuestionWhereAStackIsKnownByIt) {
  const Report report = analyze(script({}, kAnsweredAtReceiver + R"(
    3.6000 > .  2851:3875 ack 79
    3.6001 < .  ack 115 sack 2851:3875
    3.6602 > .  115:1139 ack 79
    3.6603 < .  ack 1139 sack 2851:3875
    3.6702 > .  1139:2163 ack 79
    3.6703 < .  ack 2163 sack 2851:3875
    3.6704 > .  2163:2851 ack 79
    3.6705 < .  ack 3875
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive) << report.headline;
  EXPECT_THAT(report.headline, HasSubstr("came in packets of 1076"));
}

// The first of the smaller packets comes alone, then new bytes reveal the hole: with it these are
// three full segments.
const std::string kRevealedByTheFirst = kAnsweredAtReceiver + R"(
  3.6000 > .  115:1139 ack 79
  3.6001 < .  ack 1139
  3.6502 > .  4219:5243 ack 79
  3.6503 < .  ack 1139 sack 4219:5243
)";

TEST(Hole, ThatIsRevealedOnlyAfterItsFirstPacketIsMeasuredFromThere) {
  const Report report = analyze(script({}, kRevealedByTheFirst + R"(
    3.6504 > .  1139:1483 ack 79
    3.6505 < .  ack 1483 sack 4219:5243
    3.7006 > .  1483:2507 ack 79
    3.7007 < .  ack 2507 sack 4219:5243
    3.7008 > .  2507:2851 ack 79
    3.7009 < .  ack 2851 sack 4219:5243
    3.7510 > .  2851:3875 ack 79
    3.7511 < .  ack 3875 sack 4219:5243
    3.7512 > .  3875:4219 ack 79
    3.7513 < .  ack 5243
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  EXPECT_EQ(report.status, Status::kInconclusive) << report.headline;
  EXPECT_THAT(report.headline, HasSubstr("came in packets of 1076"));
}

TEST(Hole, OfRecordsThatAreTogetherFullSegmentsByChanceIsLoss) {
  // Records of 1024 bytes, of which three were lost; with the one before them, and 8 bytes more.
  const Report report = analyze(script({}, kAnsweredAtReceiver + R"(
    3.6000 > P. 115:1139 ack 79
    3.6001 < .  ack 1139
    3.6502 > P. 4219:5243 ack 79
    3.6503 < .  ack 1139 sack 4219:5243
    3.7504 > P. 1139:2163 ack 79
    3.7505 < .  ack 2163 sack 4219:5243
    3.7506 > P. 2163:3187 ack 79
    3.7507 < .  ack 3187 sack 4219:5243
    3.7508 > P. 3187:4219 ack 79
    3.7509 < .  ack 5243
  )"));
  EXPECT_NE(report.status, Status::kInconclusive) << report.headline;
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("3 of ")) << f->explanation;
}

TEST(Hole, OfALargeRecordBehindATinyOneIsTwoLosses) {
  // 9 bytes that say how many follow, and these: the tiny one says nothing about the rest.
  const Report report = analyze(script({}, kAnsweredAtReceiver + R"(
    0.1600 > P. 115:215 ack 79
    0.1601 < .  ack 215
    0.2000 > P. 1512:1612 ack 79
    0.2001 < .  ack 215 sack 1512:1612
    0.4600 > P. 215:224 ack 79
    0.4601 < .  ack 224 sack 1512:1612
    0.4602 > P. 224:1512 ack 79
    0.4603 < .  ack 1612
  )"));
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("2 of ")) << f->explanation;
}

TEST(Hole, ThatIsFilledInFullSegmentsIsLoss) {
  const Report report = analyze(script({}, kMissing + R"(
    3.6000 > .  115:1483 ack 79
    3.6001 < .  ack 1483 sack 2851:3083
    3.6500 > .  1483:2851 ack 79
    3.6501 < .  ack 3083
  )"));
  EXPECT_EQ(black_holes(report), "");
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("2 of "));
}

TEST(Hole, OfRecordsThatAreRepeatedAsTheyWereIsLoss) {
  // Three records of 700 bytes.
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    0.1500 > P. 1:701 ack 79
    0.1501 < .  ack 701
    0.1502 > P. 2801:3501 ack 79
    0.1503 < .  ack 701 sack 2801:3501
    3.6000 > P. 701:1401 ack 79
    3.6001 < .  ack 1401 sack 2801:3501
    3.6002 > P. 1401:2101 ack 79
    3.6003 < .  ack 2101 sack 2801:3501
    3.6004 > P. 2101:2801 ack 79
    3.6005 < .  ack 3501
  )"));
  EXPECT_EQ(black_holes(report), "");
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("3 of "));
}

TEST(Hole, IsLossWhereAsLargePacketsArriveLater) {
  const Report report = analyze(script({}, kHealed + R"(
    3.8000 > .  3083:4451 ack 79
    3.8001 < .  ack 4451
    3.8002 > P. 4451:4551 ack 79
    3.8003 < .  ack 4551
  )"));
  EXPECT_EQ(black_holes(report), "");
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("2 of "));
}

}  // namespace
}  // namespace mtuscope::build
