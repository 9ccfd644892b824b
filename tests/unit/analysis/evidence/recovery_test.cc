#include "analysis/evidence/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;

constexpr IpFamily kV4 = IpFamily::kIPv4, kV6 = IpFamily::kIPv6;

// ---- The stacks by their segments

TEST(StackOf, LinuxSendsTcpBaseMssAndThenHalvesIt) {
  // net/ipv4/tcp_timer.c, tcp_mtu_probing: 1024 bytes of payload, whatever the options.
  for (const uint32_t options : {0u, 12u}) {
    for (const IpFamily family : {kV4, kV6}) {
      for (const uint32_t payload : {1024u, 512u, 256u}) {
        EXPECT_EQ(stack_of({.family = family, .payload = payload, .option_bytes = options}),
                  SenderStack::kLinux);
      }
    }
  }
}

TEST(StackOf, AppleAndFreeBsdSend1200BytesOptionsIncluded) {
  EXPECT_EQ(stack_of({.payload = 1188, .option_bytes = 12, .df_cleared = true}),
            SenderStack::kApple);
  EXPECT_EQ(stack_of({.payload = 1188, .option_bytes = 12}), SenderStack::kFreeBsd);
  EXPECT_EQ(stack_of({.payload = 1200, .option_bytes = 0}), SenderStack::kFreeBsd);
  EXPECT_EQ(stack_of({.family = kV6, .payload = 1188, .option_bytes = 12}), SenderStack::kApple);
  EXPECT_EQ(stack_of({.family = kV6, .payload = 1208, .option_bytes = 12}), SenderStack::kFreeBsd);
  EXPECT_EQ(stack_of({.payload = 500, .option_bytes = 12, .df_cleared = true}),
            SenderStack::kApple);
}

TEST(StackOf, TheDefaultMssIsWindowsUnless1200WasTriedBefore) {
  EXPECT_EQ(stack_of({.payload = 536}), SenderStack::kWindows);
  EXPECT_EQ(stack_of({.payload = 524, .option_bytes = 12, .tried_1200 = true}),
            SenderStack::kFreeBsd);
}

TEST(StackOf, TheSamePacketWithoutDfIsWindows) {
  EXPECT_EQ(stack_of({.payload = 1368, .option_bytes = 12, .df_cleared = true, .smaller = false}),
            SenderStack::kWindows);
}

TEST(StackOf, AnythingElseIsNotKnown) {
  for (const uint32_t payload : {972u, 1000u, 1220u, 1340u, 700u})
    EXPECT_EQ(stack_of({.payload = payload, .option_bytes = 12}), std::nullopt) << payload;
}

// ---- In a capture

// The segment after its fourth try.
const std::string kFourTries = kOpened + kAnswer + kSelectivelyAcknowledged + R"(
  0.1650 > .  115:1483 ack 79
  0.4100 > .  115:1483 ack 79
  0.9100 > .  115:1483 ack 79
)";

const Finding* hole_in(const Report& report) { return find(report, FindingKind::kPmtuBlackhole); }

TEST(Recovery, LinuxIsNamedWithHowLongTheUserWaited) {
  const Report report = analyze(script({}, kFourTries + R"(
    1.9100 > .  115:1139 ack 79
    1.9600 < .  ack 1139 sack 1483:1715
    1.9601 > .  1139:1483 ack 79
    2.0101 < .  ack 1715
  )"));
  const Finding* f = hole_in(report);
  ASSERT_NE(f, nullptr);
  ASSERT_TRUE(f->recovered);
  EXPECT_EQ(f->recovered->stack, SenderStack::kLinux);
  EXPECT_EQ(f->recovered->size, IpSize{1076});
  EXPECT_NEAR(f->recovered->after.seconds(), 1.86, 0.01);
  EXPECT_FALSE(f->recovered->df_cleared);
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("net.ipv4.tcp_mtu_probing")));
}

TEST(Recovery, AppleClearsDfSoItsSizeIsNotProvenToPass) {
  const Report report = analyze(script({}, kFourTries + R"(
    1.9100 > .  115:1303 ack 79 nodf
    1.9600 < .  ack 1303 sack 1483:1715
    1.9601 > .  1303:1483 ack 79 nodf
    2.0101 < .  ack 1715
  )"));
  const Finding* f = hole_in(report);
  ASSERT_NE(f, nullptr);
  ASSERT_TRUE(f->recovered);
  EXPECT_EQ(f->recovered->stack, SenderStack::kApple);
  EXPECT_TRUE(f->recovered->df_cleared);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
  EXPECT_EQ(f->bracket.lower, IpSize{284}) << "routers may have cut the packet of 1240 bytes";
}

TEST(Recovery, TheSamePacketsWithoutDfArriveAndRefuteNothing) {
  // Windows: routers cut them. Later packets of this size without DF are no veto either.
  const Report report = analyze(script({}, kFourTries + R"(
    1.9100 > .  115:1483 ack 79 nodf
    1.9600 < .  ack 1715
    1.9700 > .  1715:3083 ack 79 nodf
    2.0200 < .  ack 3083
  )"));
  const Finding* f = hole_in(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
  ASSERT_TRUE(f->recovered);
  EXPECT_EQ(f->recovered->stack, SenderStack::kWindows);
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("1420 bytes without DF, which routers may cut")));
}

TEST(Recovery, AHostThatNeverSetsDfProvesSizesAllTheSame) {
  // Without DF from the first packet on, nothing tells that routers cut any.
  std::string lines;
  std::istringstream in(kFourTries + "1.9100 > .  115:1483 ack 79\n1.9600 < .  ack 1715\n");
  for (std::string line; std::getline(in, line);) {
    if (line.find_first_not_of(' ') != std::string::npos) lines += line + " nodf\n";
  }
  EXPECT_EQ(judged(lines), "");
}

TEST(Recovery, RetransmissionsThatArriveWholeAreNone) {
  EXPECT_EQ(judged(kFourTries + R"(
    1.9100 > .  115:1483 ack 79
    1.9600 < .  ack 1715
  )"),
            "");
}

}  // namespace
}  // namespace mtuscope
