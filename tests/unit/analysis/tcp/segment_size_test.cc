#include "analysis/tcp/segment_size.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Packet data(uint32_t payload, uint8_t tcp_header = 32, IpFamily family = IpFamily::kIPv4) {
  Packet p;
  p.src.family = family;
  p.tcp.header_bytes = tcp_header;
  p.payload_bytes = payload;
  p.size = IpSize{ip_header_bytes(family) + tcp_header + payload};
  return p;
}

HalfFlow half_with_mss(uint32_t mss) {
  HalfFlow half;
  half.mss = Mss{mss};
  return half;
}

TEST(SegmentSize, AFullSegmentIsTheMssLessTheOptionsInUse) {
  // RFC 6691 3: 1380 with 12 bytes of timestamps leaves 1368.
  const HalfFlow a = half_with_mss(1380), b = half_with_mss(1380);
  EXPECT_FALSE(segmentation_of(data(1368), a, b, {}).super_packet);
  EXPECT_TRUE(segmentation_of(data(1369), a, b, {}).super_packet);
}

TEST(SegmentSize, ASuperPacketOfWholeSegmentsIsCertain) {
  const HalfFlow a = half_with_mss(1380), b = half_with_mss(1380);
  const Segmentation cut = segmentation_of(data(1368 * 10), a, b, {});
  EXPECT_TRUE(cut.super_packet);
  EXPECT_EQ(cut.segment_payload, 1368u);
  EXPECT_TRUE(cut.whole_multiple);
}

TEST(SegmentSize, ARemainderLeavesTheSegmentAnEstimate) {
  const HalfFlow a = half_with_mss(1380), b = half_with_mss(1380);
  EXPECT_FALSE(segmentation_of(data(5000), a, b, {}).whole_multiple);
}

TEST(SegmentSize, TheNarrowerInterfaceCounts) {
  const HalfFlow a = half_with_mss(1380), b = half_with_mss(8960);
  EXPECT_EQ(segmentation_of(data(1368 * 40), a, b, {}).segment_payload, 1368u);
}

TEST(SegmentSize, WithoutASynAnOrdinaryPacketIsSingleAndALargerOneIsNot) {
  const HalfFlow a, b;
  EXPECT_FALSE(segmentation_of(data(1448), a, b, {}).super_packet);
  const Segmentation cut = segmentation_of(data(14480), a, b, {});
  EXPECT_TRUE(cut.super_packet);
  EXPECT_EQ(cut.segment_payload, 1448u);
}

TEST(SegmentSize, JumboFramesOfAJumboMssAreSingle) {
  const HalfFlow a = half_with_mss(8960), b = half_with_mss(8960);
  EXPECT_FALSE(segmentation_of(data(8948), a, b, {}).super_packet);
}

TEST(SegmentSize, AMissingSegmentIsFullOrAllOfTheHole) {
  HalfFlow sender = half_with_mss(1380);
  sender.header_bytes = 52;
  const HalfFlow receiver = half_with_mss(1380);
  EXPECT_EQ(size_of_missing(sender, receiver, IpFamily::kIPv4, 1368), IpSize{1420});
  EXPECT_EQ(size_of_missing(sender, receiver, IpFamily::kIPv4, 13680), IpSize{1420});
  EXPECT_EQ(size_of_missing(sender, receiver, IpFamily::kIPv4, 100), IpSize{152});
}

}  // namespace
}  // namespace mtuscope
