#include "probes/prefix.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpPrefix, ContainsTheAddressesThatShareItsLeadingBits) {
  const IpPrefix block = IpPrefix::parse("10.9.0.1/22").value();
  EXPECT_TRUE(block.contains(address("10.9.3.255")));
  EXPECT_FALSE(block.contains(address("10.9.4.0")));
  EXPECT_FALSE(block.contains(address("fd09::1")));
  EXPECT_TRUE(IpPrefix::parse("::/0")->contains(address("fd09::1")));
  EXPECT_FALSE(IpPrefix::parse("::/0")->contains(address("10.9.0.1")));
  EXPECT_TRUE(IpPrefix::parse("fd09::/64")->contains(address("fd09::ffff:1")));
}

TEST(IpPrefix, WithoutALengthItIsOneAddress) {
  EXPECT_EQ(IpPrefix::parse("10.9.0.1")->length, 32);
  EXPECT_EQ(IpPrefix::parse("fd09::1")->length, 128);
  EXPECT_FALSE(IpPrefix::parse("10.9.0.1")->contains(address("10.9.0.2")));
}

TEST(IpPrefix, IsWrittenAsItsBlock) {
  EXPECT_EQ(to_string(*IpPrefix::parse("10.9.0.77/24")), "10.9.0.0/24");
  EXPECT_EQ(to_string(*IpPrefix::parse("0.0.0.0/0")), "default");
}

TEST(IpPrefix, RefusesWhatIsNone) {
  for (const char* text : {"", "/", "10.9.0.1/", "10.9.0.1/33", "10.9.0/24", "10.9.0.1/2x", "x/8",
                           "10.9.0.1/-1", "10.9.0.1/256", "fd09::/129"}) {
    EXPECT_EQ(IpPrefix::parse(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace mtuscope
