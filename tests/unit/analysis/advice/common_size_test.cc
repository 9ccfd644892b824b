#include "analysis/advice/common_size.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace mtuscope {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

bool contains(const std::vector<CommonSize>& sizes, uint32_t bytes) {
  return std::ranges::find(sizes, IpSize{bytes}, &CommonSize::size) != sizes.end();
}

TEST(CommonSize, PathsHaveTheSizesOfLinksAndOfTunnelsOnThem) {
  // What Docker, PPPoE, IPIP, Google Cloud, VXLAN, WireGuard, vSwitches leave.
  for (const uint32_t bytes : {1500u, 1492u, 1480u, 1476u, 1460u, 1450u, 1440u, 1420u, 1412u, 1400u,
                               1380u, 1320u, 1280u}) {
    EXPECT_TRUE(contains(common_path_mtus(), bytes)) << bytes;
  }
  EXPECT_FALSE(contains(common_path_mtus(), 1499));
  EXPECT_FALSE(contains(common_path_mtus(), 9000));
}

TEST(CommonSize, UnderlaysAreLinksAndDsLite) {
  for (const uint32_t bytes : {1500u, 1492u, 1460u, 1452u, 1400u, 1280u}) {
    EXPECT_TRUE(contains(common_underlays(), bytes)) << bytes;
  }
  EXPECT_FALSE(contains(common_underlays(), 1440));
}

TEST(CommonSize, DescendEachOnce) {
  for (const auto* sizes : {&common_path_mtus(), &common_underlays()}) {
    EXPECT_TRUE(std::ranges::is_sorted(*sizes, std::greater<>(), &CommonSize::size));
    EXPECT_EQ(std::ranges::adjacent_find(*sizes, {}, &CommonSize::size), sizes->end());
  }
}

TEST(CommonSize, SizesAreNamed) {
  const Encapsulation* const wireguard = find_encapsulation("wireguard");
  EXPECT_THAT(explain_size(IpSize{1412}),
              AllOf(HasSubstr("WireGuard over IPv6"), HasSubstr("PPPoE")));
  EXPECT_EQ(explain_size(IpSize{1492}), "PPPoE");
  EXPECT_EQ(explain_size(IpSize{1500}), "Ethernet");
  EXPECT_THAT(explain_size(IpSize{1438}), HasSubstr("ESP"));
  EXPECT_THAT(explain_size(IpSize{1392}, wireguard), HasSubstr("WireGuard over IPv4 on 1460"));
  EXPECT_THAT(explain_size(IpSize{1333}), IsEmpty());
  EXPECT_THAT(explain_size(IpSize{1393}, wireguard), IsEmpty());
}

}  // namespace
}  // namespace mtuscope
