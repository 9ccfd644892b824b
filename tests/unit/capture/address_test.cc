#include "capture/address.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Address, PrintsAsRfc5952Recommends) {
  struct Case {
    const char* description;
    const char* text;
    const char* expected;
  };
  const Case cases[] = {
      {"IPv4", "10.9.0.2", "10.9.0.2"},
      {"leading zeros go (4.1)", "2001:0db8::0001", "2001:db8::1"},
      {"the longest run of zeros is shortened (4.2.3)", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
      {"one zero group is not shortened (4.2.2)", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"lower case (4.3)", "2001:DB8::ABCD", "2001:db8::abcd"},
      {"all zeros", "0:0:0:0:0:0:0:0", "::"},
      {"IPv4-mapped (5)", "::ffff:c000:280", "::ffff:192.0.2.128"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    const auto address = IpAddress::parse(c.text);
    ASSERT_TRUE(address);
    EXPECT_EQ(to_string(*address), c.expected);
  }
}

TEST(Address, RefusesWhatIsNoAddress) {
  const std::string_view cases[] = {"",
                                    "10.9.0",
                                    "10.9.0.256",
                                    "10.9.0.2/24",
                                    "fe80::1%eth0",
                                    ":::",
                                    "host",
                                    "1:2:3:4:5:6:7:8:9",
                                    "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
                                    std::string_view("10.9.0.2\0x", 10)};
  for (const std::string_view text : cases) EXPECT_FALSE(IpAddress::parse(text)) << text;
}

TEST(Address, ReusingOneForIPv4LeavesNothingOfIPv6Behind) {
  IpAddress address = *IpAddress::parse("2001:db8:1:2:3:4:5:6");
  const uint8_t wire[4] = {10, 9, 0, 2};
  address.set_v4(wire);
  EXPECT_EQ(address, *IpAddress::parse("10.9.0.2"));
}

TEST(Address, OfDifferentFamiliesAreNeverEqual) {
  EXPECT_NE(*IpAddress::parse("0.0.0.0"), *IpAddress::parse("::"));
}

TEST(Endpoint, PutsIPv6InBrackets) {
  EXPECT_EQ(to_string(Endpoint{*IpAddress::parse("10.9.0.2"), 4096}), "10.9.0.2:4096");
  EXPECT_EQ(to_string(Endpoint{*IpAddress::parse("fd09::2"), 65535}), "[fd09::2]:65535");
}

}  // namespace
}  // namespace mtuscope
