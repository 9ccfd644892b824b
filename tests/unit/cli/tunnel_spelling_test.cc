#include "cli/tunnel_spelling.h"

#include <gmock/gmock.h>

#include "capture/error.h"

namespace mtuscope {
namespace {

using testing::HasSubstr;

std::string title(const char* spelling, std::optional<IpFamily> underlay = {}) {
  return title_of(parse_tunnel(spelling, underlay));
}

// What is wrong and what was probably meant, in one line.
std::string complaint(const char* spelling) {
  try {
    parse_tunnel(spelling, {});
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no complaint";
}

TEST(TunnelSpelling, NamesAFamilyAndOptions) {
  EXPECT_EQ(title("wireguard"), "WireGuard over IPv4");
  EXPECT_EQ(title("wg:ipv6"), "WireGuard over IPv6");
  EXPECT_EQ(title("wireguard", IpFamily::kIPv6), "WireGuard over IPv6");
  EXPECT_EQ(title("wireguard:ipv4", IpFamily::kIPv6), "WireGuard over IPv4");
  EXPECT_EQ(title("gre:v6:key:seq"), "GRE (key, seq) over IPv6");
  EXPECT_EQ(title("pppoe"), "PPPoE");
}

TEST(TunnelSpelling, OptionsCostTheirBytes) {
  const auto inside = [](const char* spelling) {
    return tunnel_mtu(parse_tunnel(spelling, {}), IpSize{1500}).bytes;
  };
  EXPECT_EQ(inside("gre"), 1476u);
  EXPECT_EQ(inside("gre:key"), 1472u);
  EXPECT_EQ(inside("gre:key:seq:csum"), 1464u);
  EXPECT_EQ(inside("esp-gcm:nat-t"), 1438u);
  EXPECT_EQ(inside("geneve:+12"), 1438u);
  EXPECT_EQ(inside("geneve:ovn"), 1442u);
}

TEST(TunnelSpelling, AWrongWordIsAnsweredWithTheNearestRightOne) {
  EXPECT_THAT(complaint("wiregaurd"), HasSubstr("Did you mean --tunnel wireguard?"));
  EXPECT_THAT(complaint("gre:kye"), HasSubstr("Did you mean key?"));
  EXPECT_THAT(complaint("gre:xyzzy"), HasSubstr("key, seq, csum"));
  EXPECT_THAT(complaint("6in4:ipv6"), HasSubstr("always runs over IPv4"));
  EXPECT_THAT(complaint("geneve:+9999"), HasSubstr("+N"));
  EXPECT_THAT(complaint(""), HasSubstr("--list"));
  EXPECT_THAT(complaint("::"), HasSubstr("--list"));
}

TEST(TunnelSpelling, ALinkIsANameOrASize) {
  EXPECT_EQ(inner_mtu(parse_link("pppoe")), IpSize{1492});
  EXPECT_EQ(inner_mtu(parse_link("gcp")), IpSize{1460});
  EXPECT_EQ(inner_mtu(parse_link("9000")), IpSize{9000});
  for (const char* wrong : {"67", "65536", "99999999999", "-1", "1500x", "nowhere", ""}) {
    EXPECT_THROW(parse_link(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace mtuscope
