#include "analysis/tcp/segment_end.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

// Captured at a, before offload cuts its packets: twice two segments of 1368 bytes are lost for
// their size, and after the third timeout the first of them is cut to 1024 bytes (tcp_base_mss).
const std::string kCutAnew = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1001 > P. 115:2851 ack 79
  0.1002 > P. 2851:5587 ack 79
  0.1500 < .  ack 115
  0.4100 > .  115:1483 ack 79
  0.9100 > .  115:1483 ack 79
  1.9100 > .  115:1483 ack 79
  3.9100 > .  115:1139 ack 79
  3.9600 < .  ack 1139
)";

// The rest of the second segment, then 2048 new bytes: two segments of 1024 bytes. What had been
// one segment goes out in one packet again, and offload cuts it into 1024 and 344 bytes.
const std::string kSentInSmallerSegments = kCutAnew + R"(
  3.9601 > P. 5587:7635 ack 79
  3.9602 > .  1139:1483 ack 79
  4.0101 < .  ack 1139 sack 5587:7635
  4.0102 < .  ack 1483 sack 5587:7635
  4.0103 > P. 1483:2851 ack 79
  4.0603 < .  ack 2851 sack 5587:7635
  4.0604 > P. 2851:5587 ack 79
  4.1104 < .  ack 7635
)";

const Finding* not_tested(const Report& report) {
  const auto note = std::ranges::find_if(report.findings, [](const Finding& f) {
    return f.kind == FindingKind::kNotTested && to_string(*f.src) == "10.9.0.2";
  });
  return note == report.findings.end() ? nullptr : &*note;
}

TEST(SegmentEnd, ASuperPacketOfASenderThatHasCutItsDataAnewHasTheSmallerSegments) {
  EXPECT_EQ(judged(kSentInSmallerSegments),
            "confirmed 10.9.0.2 -> 10.9.0.1 [1076, 1420) at the sender");
}

TEST(SegmentEnd, OfTheOldSizeShowsThatSuchSegmentsArriveAgain) {
  // The block begins 1368 bytes into the packet: no segment of 1024 ends there.
  const Report report = analyze(script({}, kSentInSmallerSegments + R"(
    4.2000 > P. 7635:10371 ack 79
    4.2501 < .  ack 7635 sack 9003:10371
    4.2502 < .  ack 10371
    4.2503 > P. 10371:13107 ack 79
    4.3004 < .  ack 13107
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_NE(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(SegmentEnd, IsNotNeededWhereNothingIsMergedByOffload) {
  // The same sender, captured behind the offload: a packet of 1368 bytes is one segment.
  const Report report = analyze(script({}, kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.4100 > .  115:1483 ack 79
    0.9100 > .  115:1483 ack 79
    1.9100 > .  115:1483 ack 79
    3.9100 > .  115:1139 ack 79
    3.9600 < .  ack 1139 sack 1483:1715
    3.9601 > .  1139:1483 ack 79
    4.0100 < .  ack 1715
    4.0200 > .  1715:3083 ack 79
    4.0700 < .  ack 3083
  )"));
  EXPECT_EQ(black_holes(report), "");
}

TEST(SegmentEnd, InsideOfAPacketThatCouldBeOneSegmentShowsThatItWasTwo) {
  // Two segments of 1024 bytes; then Linux tries a larger one (RFC 4821 7.3), which is lost, and
  // sends its bytes again in one packet that offload cuts.
  const std::string probed = kOpened + R"(
    0.1000 > P. 1:2049 ack 79
    0.1501 < .  ack 1025
    0.1502 < .  ack 2049
    0.1600 > .  2049:3349 ack 79
    0.1601 > P. 3349:5397 ack 79
    0.2102 < .  ack 2049 sack 3349:5397
    0.2103 > P. 2049:3349 ack 79
  )";
  const Report cut = analyze(script({}, probed + R"(
    0.2604 < .  ack 3073 sack 3349:5397
    0.2605 < .  ack 5397
  )"));
  ASSERT_NE(not_tested(cut), nullptr);
  EXPECT_EQ(not_tested(cut)->bracket.lower, IpSize{1076});
}

TEST(SegmentEnd, BetweenFullSegmentsConfirmsThem) {
  // 3000 bytes are no whole multiple of 1368.
  const std::string sent = kOpened + "0.1000 > P. 1:3001 ack 79\n";
  const Report confirmed = analyze(script({}, sent + R"(
    0.1500 < .  ack 1369
    0.1501 < .  ack 3001
  )"));
  ASSERT_NE(not_tested(confirmed), nullptr);
  EXPECT_EQ(not_tested(confirmed)->bracket.lower, IpSize{1420});
  const Report unknown = analyze(script({}, sent + "0.1500 < . ack 3001\n"));
  ASSERT_NE(not_tested(unknown), nullptr);
  EXPECT_NE(not_tested(unknown)->bracket.lower, IpSize{1420});
}

}  // namespace
}  // namespace mtuscope::build
