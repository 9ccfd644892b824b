#include "probes/link_watch.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(LinkWatch, TellsWhereTheRoutesLeadThatItWatches) {
  const IpAddress self = IpAddress::parse("127.0.0.1").value();
  LinkWatch watch({});
  if (!watch.works()) GTEST_SKIP() << "no netlink here";
  EXPECT_TRUE(watch.next_hops().empty());
  watch.watch_route(self);
  const std::vector<NextHop> hops = watch.next_hops();
  ASSERT_EQ(hops.size(), 1u);
  EXPECT_EQ(hops[0].src, self);
  EXPECT_EQ(hops[0].dst, self);
  EXPECT_EQ(hops[0].interface, "lo");
  EXPECT_EQ(hops[0].via, "");
}

}  // namespace
}  // namespace mtuscope
