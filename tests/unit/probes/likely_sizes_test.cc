#include "probes/likely_sizes.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace mtuscope {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Le;
using testing::Not;

TEST(LikelySizesTest, AscendWithoutRepetitionAndEndWithTheLargest) {
  const std::vector<IpSize> sizes = likely_sizes(IpSize{1420}, nullptr);
  EXPECT_TRUE(std::ranges::is_sorted(sizes));
  EXPECT_EQ(std::ranges::adjacent_find(sizes), sizes.end());
  EXPECT_EQ(sizes.back(), IpSize{1420});
  EXPECT_THAT(sizes, AllOf(Contains(IpSize{1280}), Contains(IpSize{1400}), Each(Le(IpSize{1420}))));
}

// WireGuard: outer limit 1460, so 1392 inside.
TEST(LikelySizesTest, InsideWireGuardPaddingLeavesOtherSizes) {
  EXPECT_THAT(likely_sizes(IpSize{1420}, find_encapsulation("wireguard")), Contains(IpSize{1392}));
  EXPECT_THAT(likely_sizes(IpSize{1420}, nullptr), Not(Contains(IpSize{1392})));
}

}  // namespace
}  // namespace mtuscope
