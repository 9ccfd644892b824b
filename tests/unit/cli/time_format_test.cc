#include "cli/time_format.h"

#include <gtest/gtest.h>

#include <limits>

namespace mtuscope {
namespace {

TEST(TimeFormat, Rfc3339HasNanosecondsAndIsUtc) {
  EXPECT_EQ(rfc3339(Timestamp{1714563245'123456789}), "2024-05-01T11:34:05.123456789Z");
  EXPECT_EQ(rfc3339(Timestamp{1714563245'000000001}), "2024-05-01T11:34:05.000000001Z");
}

TEST(TimeFormat, TheEpochAndTheNanosecondBeforeIt) {
  EXPECT_EQ(rfc3339(Timestamp{0}), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(Timestamp{-1}), "1969-12-31T23:59:59.999999999Z");
}

TEST(TimeFormat, TimesBeyondThirtyTwoBitsAreRight) {
  EXPECT_EQ(rfc3339(Timestamp{(int64_t{1} << 31) * 1'000'000'000}),
            "2038-01-19T03:14:08.000000000Z");
  EXPECT_EQ(rfc3339(Timestamp{(int64_t{1} << 32) * 1'000'000'000}),
            "2106-02-07T06:28:16.000000000Z");
}

TEST(TimeFormat, TheWholeRangeOfATimestampIsFormatted) {
  EXPECT_EQ(rfc3339(Timestamp{std::numeric_limits<int64_t>::min()}),
            "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(rfc3339(Timestamp{std::numeric_limits<int64_t>::max()}),
            "2262-04-11T23:47:16.854775807Z");
}

TEST(TimeFormat, LeapDaysExist) {
  EXPECT_EQ(rfc3339(Timestamp{951782400'000000000}), "2000-02-29T00:00:00.000000000Z");
}

TEST(TimeFormat, PeopleGetMilliseconds) {
  EXPECT_EQ(readable_time(Timestamp{1714563245'123999999}), "2024-05-01 11:34:05.123 UTC");
}

}  // namespace
}  // namespace mtuscope
