#include "analysis/evidence/ptb.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

PtbNotice notice(const char* to, uint32_t mtu, uint32_t quoted) {
  PtbNotice n;
  n.reporter = *IpAddress::parse("192.0.2.254");
  n.to = *IpAddress::parse(to);
  n.mtu = IpSize{mtu};
  n.quote.present = true;
  n.quote.src = n.to;
  n.quote.dst = *IpAddress::parse("192.0.2.2");
  n.quote.size = IpSize{quoted};
  n.quote.protocol = 6;
  return n;
}

PtbNotice v4(uint32_t mtu, uint32_t quoted = 1500) { return notice("10.9.0.2", mtu, quoted); }
PtbNotice v6(uint32_t mtu, uint32_t quoted = 1500) { return notice("fd09::2", mtu, quoted); }

// ---- What cannot be right (ptb-suspect)

TEST(PtbFault, AnOrdinaryPtbHasNone) {
  EXPECT_EQ(fault_of(v4(1400), IpSize{1500}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v6(1400), IpSize{1500}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v4(1400), IpSize{0}), PtbFault::kNone);
}

TEST(PtbFault, AnMtuOfZeroComesFromAnOldRouter) {
  EXPECT_EQ(fault_of(v4(0), IpSize{1500}), PtbFault::kNoMtu);
  EXPECT_EQ(fault_of(v6(0), IpSize{1500}), PtbFault::kBelowMinimum) << "IPv6 never had those";
}

TEST(PtbFault, NoLinkIsNarrowerThanTheMinimum) {
  EXPECT_EQ(fault_of(v4(67), {}), PtbFault::kBelowMinimum);
  EXPECT_EQ(fault_of(v4(68), {}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v6(1279), {}), PtbFault::kBelowMinimum);
  EXPECT_EQ(fault_of(v6(1280), {}), PtbFault::kNone);
}

TEST(PtbFault, TheMtuMustBeSmallerThanThePacket) {
  EXPECT_EQ(fault_of(v4(1500), IpSize{1500}), PtbFault::kNotSmaller);
  EXPECT_EQ(fault_of(v4(1499), IpSize{1500}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v4(1600), {}), PtbFault::kNotSmaller);
}

TEST(PtbFault, TheSizeThatWasSentCountsWhereTheQuoteSaysLess) {
  // Stacks that quote the length without the IP header.
  EXPECT_EQ(fault_of(v4(1480, 1480), IpSize{1500}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v4(1480, 1480), {}), PtbFault::kNone) << "it may be such a stack";
}

TEST(PtbFault, APacketThatTheRouterMergedIsLargerThanAnyThatWasSent) {
  EXPECT_EQ(fault_of(v4(1400, 2948), IpSize{1500}), PtbFault::kNone);
  EXPECT_EQ(fault_of(v4(1500, 2948), IpSize{1500}), PtbFault::kNone)
      << "its parts passed, the whole did not";
}

TEST(PtbFault, ItGoesToTheHostThatSentTheQuotedPacket) {
  PtbNotice n = v4(1400);
  n.quote.src = *IpAddress::parse("198.51.100.7");
  EXPECT_EQ(fault_of(n, {}), PtbFault::kElsewhere);
  n.quote.present = false;
  EXPECT_EQ(fault_of(n, {}), PtbFault::kNone) << "nothing is known about a quote that was cut off";
}

// ---- What is kept of them

TEST(PtbLog, TheSameClaimIsOneGroup) {
  PtbLog log;
  for (int i = 0; i < 100; ++i) log.add(v4(0), PtbFault::kNoMtu);
  log.add(v4(40), PtbFault::kBelowMinimum);
  ASSERT_EQ(log.groups().size(), 2u);
  EXPECT_EQ(log.groups()[0].count, 100u);
}

TEST(PtbLog, AFloodIsCountedAndNotKept) {
  PtbLog log;
  for (uint32_t i = 0; i < 1000; ++i) log.add(v4(i), PtbFault::kBelowMinimum);
  EXPECT_LE(log.groups().size(), 256u);
  EXPECT_EQ(log.groups().size() + log.not_kept(), 1000u);
}

TEST(PtbLog, TheSameMessageOnASecondInterfaceIsACopy) {
  PtbLog log;
  Packet p;
  p.src = *IpAddress::parse("192.0.2.254");
  p.dst = *IpAddress::parse("10.9.0.2");
  p.ip_id = 7;
  p.icmp.ptb_mtu = IpSize{1400};
  p.time = Timestamp{1'000'000'000};
  EXPECT_FALSE(log.is_copy(p));
  p.time = p.time + Duration::milliseconds(2);
  EXPECT_TRUE(log.is_copy(p));
  p.ip_id = 8;
  EXPECT_FALSE(log.is_copy(p)) << "the next message about the same packet";
}

}  // namespace
}  // namespace mtuscope
