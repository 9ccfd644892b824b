#include "analysis/evidence/size_case.h"

#include <gtest/gtest.h>

#include "tests/support/tcp_script.h"

namespace mtuscope {
namespace {

using build::at;

// 1420-byte packets failed in five rounds; smaller ones arrived meanwhile, the largest of 1300.
class SizeCaseTest : public testing::Test {
 protected:
  SizeCaseTest() {
    failure_.size = IpSize{1420};
    failure_.rtt = Duration::milliseconds(50);
    for (const double time : {1.0, 1.3, 1.9, 3.1, 5.5}) {
      failure_.transmissions.push_back({at(time), FrameRef(), IpSize{1420}, false, true});
    }
    failure_.first = at(1.0);
    failure_.last = at(5.5);
    path_.low.family = path_.high.family = IpFamily::kIPv4;
    direction().deliveries.add({IpSize{1300}, at(2.0), FrameRef(), FrameRef()});
    direction().last_packet = at(9);
  }

  PathDirection& direction() { return path_.directions[0]; }
  void fared(uint32_t size, int arrived, int lost) {
    for (int i = 0; i < arrived + lost; ++i) direction().sizes.sent(IpSize{size});
    for (int i = 0; i < arrived; ++i) direction().sizes.delivered(IpSize{size});
    for (int i = 0; i < lost; ++i) direction().sizes.lost(IpSize{size});
  }
  double chance() const { return build_case(path_, 0, IpSize{1420}, {&failure_}).chance; }

  Path path_;
  FailedRange failure_;
};

TEST_F(SizeCaseTest, LossThatRisesWithSizeIsComparedWithThePacketsNextInSize) {
  // A queue that counts bytes: small packets find room.
  fared(250, 260, 20);
  fared(1300, 2, 11);
  EXPECT_GT(chance(), kSuspectedBelow);
}

TEST_F(SizeCaseTest, ALimitSparesThePacketsNextInSize) {
  fared(250, 260, 20);
  fared(1300, 13, 0);
  EXPECT_LT(chance(), kConfirmedBelow);
}

TEST_F(SizeCaseTest, FewPacketsNextInSizeThatFareLikeOthersSayNothing) {
  fared(250, 260, 20);
  fared(1300, 1, 1);
  EXPECT_LT(chance(), kConfirmedBelow);
}

TEST_F(SizeCaseTest, WhatIsNotKnownToPassIsNoMeasure) {
  // Larger than anything that arrived: lost for its size, but not often enough to be a failure.
  fared(250, 260, 20);
  fared(1400, 0, 13);
  EXPECT_LT(chance(), kConfirmedBelow);
}

}  // namespace
}  // namespace mtuscope
