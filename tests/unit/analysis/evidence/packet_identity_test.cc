#include "analysis/evidence/packet_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

// What IPv6 leaves to tell two acknowledgements of one clock tick apart.
TcpHeader acknowledgement() {
  TcpHeader tcp;
  tcp.flags = tcp_flag::kAck;
  tcp.has_timestamps = true;
  tcp.ts_val = 7;
  tcp.sack_count = 1;
  tcp.sack[0] = {SeqNumber{1000}, SeqNumber{2000}};
  return tcp;
}

uint32_t print_of(const TcpHeader& tcp) {
  Packet p;
  p.src.family = p.dst.family = IpFamily::kIPv6;
  p.tcp = tcp;
  return fingerprint(p);
}

TEST(PacketIdentity, ACopyHasTheSameFingerprint) {
  EXPECT_EQ(print_of(acknowledgement()), print_of(acknowledgement()));
}

TEST(PacketIdentity, ASackBlockThatGrewIsAnotherPacket) {
  TcpHeader grown = acknowledgement();
  grown.sack[0].end = SeqNumber{3000};
  EXPECT_NE(print_of(grown), print_of(acknowledgement()));
  TcpHeader moved = acknowledgement();
  moved.sack[0].begin = SeqNumber{900};
  EXPECT_NE(print_of(moved), print_of(acknowledgement()));
  TcpHeader more = acknowledgement();
  more.sack[more.sack_count++] = {SeqNumber{5000}, SeqNumber{6000}};
  EXPECT_NE(print_of(more), print_of(acknowledgement()));
}

TEST(PacketIdentity, AFinAfterTheAcknowledgementIsAnotherPacket) {
  TcpHeader fin = acknowledgement();
  fin.flags |= tcp_flag::kFin;
  EXPECT_NE(print_of(fin), print_of(acknowledgement()));
}

// Two answers to a burst, within one millisecond: the second says that a full-sized packet arrived.
const std::string kBurst = kOpened + R"(
  0.10000 > P. 1:115 ack 79
  0.10001 > .  115:1483 ack 79
  0.10002 > P. 1483:1715 ack 79
  0.10003 > .  1715:3083 ack 79
  0.15000 < .  ack 115
  0.15210 < .  ack 115 sack 1483:1715
  0.15212 < .  ack 115 sack 1483:3083
)" + kStuck;

TEST(PacketIdentity, WithoutAnIdentificationEachSackOfABurstCounts) {
  for (const char* family : {"10.9.0.", "fd09::"}) {
    TcpEnds ends{.a = std::string(family) + "2", .b = std::string(family) + "1", .ip_ids = false};
    ends.a_mss = ends.b_mss = 1380;
    const Report report = analyze(script(ends, kBurst));
    EXPECT_EQ(black_holes(report), "") << family;
    EXPECT_EQ(report.quality.duplicates, 0u) << family;
    const Packets once = script(ends, kBurst);
    const Report twice = analyze(captured_twice(once, Duration{5'000}));
    EXPECT_EQ(black_holes(twice), "") << family;
    EXPECT_EQ(twice.quality.duplicates, once.size()) << family;
  }
}

TEST(PacketIdentity, AFinRightAfterAnAcknowledgementIsNotLost) {
  const Report report = analyze(script({.ip_ids = false}, kOpened + R"(
    0.10000 > P. 1:115 ack 79
    0.15000 < .  ack 115
    0.15010 < F. 79:79 ack 115
    0.15020 > F. 115:115 ack 80
    0.20000 < .  ack 116
  )"));
  EXPECT_EQ(report.quality.duplicates, 0u);
  EXPECT_EQ(report.quality.unseen_acked_bytes, 0u);
}

}  // namespace
}  // namespace mtuscope
