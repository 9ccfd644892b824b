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

std::string refusal(const char* host) {
  try {
    resolve(host, std::nullopt);
  } catch (const Error& error) {
    return error.kind() == ErrorKind::kUsage ? error.what() : "another error";
  }
  return {};
}

TEST(ResolveTest, WhatIsNoSingleHostIsRefused) {
  EXPECT_EQ(refusal("224.0.0.1"), "224.0.0.1 is a multicast address, not that of a host");
  EXPECT_EQ(refusal("239.255.255.255"),
            "239.255.255.255 is a multicast address, not that of a host");
  EXPECT_EQ(refusal("ff02::1"), "ff02::1 is a multicast address, not that of a host");
  EXPECT_EQ(refusal("255.255.255.255"),
            "255.255.255.255 is the broadcast address, not that of a host");
  EXPECT_EQ(refusal("0.0.0.0"), "0.0.0.0 is the unspecified address, not that of a host");
  EXPECT_EQ(refusal("::"), ":: is the unspecified address, not that of a host");
  for (const char* host : {"223.255.255.255", "240.0.0.1", "255.255.255.254", "0.0.0.1", "::1",
                           "fe80::1", "fdff::1"}) {
    EXPECT_EQ(refusal(host), "") << host;
  }
}

TEST(RouteTest, TheBroadcastAddressOfASubnetIsKnownFromItsRoute) {
  const auto route = find_route(IpAddress::parse("127.255.255.255").value());
  const auto host = find_route(IpAddress::parse("127.255.255.254").value());
  if (!route || !host) GTEST_SKIP() << "no loopback here";
  EXPECT_TRUE(route->broadcast);
  EXPECT_FALSE(host->broadcast);
}

}  // namespace
}  // namespace mtuscope
