#include "analysis/advice/host_fixes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::HasSubstr;

TEST(HostFixes, ALinkIsSwitchedOnAndOffAgain) {
  EXPECT_EQ(fix_link_down("wg0").change, "ip link set dev wg0 up");
  EXPECT_EQ(fix_link_down("wg0").rollback, "ip link set dev wg0 down");
  EXPECT_EQ(fix_tunnel_missing("wg0").change, "wg-quick up wg0");
  EXPECT_EQ(fix_tunnel_missing("wg0").rollback, "wg-quick down wg0");
}

TEST(HostFixes, ARuleIsAskedBeforeTheOneThatDiverts) {
  const Fix v4 = fix_diverted("172.17.0.0/16", IpFamily::kIPv4, 5270);
  EXPECT_EQ(v4.change, "ip rule add to 172.17.0.0/16 lookup main priority 5269");
  EXPECT_EQ(v4.rollback, "ip rule del to 172.17.0.0/16 lookup main priority 5269");
  const Fix v6 = fix_diverted("fd00::/64", IpFamily::kIPv6, 5270);
  EXPECT_EQ(v6.change, "ip -6 rule add to fd00::/64 lookup main priority 5269");
}

TEST(HostFixes, AnExitNodeLeavesTheLocalNetworksAlone) {
  EXPECT_EQ(fix_exit_node().change, "tailscale set --exit-node-allow-lan-access=true");
  EXPECT_EQ(fix_exit_node().rollback, "tailscale set --exit-node-allow-lan-access=false");
}

TEST(HostFixes, AnAddressIsAllowedAlone) {
  EXPECT_EQ(fix_allowed_ips("wg0", IpAddress::parse("10.9.0.2").value()).change,
            "AllowedIPs = 10.9.0.2/32");
  EXPECT_EQ(fix_allowed_ips("wg0", IpAddress::parse("fd09::2").value()).change,
            "AllowedIPs = fd09::2/128");
}

TEST(HostFixes, EachFamilyHasACacheOfItsOwn) {
  EXPECT_EQ(fix_path_cache(IpFamily::kIPv4).change, "ip route flush cache");
  EXPECT_EQ(fix_path_cache(IpFamily::kIPv6).change, "ip -6 route flush cache");
}

TEST(HostFixes, EachFamilyHasRulesOfItsOwn) {
  EXPECT_THAT(look_at_rules("10.9.0.1", IpFamily::kIPv4).change, HasSubstr("\niptables-save -c"));
  EXPECT_THAT(look_at_rules("fd09::1", IpFamily::kIPv6).change, HasSubstr("\nip6tables-save -c"));
  EXPECT_THAT(look_at_ports("10.9.0.1").where, HasSubstr("on 10.9.0.1"));
}

}  // namespace
}  // namespace mtuscope
