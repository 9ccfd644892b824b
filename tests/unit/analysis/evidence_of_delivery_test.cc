// What an acknowledgement proves to have arrived where the capture shows something else than the
// wire carried, or shows it in another order.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

// Two full segments and 200 bytes leave as one super-packet; the 200 bytes arrive.
const std::string kSuperPacket = kOpened + R"(
  0.1000 > P. 1:2937 ack 79
)";
const std::string kFirstSegmentStuck = R"(
  0.3100 > .  1:1369 ack 79
  0.7300 > .  1:1369 ack 79
  1.5700 > .  1:1369 ack 79
  3.2500 > .  1:1369 ack 79
)";

TEST(EvidenceOfDelivery, TheTailOfASuperPacketIsTheControlOfItsHead) {
  EXPECT_THAT(judged(kSuperPacket + R"(
    0.1502 < .  ack 1 sack 2737:2937
  )" + kFirstSegmentStuck),
              HasSubstr("10.9.0.2 -> 10.9.0.1 [252, 1420) at the sender"));
}

// A block that begins elsewhere says that it was cut otherwise: then no size is known.
TEST(EvidenceOfDelivery, ABlockThatBeginsInsideASupposedSegmentConfirmsNothing) {
  EXPECT_THAT(judged(kSuperPacket + R"(
    0.1502 < .  ack 1 sack 2700:2937
  )" + kFirstSegmentStuck),
              testing::Not(HasSubstr("[252")));
}

// b asks, and the answer, which acknowledges, is stuck. So b asks again, and gets a bare
// acknowledgement (RFC 9293 3.10.7.4).
const std::string kAskedAgain = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1500 < .  ack 115
  1.0000 < P. 79:149 ack 115
  1.0001 > .  115:1483 ack 149
  1.3000 < P. 79:149 ack 115 echo 0.1
  1.3001 > .  ack 149 sack 79:149
  1.3500 > .  115:1483 ack 149
  1.8000 > .  115:1483 ack 149
  2.7000 > .  115:1483 ack 149
  4.5000 > .  115:1483 ack 149
  6.9000 > .  115:1483 ack 149
)";

TEST(EvidenceOfDelivery, AnAnswerToARepeatedRequestArrivedWhenItIsNotRepeatedAgain) {
  EXPECT_THAT(judged(kAskedAgain + R"(
    11.900 < .  ack 115 echo 0.1
    12.000 < F. 149:149 ack 115 echo 0.1
  )"),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
}

TEST(EvidenceOfDelivery, ARepeatedRequestMayComeAgainAfterTwiceTheTime) {
  // Within 6 s nothing is known: the first timeout may be a second (RFC 6298 2.1), and it doubles.
  EXPECT_THAT(judged(kAskedAgain + R"(
    7.0000 < P. 149:219 ack 115 echo 0.1
    7.3000 < P. 79:219 ack 115 echo 0.1
  )"),
              testing::Not(HasSubstr("confirmed")));
}

TEST(EvidenceOfDelivery, AnEchoedTimestampNamesABareAcknowledgement) {
  const auto echoing = [](const char* stamp) {
    return judged(kAskedAgain + R"(
      7.0000 < P. 79:149 ack 115 echo 0.1
      7.0001 > .  ack 149 sack 79:149
      7.1000 < P. 149:219 ack 115 echo )" +
                  stamp + "\n7.2000 < .  ack 115 echo 0.1\n");
  };
  EXPECT_THAT(echoing("7.0001"), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
  EXPECT_THAT(echoing("0.1"), HasSubstr("suspected"));
}

// New data is sent in order: what overtook a packet before the capture was sent after it.
TEST(EvidenceOfDelivery, ASmallPacketThatOvertookALargeOneIsItsControl) {
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > P. 1369:1594 ack 79
    0.1020 > .  1:1369 ack 79
    0.1500 < .  ack 1 sack 1369:1594
    0.3100 > .  1:1369 ack 79
    0.7300 > .  1:1369 ack 79
    1.5700 > .  1:1369 ack 79
    3.2500 > .  1:1369 ack 79
  )"),
              HasSubstr("[277, 1420)"));
}

// A round trip later it is a retransmission of something that was lost before the capture: the
// small packet was on its way before this one was lost, and an outage looks the same.
TEST(EvidenceOfDelivery, ASmallPacketLongBeforeALargeOneIsNoControl) {
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > P. 1369:1594 ack 79
    0.1500 < .  ack 1 sack 1369:1594
    0.3100 > .  1:1369 ack 79
    0.7300 > .  1:1369 ack 79
    1.5700 > .  1:1369 ack 79
    3.2500 > .  1:1369 ack 79
  )"),
              testing::Not(HasSubstr("confirmed")));
}

