#include "probes/route.h"

#include <gtest/gtest.h>

#include "capture/error.h"
#include "probes/resolve.h"

namespace mtuscope {
namespace {

TEST(RouteTest, TheLoopbackIsReachedThroughItself) {
  const auto route = find_route(IpAddress::parse("127.0.0.1").value());
  if (!route) GTEST_SKIP() << "no loopback here";
  EXPECT_EQ(route->interface, "lo");
  EXPECT_GE(route->interface_mtu, IpSize{1280});
  EXPECT_EQ(route->source, IpAddress::parse("127.0.0.1"));
  EXPECT_EQ(route->gateway, std::nullopt);
  EXPECT_TRUE(route->has_link_header);
}

TEST(RouteTest, AnInterfaceThatDoesNotExistIsAnError) {
  try {
    find_route(IpAddress::parse("127.0.0.1").value(), "nope0");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_STREQ(error.what(), "there is no interface nope0");
  }
}

TEST(ResolveTest, AddressesAreThemselves) {
  EXPECT_EQ(resolve("10.9.0.2", std::nullopt).front().address, IpAddress::parse("10.9.0.2"));
  EXPECT_EQ(resolve("fd09::2", std::nullopt).front().address, IpAddress::parse("fd09::2"));
  EXPECT_EQ(resolve("fd09::2", std::nullopt).size(), 1u);
}

TEST(ResolveTest, AnAddressOfTheOtherFamilyIsAnError) {
  EXPECT_THROW(resolve("10.9.0.2", IpFamily::kIPv6), Error);
  EXPECT_THROW(resolve("", std::nullopt), Error);
}

}  // namespace
}  // namespace mtuscope
