#include "analysis/evidence/lost_packet.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr uint32_t kHeaders = 52;

Range range_sent_in(uint64_t frame, uint32_t bytes, uint32_t packet_bytes) {
  Range range;
  range.bytes = bytes;
  range.size = IpSize{packet_bytes};
  range.frame = FrameRef(0, FrameNumber{frame});
  return range;
}

TEST(LostPacket, HoldsTheRangesThatWereSentInIt) {
  LostPacket lost;
  EXPECT_FALSE(lost.holds(range_sent_in(7, 200, 652), kHeaders)) << "the first one asks anew";
  EXPECT_TRUE(lost.holds(range_sent_in(7, 200, 652), kHeaders));
  EXPECT_TRUE(lost.holds(range_sent_in(7, 200, 652), kHeaders));
  EXPECT_FALSE(lost.holds(range_sent_in(8, 200, 252), kHeaders)) << "another frame";
}

TEST(LostPacket, OfASuperPacketHoldsNoMoreThanASegment) {
  LostPacket lost;
  EXPECT_FALSE(lost.holds(range_sent_in(7, 1448, 1500), kHeaders));
  EXPECT_FALSE(lost.holds(range_sent_in(7, 1448, 1500), kHeaders));
}

}  // namespace
}  // namespace mtuscope