// RFC 5681: a duplicate says that something arrived. Where that was not the smallest, it was the
// next larger at least; not the full segments that nobody sent again.
TEST(EvidenceOfDelivery, ADuplicateCreditsTheLeastThatCanHaveArrived) {
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1002 > .  2737:4105 ack 79
    0.3100 > .  1:1369 ack 79
    0.7300 > .  1:1369 ack 79
    1.5700 > .  1:1369 ack 79
    3.2500 > .  1:901 ack 79
    3.3000 < .  ack 901
    3.3001 > .  901:1369 ack 79
    3.3002 > .  1369:2269 ack 79
    3.3502 < .  ack 901
    3.5600 > .  901:1369 ack 79
    3.6100 < .  ack 2269
  )",
                     {.sack = false}),
              HasSubstr("[952, 1420)"));
}

// Without SACK, between two hosts that answer in less than a millisecond: how long a packet takes
// varies more than that.
TEST(EvidenceOfDelivery, ADuplicateAckMayComeSoonerThanAnyAnswerBefore) {
  const std::string opened = R"(
    0.00000 < S
    0.00010 > S. ack 1
    0.00030 < .  ack 1
    0.00040 < P. 1:79 ack 1
    0.00050 > .  ack 79
    0.10000 > .  1:1369 ack 79
    0.10010 > P. 1369:1469 ack 79
    0.10014 < .  ack 1
    0.31000 > .  1:1369 ack 79
    0.73000 > .  1:1369 ack 79
    1.57000 > .  1:1369 ack 79
    3.25000 > .  1:1369 ack 79
  )";
  EXPECT_THAT(judged(opened, {.timestamps = false, .sack = false}), HasSubstr("[140, 1408)"));
}

// Over 50 ms it answers what was sent before.
TEST(EvidenceOfDelivery, ADuplicateAckThatComesMuchTooSoonProvesNothing) {
  EXPECT_EQ(judged(kOpened + R"(
    0.10000 > .  1:1369 ack 79
    0.10010 > P. 1369:1469 ack 79
    0.10014 < .  ack 1
    0.31000 > .  1:1369 ack 79
    0.73000 > .  1:1369 ack 79
    1.57000 > .  1:1369 ack 79
    3.25000 > .  1:1369 ack 79
  )",
                   {.timestamps = false, .sack = false})
                .find("[140"),
            std::string::npos);
}

// Loss as heavy as this may have taken each of these large packets; not all of them.
TEST(EvidenceOfDelivery, SeveralSizesTogetherAreMoreThanLuck) {
  std::string lines = kOpened;
  uint32_t next = 1;
  // Twelve small packets, every other one of them sent three times.
  for (int i = 0; i < 12; ++i) {
    const int times = i % 2 == 0 ? 3 : 1;
    double at = 4 + i;
    for (int k = 0; k < times; ++k, at += 0.25)
      lines += fmt::format("{:.4f} > P. {}:{} ack 79\n", at, next, next + 100);
    lines += fmt::format("{:.4f} < .  ack {}\n", at - 0.2, next + 100);
    next += 100;
  }
  std::vector<Packets> flows{script({}, lines)};
  uint16_t port = 50600;
  double begin = 4;
  for (const int payload : {1050, 1100, 1152, 1200, 1250, 1294, 1340, 1368}) {
    TcpEnds ends;
    ends.b_port = ++port;
    std::string stuck = kOpened;
    for (const double after : {0.0, 0.2, 0.6})
      stuck += fmt::format("{:.4f} > P. 1:{} ack 79\n", begin + after, payload + 1);
    begin += 1.1;  // losses at one moment are one event
    flows.push_back(script(ends, stuck));
    EXPECT_EQ(black_holes(analyze(merged({flows.front(), flows.back()}))), "") << payload;
  }
  EXPECT_THAT(black_holes(analyze(merged(flows))), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

// ---- Without timestamps: b uploads, two packets at a time. Both acknowledgements are lost, and b
// repeats the first of them.

TEST(EvidenceOfDelivery, ARepetitionShowsThatWhatIsInFrontOfItWasAcknowledged) {
  std::string lines = R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.0510 < P. 1:101 ack 1
    0.0511 > P. 1:11 ack 101
    0.1011 < .  ack 11
  )";
  const auto add = [&](double time, int packet, int acknowledged) {
    lines += fmt::format("{:.4f} < P. {}:{} ack 11\n{:.4f} > . ack {}\n", time, 1 + 100 * packet,
                         101 + 100 * packet, time + 0.0001, 101 + 100 * acknowledged);
  };
  for (int round = 0; round < 10; ++round) {
    const int first = 1 + 2 * round;
    const double time = 1 + 0.4 * round;
    add(time, first, first);
    add(time + 0.01, first + 1, first + 1);
    add(time + 0.25, first, first + 1);
  }
  lines += "6.0000 > P. 11:21 ack 2201\n6.0500 < . ack 21\n";
  TcpEnds plain;
  plain.timestamps = plain.sack = false;
  EXPECT_EQ(find(analyze(script(plain, lines)), FindingKind::kPathOutage), nullptr);
}

}  // namespace
}  // namespace mtuscope
