#include "analysis/tcp/sent_stamps.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

void send(SentStamps& stamps, uint32_t value, int64_t ns, uint32_t payload = 0) {
  Packet p;
  p.time = Timestamp{ns};
  p.size = IpSize{52 + payload};
  p.payload_bytes = payload;
  p.tcp.has_timestamps = true;
  p.tcp.ts_val = value;
  stamps.sent(p, FrameRef(0, FrameNumber{static_cast<uint64_t>(ns)}));
}

TEST(SentStamps, ComeBackOnce) {
  SentStamps stamps;
  for (uint32_t i = 1; i <= 5; ++i) send(stamps, 100 + i, i);
  const auto echoed = stamps.echoed(103);
  ASSERT_TRUE(echoed);
  EXPECT_EQ(echoed->sent, Timestamp{3});
  EXPECT_TRUE(echoed->bare);
  EXPECT_FALSE(stamps.echoed(103));
  EXPECT_FALSE(stamps.echoed(102)) << "older";
  EXPECT_TRUE(stamps.echoed(105));
}

TEST(SentStamps, OfSeveralPacketsInOneTickAreThatOfTheFirst) {
  SentStamps stamps;
  send(stamps, 1, 1);
  send(stamps, 2, 2);
  send(stamps, 2, 3);
  const auto echoed = stamps.echoed(2);
  ASSERT_TRUE(echoed);
  EXPECT_EQ(echoed->sent, Timestamp{2});
  EXPECT_FALSE(echoed->bare) << "either may have arrived";
  send(stamps, 2, 4);
  EXPECT_FALSE(stamps.echoed(2)) << "a tick that had come back";
}

TEST(SentStamps, OfAPacketWithDataSayNothingAboutItsSize) {
  SentStamps stamps;
  send(stamps, 1, 1);
  send(stamps, 2, 2, 1400);
  const auto echoed = stamps.echoed(2);
  ASSERT_TRUE(echoed);
  EXPECT_FALSE(echoed->bare);
}

TEST(SentStamps, OfTheFirstTickMayBelongToEarlierPackets) {
  SentStamps stamps;
  send(stamps, 7, 1);
  send(stamps, 7, 2);
  EXPECT_FALSE(stamps.echoed(7));
}

TEST(SentStamps, ThatWereNeverSentAreNoEcho) {
  SentStamps stamps;
  send(stamps, 1, 1);
  send(stamps, 2, 2);
  EXPECT_FALSE(stamps.echoed(9));
  EXPECT_TRUE(stamps.echoed(2));
}

TEST(SentStamps, Wrap) {
  SentStamps stamps;
  send(stamps, 0xfffffffe, 1);
  send(stamps, 0xffffffff, 2);
  send(stamps, 1, 3);
  const auto echoed = stamps.echoed(1);
  ASSERT_TRUE(echoed);
  EXPECT_EQ(echoed->sent, Timestamp{3});
}

}  // namespace
}  // namespace mtuscope
