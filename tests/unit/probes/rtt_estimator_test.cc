#include "probes/rtt_estimator.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr Duration ms(int64_t value) { return Duration::milliseconds(value); }

// RFC 6298 2.1: one second before any sample.
TEST(RttEstimatorTest, WaitsASecondBeforeTheFirstSample) {
  const RttEstimator rtt;
  EXPECT_EQ(rtt.timeout(), ms(1000));
  EXPECT_EQ(rtt.reordering_limit(), ms(1000));
  EXPECT_EQ(rtt.smoothed(), std::nullopt);
}

// RFC 6298 2.2: SRTT = R, RTTVAR = R/2, RTO = SRTT + 4 RTTVAR.
TEST(RttEstimatorTest, TheFirstSampleGivesThreeTimesItself) {
  RttEstimator rtt;
  rtt.add(ms(50));
  EXPECT_EQ(rtt.smoothed(), ms(50));
  EXPECT_EQ(rtt.timeout(), ms(150));
}

TEST(RttEstimatorTest, ASteadyPathIsWaitedForLittleLonger) {
  RttEstimator rtt;
  for (int i = 0; i < 50; ++i) rtt.add(ms(50));
  EXPECT_LE(rtt.timeout(), ms(61));
  EXPECT_GE(rtt.timeout(), ms(60));
  EXPECT_LE(rtt.reordering_limit(), ms(63));
}

TEST(RttEstimatorTest, JitterMakesItPatient) {
  RttEstimator rtt;
  for (int i = 0; i < 50; ++i) rtt.add(ms(i % 2 == 0 ? 50 : 90));
  EXPECT_GT(rtt.timeout(), ms(100));
  EXPECT_GT(rtt.reordering_limit(), ms(90));
  EXPECT_EQ(rtt.shortest(), ms(50));
}

TEST(RttEstimatorTest, NothingIsWaitedForLongerThan3Seconds) {
  RttEstimator rtt;
  rtt.add(ms(60'000));
  EXPECT_EQ(rtt.timeout(), ms(3000));
  rtt.add(Duration{-5});
  EXPECT_EQ(rtt.shortest(), Duration{0});
}

}  // namespace
}  // namespace mtuscope
