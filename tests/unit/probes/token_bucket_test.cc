#include "probes/token_bucket.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr Timestamp at(int64_t ms) { return {ms * 1'000'000}; }

TEST(TokenBucketTest, GivesABurstAndThenItsRate) {
  TokenBucket bucket(1000, at(0));
  EXPECT_TRUE(bucket.has(1000, at(0)));
  EXPECT_FALSE(bucket.has(1001, at(0)));
  bucket.spend(1000);
  EXPECT_FALSE(bucket.has(1, at(0)));
  EXPECT_TRUE(bucket.has(99, at(100)));
  EXPECT_FALSE(bucket.has(101, at(100)));
}

TEST(TokenBucketTest, DoesNotSaveMoreThanOneSecond) {
  TokenBucket bucket(1000, at(0));
  EXPECT_FALSE(bucket.has(1001, at(1'000'000)));
}

TEST(TokenBucketTest, AClockThatGoesBackGivesNothing) {
  TokenBucket bucket(1000, at(1000));
  bucket.spend(1000);
  EXPECT_FALSE(bucket.has(1, at(0)));
}

}  // namespace
}  // namespace mtuscope
