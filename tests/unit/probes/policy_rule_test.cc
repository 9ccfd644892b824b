#include "probes/policy_rule.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

const IpAddress kTarget = IpAddress::parse("172.17.0.2").value();
const IpAddress kSource = IpAddress::parse("192.0.2.2").value();

// As tailscaled and wg-quick write them.
std::vector<PolicyRule> rules() {
  return {{.priority = 0, .table = kLocalTable},
          {.priority = 5210, .mark = 0x80000, .mark_mask = 0xff0000, .table = kMainTable},
          {.priority = 5270, .table = 52},
          {.priority = 32764, .table = kMainTable, .suppress_prefix_length = 0},
          {.priority = 32765,
           .mark = 0xca6c,
           .mark_mask = UINT32_MAX,
           .inverted = true,
           .table = 51820},
          {.priority = 32766, .table = kMainTable}};
}

TEST(PolicyRule, TheFirstThatAppliesLedToItsTable) {
  const auto all = rules();
  EXPECT_EQ(rule_for(all, 52, kTarget, kSource, 0)->priority, 5270u);
  EXPECT_EQ(rule_for(all, kMainTable, kTarget, kSource, 0x80000)->priority, 5210u);
  EXPECT_EQ(rule_for(all, kMainTable, kTarget, kSource, 0)->priority, 32764u);
  EXPECT_EQ(rule_for(all, 99, kTarget, kSource, 0), nullptr);
}

TEST(PolicyRule, AnInvertedOneIsForPacketsThatDoNotMatch) {
  const auto all = rules();
  EXPECT_EQ(rule_for(all, 51820, kTarget, kSource, 0)->priority, 32765u);
  EXPECT_EQ(rule_for(all, 51820, kTarget, kSource, 0xca6c), nullptr);
}

TEST(PolicyRule, AddressesAndInterfacesCount) {
  const PolicyRule to{.to = IpPrefix::parse("172.17.0.0/16").value(), .table = 7};
  EXPECT_TRUE(applies(to, kTarget, kSource, 0));
  EXPECT_FALSE(applies(to, kSource, kSource, 0));
  EXPECT_FALSE(applies({.in = "eth0", .table = 7}, kTarget, kSource, 0));
  EXPECT_TRUE(applies({.in = "lo", .table = 7}, kTarget, kSource, 0));
}

TEST(PolicyRule, IsWrittenAsIpRuleDoes) {
  EXPECT_EQ(to_string(rules()[2]), "5270: from all lookup 52");
  EXPECT_EQ(to_string(rules()[3]), "32764: from all lookup main suppress_prefixlength 0");
  EXPECT_EQ(to_string(rules()[4]), "32765: not from all fwmark 0xca6c lookup 51820");
  EXPECT_EQ(to_string(rules()[1]), "5210: from all fwmark 0x80000/0xff0000 lookup main");
}

TEST(PolicyRule, ThisHostHasTheUsualThree) {
  const auto found = policy_rules(IpFamily::kIPv4);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found.front().table, kLocalTable);
}

}  // namespace
}  // namespace mtuscope
