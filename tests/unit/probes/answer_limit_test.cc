#include "probes/answer_limit.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr Timestamp at(double seconds) { return Timestamp{} + Duration::from_seconds(seconds); }

TEST(AnswerBudgetTest, ABurstAndThenARate) {
  AnswerBudget budget({.burst = 6, .per_second = 1}, false, at(0));
  EXPECT_TRUE(budget.limited());
  for (int i = 0; i < 6; ++i) budget.spend(at(0));
  EXPECT_DOUBLE_EQ(budget.left(at(0)), 0);
  EXPECT_DOUBLE_EQ(budget.left(at(2.5)), 2.5);
  EXPECT_DOUBLE_EQ(budget.left(at(100)), 6) << "never more than the burst";
  EXPECT_EQ(budget.wait_for(2, at(0.5)), Duration::milliseconds(1500));
}

TEST(AnswerBudgetTest, AnEarlierSearchMayHaveSpentTheBurst) {
  const AnswerBudget budget({.burst = 6, .per_second = 1}, true, at(10));
  EXPECT_DOUBLE_EQ(budget.left(at(10)), 0);
  EXPECT_DOUBLE_EQ(budget.left(at(11)), 1);
}

TEST(AnswerBudgetTest, MoreAnswersThanWereExpectedLeaveNothing) {
  AnswerBudget budget({.burst = 1, .per_second = 1}, false, at(0));
  budget.spend(at(0));
  budget.spend(at(0));
  EXPECT_DOUBLE_EQ(budget.left(at(0)), 0);
}

TEST(AnswerBudgetTest, WithoutAKnownLimitThereIsNone) {
  EXPECT_FALSE(AnswerBudget({}, false, at(0)).limited());
}

}  // namespace
}  // namespace mtuscope
