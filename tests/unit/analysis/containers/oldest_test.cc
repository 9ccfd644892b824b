#include "analysis/containers/oldest.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Oldest, TakesAnEighthRoundedUpOfThoseIdleForLongest) {
  Oldest oldest(Timestamp{100});
  for (const int64_t time : {90, 10, 80, 20, 70, 60, 50, 40, 30}) oldest.add(Timestamp{time});
  oldest.choose();
  EXPECT_FALSE(oldest.take(Timestamp{30}));
  EXPECT_TRUE(oldest.take(Timestamp{10}));
  EXPECT_TRUE(oldest.take(Timestamp{20}));
}

TEST(Oldest, TakesNoMoreWhereAllHaveBeenIdleEquallyLong) {
  Oldest oldest(Timestamp{100});
  for (int i = 0; i < 16; ++i) oldest.add(Timestamp{50});
  oldest.choose();
  int taken = 0;
  for (int i = 0; i < 16; ++i) taken += oldest.take(Timestamp{50}) ? 1 : 0;
  EXPECT_EQ(taken, 2);
}

TEST(Oldest, TimesOfAClockThatWasSetBackGoFirst) {
  const Timestamp now{1'000'000'000'000};
  Oldest oldest(now);
  oldest.add(Timestamp{});
  oldest.add(now + Duration::milliseconds(3'600'000));
  oldest.add(now + Duration::milliseconds(10));  // a little out of order
  oldest.choose();
  EXPECT_FALSE(oldest.take(Timestamp{}));
  EXPECT_FALSE(oldest.take(now + Duration::milliseconds(10)));
  EXPECT_TRUE(oldest.take(now + Duration::milliseconds(3'600'000)));
}

TEST(Oldest, OfNothingNothingIsTaken) {
  Oldest oldest(Timestamp{100});
  oldest.choose();
  EXPECT_FALSE(oldest.take(Timestamp{10}));
}

}  // namespace
}  // namespace mtuscope
