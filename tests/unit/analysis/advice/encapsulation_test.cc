#include "analysis/advice/encapsulation.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Layer layer(const char* name, IpFamily family = IpFamily::kIPv4, uint32_t more = 0) {
  const Encapsulation* what = find_encapsulation(name);
  EXPECT_NE(what, nullptr) << name;
  Layer result = layer_of(*what, family);
  result.more = more;
  return result;
}

uint32_t inner(const Layer& l, uint32_t underlay) { return tunnel_mtu(l, IpSize{underlay}).bytes; }

// What each encapsulation adds, and the largest inner packet on a link of 1500 bytes, from the
// sources that the table names, not from its own arithmetic.
TEST(Encapsulation, CostsWhatItsStandardSays) {
  struct Case {
    const char* name;
    const char *over_ipv4, *over_ipv6;
    uint32_t inner_ipv4, inner_ipv6;
    uint32_t more = 0;
  };
  const Case cases[] = {
      {"wireguard", "60", "80", 1440, 1420},
      {"tailscale", "60", "80", 1440, 1420},
      {"tailscale", "68", "88", 1432, 1412, 8},  // through a peer relay
      {"openvpn", "52", "72", 1448, 1428},
      {"openvpn", "56", "76", 1444, 1424, 4},  // 2.7, epoch format
      {"esp-gcm", "54-57", "74-77", 1446, 1426},
      {"esp-gcm", "62-65", "82-85", 1438, 1418, 8},  // NAT-T
      {"esp-cbc", "62-77", "82-97", 1438, 1406},
      {"esp-cbc", "70-85", "90-105", 1422, 1406, 8},  // NAT-T
      {"vxlan", "50", "70", 1450, 1430},
      {"geneve", "50", "70", 1450, 1430},
      {"gre", "24", "44", 1476, 1456},
      {"gre", "36", "56", 1464, 1444, 12},  // key, sequence, checksum
      {"gretap", "38", "58", 1462, 1442},
      {"ipip", "20", "40", 1480, 1460},
      {"6in4", "20", "20", 1480, 1480},     // always over IPv4
      {"ds-lite", "40", "40", 1460, 1460},  // always over IPv6
      {"map-e", "40", "40", 1460, 1460},
      {"map-t", "20", "20", 1480, 1480},
      {"464xlat", "20", "20", 1480, 1480},
      {"pppoe", "8", "8", 1492, 1492},
      {"l2tp", "38-40", "58-60", 1460, 1440},
      {"mpls", "4", "4", 1496, 1496},
      {"vlan", "4", "4", 1496, 1496},
      {"gtp-u", "36", "56", 1464, 1444},
      {"gtp-u", "44", "64", 1456, 1436, 8},  // 5G
      {"nebula", "60", "80", 1440, 1420},
  };
  for (const Case& c : cases) {
    const Layer v4 = layer(c.name, IpFamily::kIPv4, c.more);
    const Layer v6 = layer(c.name, IpFamily::kIPv6, c.more);
    EXPECT_EQ(overhead_words(v4), c.over_ipv4) << c.name;
    EXPECT_EQ(overhead_words(v6), c.over_ipv6) << c.name;
    EXPECT_EQ(inner(v4, 1500), c.inner_ipv4) << c.name;
    EXPECT_EQ(inner(v6, 1500), c.inner_ipv6) << c.name;
  }
}

TEST(Encapsulation, EveryOneHasItsNameCarriesSomethingAndCitesASource) {
  for (const Encapsulation& e : encapsulations()) {
    EXPECT_EQ(find_encapsulation(e.name), &e) << e.name;
    EXPECT_FALSE(e.title.empty() || e.carries.empty() || e.source.empty()) << e.name;
  }
  EXPECT_EQ(find_encapsulation("wg"), find_encapsulation("wireguard"));
  EXPECT_EQ(find_encapsulation("ipsec"), find_encapsulation("esp-gcm"));
  EXPECT_EQ(find_encapsulation(""), nullptr);
  EXPECT_EQ(find_encapsulation("no such thing"), nullptr);
}

// Measured: underlay limit 1460, interface MTU 1420: 1392 passes, 1393 does not; with the
// interface at 1400 a packet of 1400 bytes passes.
TEST(Encapsulation, WireGuardPadsButNeverBeyondItsInterface) {
  const Layer wireguard = layer("wireguard");
  const auto outer = [&](uint32_t bytes, uint32_t mtu) {
    return outer_size(wireguard, IpSize{bytes}, IpSize{mtu}).bytes;
  };
  EXPECT_EQ(outer(1392, 1420), 1452u);
  EXPECT_EQ(outer(1393, 1420), 1468u);
  EXPECT_EQ(outer(1420, 1420), 1480u);
  EXPECT_EQ(outer(1400, 1400), 1460u);
  EXPECT_EQ(tunnel_mtu(wireguard, IpSize{1460}), IpSize{1400});
  EXPECT_EQ(largest_inner(wireguard, IpSize{1460}, IpSize{1420}), IpSize{1392});
  EXPECT_EQ(largest_inner(wireguard, IpSize{1460}, IpSize{1400}), IpSize{1400});
  EXPECT_EQ(largest_inner(wireguard, IpSize{1460}, IpSize{1380}), IpSize{1380});
}

TEST(Encapsulation, NothingFitsIntoAnUnderlayThatIsAllHeader) {
  EXPECT_EQ(inner(layer("wireguard"), 60), 0u);
  EXPECT_EQ(inner(layer("wireguard"), 61), 1u);
  EXPECT_EQ(inner(layer("esp-cbc"), 76), 14u);
  EXPECT_EQ(inner(layer("esp-cbc"), 75), 0u);
  EXPECT_EQ(inner(layer("pppoe"), 0), 0u);
}

// What a tunnel's MTU promises: such a packet fits, and one more byte does not.
TEST(Encapsulation, TheTunnelsMtuIsTheLargestThatFits) {
  for (const Encapsulation& e : encapsulations()) {
    for (const IpFamily family : {IpFamily::kIPv4, IpFamily::kIPv6}) {
      const Layer l = layer_of(e, family);
      for (uint32_t underlay = 200; underlay < 9300; underlay += 37) {
        const IpSize mtu = tunnel_mtu(l, IpSize{underlay});
        ASSERT_GT(mtu.bytes, 0u);
        const IpSize more{mtu.bytes + 1};
        ASSERT_LE(outer_size(l, mtu, mtu).bytes, underlay) << e.name;
        ASSERT_GT(outer_size(l, more, more).bytes, underlay) << e.name;
      }
    }
  }
}

TEST(Encapsulation, TitlesNameTheUnderlayWhereThereIsAChoice) {
  EXPECT_EQ(title_of(layer("wireguard", IpFamily::kIPv6)), "WireGuard over IPv6");
  EXPECT_EQ(title_of(layer("pppoe", IpFamily::kIPv6)), "PPPoE");
  EXPECT_EQ(title_of(layer("ds-lite")), "DS-Lite");
  Layer gre = layer("gre");
  gre.options = "key";
  EXPECT_EQ(title_of(gre), "GRE (key) over IPv4");
}

}  // namespace
}  // namespace mtuscope
