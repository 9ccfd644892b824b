#include "probes/likely_sizes.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace mtuscope {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Not;

TEST(LikelySizesTest, AscendWithoutRepetitionAndEndWithTheLargest) {
  const std::vector<IpSize> sizes = likely_sizes(IpSize{1420}, LinkNature::kPlain);
  EXPECT_TRUE(std::ranges::is_sorted(sizes));
  EXPECT_EQ(std::ranges::adjacent_find(sizes), sizes.end());
  EXPECT_EQ(sizes.back(), IpSize{1420});
  EXPECT_THAT(sizes, AllOf(Contains(IpSize{1280}), Contains(IpSize{1400}), Each(Le(IpSize{1420}))));
}

// FACTS, WireGuard 1: outer limit 1460, so 1392 inside.
TEST(LikelySizesTest, InsideWireGuardPaddingLeavesOtherSizes) {
  EXPECT_THAT(likely_sizes(IpSize{1420}, LinkNature::kWireGuard), Contains(IpSize{1392}));
  EXPECT_THAT(likely_sizes(IpSize{1420}, LinkNature::kPlain), Not(Contains(IpSize{1392})));
}

TEST(LikelySizesTest, SizesAreNamed) {
  EXPECT_THAT(explain_size(IpSize{1412}, LinkNature::kPlain),
              AllOf(HasSubstr("WireGuard over IPv6"), HasSubstr("PPPoE")));
  EXPECT_THAT(explain_size(IpSize{1492}, LinkNature::kPlain), HasSubstr("PPPoE"));
  EXPECT_THAT(explain_size(IpSize{1392}, LinkNature::kWireGuard), HasSubstr("1460"));
  EXPECT_THAT(explain_size(IpSize{1333}, LinkNature::kPlain), IsEmpty());
}

}  // namespace
}  // namespace mtuscope
