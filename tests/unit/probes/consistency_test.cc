#include "probes/consistency.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtuscope {
namespace {

void add(std::vector<ProbeRecord>& probes, uint32_t size, int answered, int lost) {
  for (int i = 0; i < answered; ++i) {
    probes.push_back({.size = IpSize{size}, .fate = ProbeFate::kAnswered});
  }
  for (int i = 0; i < lost; ++i) {
    probes.push_back({.size = IpSize{size}, .fate = ProbeFate::kLost});
  }
}

TEST(ConsistencyTest, NoLossIsConsistent) {
  std::vector<ProbeRecord> probes;
  add(probes, 1400, 10, 0);
  EXPECT_EQ(check_consistency(probes, IpSize{1400}).chance, 1);
  EXPECT_EQ(check_consistency({}, IpSize{1400}).chance, 1);
}

TEST(ConsistencyTest, LossOfAllSizesIsConsistent) {
  std::vector<ProbeRecord> probes;
  add(probes, 68, 8, 2);
  add(probes, 1400, 8, 2);
  EXPECT_GT(check_consistency(probes, IpSize{1400}).chance, 0.5);
}

TEST(ConsistencyTest, LossOfLargeOnesThatMayPassIsNot) {
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 4; ++i) {
    add(probes, 1393, 0, 1);
    add(probes, 68, 2, 0);
    add(probes, 1400, 0, 1);
    add(probes, 68, 1, 0);
  }
  add(probes, 1400, 1, 0);
  const Consistency result = check_consistency(probes, IpSize{1400});
  EXPECT_LT(result.chance, 1e-3);
  EXPECT_EQ(result.from, IpSize{1393});
}

TEST(ConsistencyTest, WhatIsAboveTheLargestAnsweredSizeDoesNotCount) {
  std::vector<ProbeRecord> probes;
  add(probes, 68, 12, 0);
  add(probes, 1401, 0, 12);
  EXPECT_EQ(check_consistency(probes, IpSize{1400}).chance, 1);
}

TEST(ConsistencyTest, LargeOnesThatFailedOnlyAtFirstAreNot) {
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 3; ++i) {
    add(probes, 1420, 0, 1);
    add(probes, 68, 1, 0);
  }
  add(probes, 1420, 12, 0);
  add(probes, 68, 12, 0);
  const Consistency result = check_consistency(probes, IpSize{1420});
  EXPECT_LT(result.chance, 5e-3);
  EXPECT_EQ(result.failed_first, IpSize{1420});
}

TEST(ConsistencyTest, OneBurstIsAsGoodAsOneLossButSuspicious) {
  std::vector<ProbeRecord> burst;
  add(burst, 1420, 0, 5);
  add(burst, 68, 15, 0);
  add(burst, 1420, 10, 0);
  const Consistency result = check_consistency(burst, IpSize{1420});
  EXPECT_GT(result.chance, 0.5);
  EXPECT_LT(result.suspicion, 0.05);
  EXPECT_EQ(result.suspicious_from, IpSize{1420});
}

TEST(ConsistencyTest, ABurstThatTookASmallOneTooTellsNothingOfLargeOnes) {
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 4; ++i) {
    add(probes, 1400, 0, 2);
    add(probes, 68, 0, 1);
    add(probes, 68, 3, 0);
    add(probes, 1400, 1, 0);
  }
  EXPECT_EQ(check_consistency(probes, IpSize{1400}).chance, 1);
}

// Fisher's lady: 4 of 4 against 4 of 4 is 1 in 70.
TEST(ConsistencyTest, IsFishersExactTest) {
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 4; ++i) {
    add(probes, 100, 1, 0);
    add(probes, 200, 0, 1);
  }
  EXPECT_NEAR(check_consistency(probes, IpSize{200}).chance, 1.0 / 70, 1e-9);
}

}  // namespace
}  // namespace mtuscope
