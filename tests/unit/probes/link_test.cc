#include "probes/link.h"

#include <gtest/gtest.h>

#include "probes/path_facts.h"

namespace mtuscope {
namespace {

TEST(Links, TheLoopbackIsOneOfThem) {
  const std::vector<Link> all = links();
  const Link* lo = find_link(all, "lo");
  if (lo == nullptr || !lo->up) GTEST_SKIP() << "no loopback here";
  EXPECT_TRUE(lo->carrier);
  EXPECT_TRUE(lo->has_link_header);
  EXPECT_GE(lo->mtu, IpSize{1280});
  ASSERT_FALSE(lo->addresses.empty());
  EXPECT_EQ(to_string(lo->addresses.front()), "127.0.0.0/8");
  EXPECT_EQ(find_link(all, "nope0"), nullptr);
}

TEST(Links, OffloadsOfWhatIsNoInterfaceAreUnknown) {
  EXPECT_FALSE(offloads("nope0"));
  EXPECT_FALSE(offloads(""));
  EXPECT_FALSE(offloads("a-name-that-no-interface-has"));
}

TEST(PathFacts, TheLoopbackIsReachedWithoutARuleOfItsOwn) {
  const PathFacts path = look_at_path({.address = *IpAddress::parse("127.0.0.1")});
  if (!path.answer.route) GTEST_SKIP() << "no loopback here";
  // Without rules of its own, the kernel keeps both in one.
  EXPECT_TRUE(path.answer.route->table == kLocalTable || path.answer.route->table == kMainTable);
  EXPECT_FALSE(path.rule);
  EXPECT_FALSE(is_diverted(path));
}

TEST(PathFacts, ARuleDivertsFromANetworkThatTheMainTableKnows) {
  PathFacts path{.target = *IpAddress::parse("172.17.0.2")};
  path.answer.route = Route{.interface = "wg0", .table = 52};
  path.entry =
      FibEntry{.destination = *IpPrefix::parse("0.0.0.0/0"), .table = 52, .interface = "wg0"};
  path.rule = PolicyRule{.priority = 5270, .table = 52};
  EXPECT_FALSE(is_diverted(path)) << "the main table has no route";
  path.main_entry = FibEntry{.destination = *IpPrefix::parse("0.0.0.0/0"), .interface = "eth0"};
  EXPECT_FALSE(is_diverted(path)) << "the default route is what exit nodes replace";
  path.main_entry =
      FibEntry{.destination = *IpPrefix::parse("172.17.0.0/16"), .interface = "docker0"};
  EXPECT_TRUE(is_diverted(path));
  path.entry->destination = *IpPrefix::parse("172.17.0.2/32");
  EXPECT_FALSE(is_diverted(path)) << "somebody meant this very host";
}

}  // namespace
}  // namespace mtuscope
