#include "analysis/evidence/evidence_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::HasSubstr;

TEST(EvidenceText, AHoleThatTheCaptureSawForAMomentLastedLongerThanNothing) {
  FailedRange hole;
  hole.hole = true;
  hole.size = IpSize{1420};
  hole.hole_bytes = 1368;
  hole.last = hole.first + Duration{40'000};
  hole.asks = 1;
  hole.implied_transmissions = 1;
  EXPECT_THAT(describe_failure(hole), HasSubstr("1 acknowledgement asked for them, for 40 us"));
  hole.last = hole.first + Duration::milliseconds(7300);
  EXPECT_THAT(describe_failure(hole), HasSubstr("asked for them, for 7.3 s"));
  hole.asks = 0;
  EXPECT_THAT(describe_failure(hole), HasSubstr("7.3 s later the receiver still waited"));
}

}  // namespace
}  // namespace mtuscope
