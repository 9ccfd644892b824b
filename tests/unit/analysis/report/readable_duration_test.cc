#include "analysis/report/readable_duration.h"

#include <gtest/gtest.h>

#include <limits>

namespace mtuscope {
namespace {

TEST(ReadableDuration, UsesTheUnitThatFits) {
  EXPECT_EQ(readable_duration({0}), "0 s");
  EXPECT_EQ(readable_duration({1'500}), "1.5 us");
  EXPECT_EQ(readable_duration({50'700'000}), "50.7 ms");
  EXPECT_EQ(readable_duration(Duration::milliseconds(6500)), "6.5 s");
  EXPECT_EQ(readable_duration(Duration::milliseconds(125'000)), "2 min 5 s");
  EXPECT_EQ(readable_duration(Duration::milliseconds(3'780'000)), "1 h 3 min");
  EXPECT_EQ(readable_duration(Duration::milliseconds(86'400'000LL * 3)), "3 days 0 h");
}

TEST(ReadableDuration, NeverRoundsIntoAnOddUnit) {
  EXPECT_EQ(readable_duration({999'900'000}), "1 s");
  EXPECT_EQ(readable_duration(Duration::milliseconds(99'990)), "1 min 40 s");
  EXPECT_EQ(readable_duration({999'999}), "1 ms");
}

TEST(ReadableDuration, NegativeOnesKeepTheirSign) {
  EXPECT_EQ(readable_duration(Duration::milliseconds(-6500)), "-6.5 s");
  EXPECT_EQ(readable_duration({std::numeric_limits<int64_t>::min()}), "-106751 days 23 h");
}

}  // namespace
}  // namespace mtuscope
