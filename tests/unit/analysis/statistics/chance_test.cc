#include "analysis/statistics/chance.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Chance, FallsWithEveryFurtherFailure) {
  double last = 1.1;
  for (uint64_t failures = 1; failures < 20; ++failures) {
    const double chance = chance_of_luck({10, 0}, failures, 1);
    EXPECT_LT(chance, last) << failures;
    EXPECT_GT(chance, 0.0);
    last = chance;
  }
}

TEST(Chance, HealthySmallPacketsMakeLuckLessLikelyLostOnesMore) {
  EXPECT_LT(chance_of_luck({100, 0}, 4, 1), chance_of_luck({10, 0}, 4, 1));
  EXPECT_GT(chance_of_luck({10, 5}, 4, 1), chance_of_luck({10, 0}, 4, 1));
}

TEST(Chance, WithoutKnowledgeOneLossIsAlmostNothingAndSevenAreProof) {
  EXPECT_GT(chance_of_luck({0, 0}, 1, 1), 0.05);
  EXPECT_GT(chance_of_luck({0, 0}, 3, 1), 0.001);
  EXPECT_LT(chance_of_luck({0, 0}, 7, 1), 0.001);
}

TEST(Chance, NoFailureIsCertainlyPossible) { EXPECT_DOUBLE_EQ(chance_of_luck({5, 0}, 0, 1), 1.0); }

TEST(Chance, GrowsWithTheNumberOfPacketsThatCouldHaveFailedAndNeverExceedsOne) {
  EXPECT_DOUBLE_EQ(chance_of_luck({50, 0}, 5, 10), 10 * chance_of_luck({50, 0}, 5, 1));
  EXPECT_DOUBLE_EQ(chance_of_luck({0, 0}, 1, 1'000'000), 1.0);
}

TEST(Chance, HeavyLossIsBelieved) {
  // Half of 40 small packets lost: five large losses in a row prove nothing.
  EXPECT_GT(chance_of_luck({20, 20}, 5, 1), 0.01);
}

TEST(Chance, HugeCountsStayNumbers) {
  const double chance = chance_of_luck({100'000'000, 1'000'000}, 16, 100'000'000);
  EXPECT_GE(chance, 0.0);
  EXPECT_LE(chance, 1.0);
}

TEST(Chance, OfHitsIsTheTailOfTheBinomialDistribution) {
  EXPECT_NEAR(chance_of_hits(10, 10, 0.5), 1.0 / 1024, 1e-9);
  EXPECT_NEAR(chance_of_hits(10, 8, 0.5), 56.0 / 1024, 1e-9);
}

TEST(Chance, OfHitsThatAreExpectedIsNotSmall) {
  EXPECT_DOUBLE_EQ(chance_of_hits(10, 5, 0.5), 1);
  EXPECT_DOUBLE_EQ(chance_of_hits(0, 0, 0.5), 1);
  EXPECT_DOUBLE_EQ(chance_of_hits(10, 10, 1), 1);
}

}  // namespace
}  // namespace mtuscope
