#include "analysis/evidence/unreachable.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Unreachable, FragmentationNeededIsNone) {
  IcmpHeader ptb{.type = 3, .code = 4, .is_error = true, .is_ptb = true};
  EXPECT_FALSE(is_unreachable(ptb, IpFamily::kIPv4));
  EXPECT_TRUE(is_unreachable({.type = 3, .code = 3}, IpFamily::kIPv4));
  EXPECT_TRUE(is_unreachable({.type = 1, .code = 4}, IpFamily::kIPv6));
  EXPECT_FALSE(is_unreachable({.type = 3, .code = 1}, IpFamily::kIPv6)) << "time exceeded";
  EXPECT_FALSE(is_unreachable({.type = 11, .code = 0}, IpFamily::kIPv4));
}

TEST(Unreachable, ARefusalIsToldFromAWayThatIsNotFound) {
  for (const uint8_t code : std::initializer_list<uint8_t>{2, 3, 9, 10, 13})
    EXPECT_TRUE(refuses(3, code, IpFamily::kIPv4));
  for (const uint8_t code : std::initializer_list<uint8_t>{0, 1, 5, 6, 7})
    EXPECT_FALSE(refuses(3, code, IpFamily::kIPv4));
  for (const uint8_t code : std::initializer_list<uint8_t>{1, 4, 5, 6})
    EXPECT_TRUE(refuses(1, code, IpFamily::kIPv6));
  for (const uint8_t code : std::initializer_list<uint8_t>{0, 2, 3})
    EXPECT_FALSE(refuses(1, code, IpFamily::kIPv6));
}

TEST(Unreachable, TheSameMessageIsCountedAndNamed) {
  Packet p;
  p.src = *IpAddress::parse("192.0.2.1");
  p.icmp = {.type = 3, .code = 3};
  std::vector<UnreachableCount> counts;
  count_unreachable(p, counts);
  EXPECT_EQ(describe(counts[0]), "192.0.2.1 says port unreachable (ICMP type 3 code 3)");
  count_unreachable(p, counts);
  EXPECT_EQ(describe(counts[0]), "192.0.2.1 says port unreachable (ICMP type 3 code 3), 2 times");
  for (int code = 0; code < 256; ++code) {
    p.icmp.code = static_cast<uint8_t>(code);
    count_unreachable(p, counts);
  }
  EXPECT_LE(counts.size(), 8u) << "bounded, whatever arrives";
}

}  // namespace
}  // namespace mtuscope
