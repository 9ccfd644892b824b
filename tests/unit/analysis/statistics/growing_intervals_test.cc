#include "analysis/statistics/growing_intervals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::Optional;
using testing::SizeIs;

std::vector<Timestamp> at_seconds(const std::vector<double>& seconds) {
  std::vector<Timestamp> times;
  for (const double s : seconds) times.push_back(Timestamp{} + Duration::from_seconds(s));
  return times;
}

TEST(GrowingIntervals, AreTheTimesOfTheIncident) {
  // The 1368-byte segment, with its early retransmission.
  EXPECT_THAT(only_growing_intervals(at_seconds({0, 0.005, 0.21, 0.64, 1.47, 3.14, 6.5})),
              Optional(SizeIs(6)));
}

TEST(GrowingIntervals, BeginWithABurstAndATailLossProbe) {
  EXPECT_THAT(only_growing_intervals(
                  at_seconds({0, 0, 0.001, 0.001, 0.002, 0.09, 0.3, 0.9, 2.1, 4.5, 9.3, 18.9})),
              Optional(SizeIs(testing::Ge(5u))));
}

TEST(GrowingIntervals, OfSeveralConnectionsAreToldApart) {
  EXPECT_TRUE(only_growing_intervals(
      at_seconds({0, 0.2, 0.6, 0.8, 1.0, 1.4, 1.4, 2.2, 3.0, 3.8, 6.2, 7.0, 12.6, 13.4})));
}

TEST(GrowingIntervals, EndAtTheLongestTimeout) {
  EXPECT_TRUE(
      only_growing_intervals(at_seconds({0, 1, 3, 7, 15, 31, 63, 127, 247, 367, 487, 607})));
}

TEST(GrowingIntervals, AreNotWhatAProgramSendsRegularly) {
  EXPECT_FALSE(only_growing_intervals(at_seconds({0, 1, 2, 3, 4, 5, 6, 7, 8})));
}

TEST(GrowingIntervals, AreTooFewToTellBelowFive) {
  EXPECT_FALSE(only_growing_intervals(at_seconds({0, 0.2, 0.6, 1.4})));
}

TEST(GrowingIntervals, AreRefutedByOnePacketThatBelongsToNone) {
  EXPECT_FALSE(only_growing_intervals(at_seconds({0, 0.2, 0.6, 1.4, 3.0, 5.0, 6.2})));
}

TEST(GrowingIntervals, AreRefutedByATransferThatWentWellBefore) {
  EXPECT_FALSE(only_growing_intervals(
      at_seconds({0, 0.1, 0.2, 0.3, 0.4, 1.5, 1.6, 2.0, 2.2, 2.6, 3.4, 5.0, 8.2})));
}

TEST(GrowingIntervals, OfNothingAreNone) {
  EXPECT_FALSE(only_growing_intervals({}));
  EXPECT_FALSE(only_growing_intervals(at_seconds({0, 0, 0, 0, 0, 0, 0})));
}

}  // namespace
}  // namespace mtuscope
