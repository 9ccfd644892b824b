#include "analysis/evidence/outage_log.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_script.h"

namespace mtuscope {
namespace {

using build::at;

Repeat repeat(double lost, double again) {
  return {.size = IpSize{100}, .lost = at(lost), .again = at(again)};
}

TEST(OutageLog, IsTornByAPacketThatTurnsOutToHaveArrived) {
  OutageLog log(at(0));
  constexpr Duration kRtt = Duration::milliseconds(10);
  for (const double t : {1.0, 2.0, 3.0, 4.0, 5.0}) log.repeated(repeat(t, t + 1), kRtt);
  log.arrived(at(7));
  ASSERT_EQ(log.outages().size(), 1u);
  log.arrived(at(2.5));
  ASSERT_EQ(log.outages().size(), 1u) << "1 s and 2 s alone are too few tries";
  EXPECT_EQ(log.outages()[0].begin, at(2.5));
  EXPECT_EQ(log.total(), 1u);
}

TEST(OutageLog, GivesTheLastPacketsTimeToBeAnswered) {
  OutageLog log(at(0));
  for (const double t : {1.0, 2.0, 3.0}) log.repeated(repeat(t, t + 1), Duration::milliseconds(10));
  log.unanswered({IpSize{100}, at(1.5), {}});
  log.unanswered({IpSize{100}, at(4.95), {}});
  log.unanswered({IpSize{1400}, at(1.5), {}});
  ASSERT_TRUE(log.open(at(5)));
  ASSERT_EQ(log.open(at(5))->unanswered.size(), 1u);
  EXPECT_EQ(log.open(at(5))->unanswered[0].sent, at(1.5));
  log.arrived(at(2));
  EXPECT_FALSE(log.open(at(5)));
}

TEST(OutageLog, CountsAnAcknowledgementThatWasLostOnce) {
  const auto lost_acks = [](int count) {
    OutageLog log(at(0));
    for (int i = 1; i <= count; ++i)
      log.repeated({.size = IpSize{40}, .lost = at(i)}, Duration::milliseconds(10));
    log.arrived(at(count + 1));
    return log.outages().size();
  };
  EXPECT_EQ(lost_acks(2), 0u);
  EXPECT_EQ(lost_acks(3), 1u);
}

TEST(OutageLog, CountsLostAcknowledgementsOutsideOfOutagesToo) {
  OutageLog log(at(0));
  log.arrived(at(5));
  log.repeated({.size = IpSize{40}, .lost = at(1)}, Duration::milliseconds(10));
  log.repeated(repeat(2, 3), Duration::milliseconds(10));
  log.repeated({.size = IpSize{40}, .lost = at(6)}, Duration::milliseconds(10));
  EXPECT_TRUE(log.outages().empty());
  EXPECT_EQ(log.lost_acks(), 2u);
}

TEST(OutageLog, NeedsAnArrivalBefore) {
  OutageLog log(std::nullopt);
  for (const double t : {1.0, 2.0, 3.0, 4.0})
    log.repeated(repeat(t, t + 1), Duration::milliseconds(10));
  log.arrived(at(7));
  EXPECT_TRUE(log.outages().empty());
}

}  // namespace
}  // namespace mtuscope
