#include "analysis/recommend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;

IpAddress address(const char* text) { return *IpAddress::parse(text); }

Finding finding(std::optional<uint32_t> lower, uint32_t upper, const char* src = "10.9.0.2",
                const char* dst = "10.9.0.1") {
  Finding f;
  f.src = address(src);
  f.dst = address(dst);
  if (lower) f.bracket.lower = IpSize{*lower};
  f.bracket.upper = IpSize{upper};
  return f;
}

LinkFacts link(LinkNature nature, std::optional<IpFamily> underlay = {}) {
  return {.nature = nature, .name = "wg0", .mtu = IpSize{1420}, .underlay = underlay};
}

// ---- What kind of link it is

TEST(LinkFacts, ToldFromNamesLinkTypesAndAddresses) {
  struct Case {
    const char *src, *dst;
    std::optional<std::string> name;
    uint16_t link_type;
    uint32_t mtu;
    LinkNature expected;
  };
  constexpr uint16_t kEthernet = 1, kRaw = 101;
  const Case cases[] = {
      {"10.9.0.2", "10.9.0.1", "wg0", kRaw, 1420, LinkNature::kWireGuard},
      {"10.9.0.2", "10.9.0.1", "wg-office", kRaw, 0, LinkNature::kWireGuard},
      {"10.9.0.2", "10.9.0.1", {}, kRaw, 1420, LinkNature::kWireGuard},
      {"10.9.0.2", "10.9.0.1", {}, kRaw, 1380, LinkNature::kWireGuard},
      {"10.9.0.2", "10.9.0.1", "tun0", kRaw, 1500, LinkNature::kTunnel},
      {"10.9.0.2", "10.9.0.1", {}, kRaw, 1500, LinkNature::kTunnel},
      {"10.9.0.2", "10.9.0.1", "eth0", kEthernet, 1500, LinkNature::kPlain},
      {"10.9.0.2", "10.9.0.1", {}, kEthernet, 1420, LinkNature::kPlain},
      {"100.101.102.103", "100.64.0.1", "tailscale0", kRaw, 1280, LinkNature::kTailscale},
      {"100.101.102.103", "100.64.0.1", {}, kRaw, 1280, LinkNature::kTailscale},
      {"fd7a:115c:a1e0::1", "fd7a:115c:a1e0::2", {}, kRaw, 1280, LinkNature::kTailscale},
      // Carrier-grade NAT uses the same range (RFC 6598).
      {"100.64.0.9", "203.0.113.1", "eth0", kEthernet, 1500, LinkNature::kPlain},
      {"100.128.0.9", "203.0.113.1", {}, kRaw, 1500, LinkNature::kTunnel},
  };
  for (const Case& c : cases) {
    InterfaceInfo interface { .name = c.name, .link_type = c.link_type };
    EXPECT_EQ(link_facts(address(c.src), address(c.dst), interface, IpSize{c.mtu}).nature,
              c.expected)
        << c.src << " " << c.name.value_or("-") << " " << c.mtu;
  }
}

// ---- The numbers (DESIGN section 5)

TEST(Recommend, AnExactBracketIsTheAnswer) {
  const Recommendation r = recommend(finding(1392, 1393), link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu, IpSize{1392});
  EXPECT_EQ(r.mss_ipv4, Mss{1352});
  EXPECT_EQ(r.mss_ipv6, Mss{1332});
  EXPECT_TRUE(r.exact);
}

TEST(Recommend, AnExactBracketInsideWireGuardSaysThatPaddingMayLeaveALittle) {
  EXPECT_THAT(recommend(finding(1392, 1393), link(LinkNature::kWireGuard)).basis,
              HasSubstr("pads to 16"));
}

TEST(Recommend, AWideBracketGivesTheLargestCommonSizeBelowItAsAnEstimate) {
  const Recommendation r = recommend(finding(284, 1500), link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu, IpSize{1492});
  EXPECT_FALSE(r.exact);
  EXPECT_THAT(r.basis, HasSubstr("1280"));  // the safe floor beside it
}

TEST(Recommend, WireGuardIsItsUnderlayLessTheOverhead) {
  // 1420-byte packets do not pass: the underlay has less than 1480 (IPv4), so at most 1460.
  EXPECT_EQ(recommend(finding(284, 1420), link(LinkNature::kWireGuard, IpFamily::kIPv4)).mtu,
            IpSize{1400});
  // ... or less than 1500 under IPv6.
  EXPECT_EQ(recommend(finding(284, 1420), link(LinkNature::kWireGuard, IpFamily::kIPv6)).mtu,
            IpSize{1412});
  // The family of the underlay unknown: what is right for both.
  const Recommendation r = recommend(finding(284, 1420), link(LinkNature::kWireGuard));
  EXPECT_EQ(r.mtu, IpSize{1380});
  EXPECT_EQ(r.mss_ipv4, Mss{1340});
  EXPECT_EQ(r.mss_ipv6, Mss{1320});
}

TEST(Recommend, NeverBelowWhatIsProvenToPassNorAtWhatIsProvenNotTo) {
  for (const LinkNature nature :
       {LinkNature::kPlain, LinkNature::kTunnel, LinkNature::kWireGuard, LinkNature::kTailscale}) {
    for (uint32_t upper = 1200; upper <= 1520; upper += 7) {
      for (uint32_t lower = 600; lower < upper; lower += 13) {
        const Recommendation r = recommend(finding(lower, upper), link(nature));
        EXPECT_LT(r.mtu, IpSize{upper}) << lower << " " << upper;
        if (lower >= 1280 || upper <= 1280) {
          EXPECT_GE(r.mtu, IpSize{lower}) << lower << " " << upper;
        } else {
          EXPECT_GE(r.mtu, IpSize{1280}) << "the floor; " << lower << " " << upper;
        }
      }
    }
  }
}

TEST(Recommend, TheSafeFloorWhereNothingCommonFits) {
  EXPECT_EQ(recommend(finding({}, 1290), link(LinkNature::kWireGuard)).mtu, IpSize{1280});
}

// ---- The fixes

TEST(Recommend, FixesAreWrittenForTheLinkAtHand) {
  const auto system = [](const char* name) { return Field(&Fix::system, HasSubstr(name)); };
  const Recommendation wg = recommend(finding(284, 1420), link(LinkNature::kWireGuard));
  EXPECT_EQ(wg.scope, "wg0");
  EXPECT_THAT(wg.fixes,
              Contains(testing::AllOf(system("wg-quick"), Field(&Fix::change, "MTU = 1380"))));
  EXPECT_THAT(wg.fixes, Contains(Field(&Fix::where, HasSubstr("both ends"))));
  EXPECT_THAT(recommend(finding(284, 1280), link(LinkNature::kTailscale)).fixes,
              Contains(Field(&Fix::change, HasSubstr("TS_DEBUG_MTU="))));
  EXPECT_THAT(recommend(finding(284, 1500), link(LinkNature::kPlain)).fixes,
              Contains(Field(&Fix::change, HasSubstr("maxseg size set 1452"))));
}

TEST(Recommend, EndsWithACommandThatSendsExactlyThatSize) {
  const Recommendation v4 = recommend(finding(1392, 1393), link(LinkNature::kPlain));
  EXPECT_THAT(v4.verify, HasSubstr("1364"));  // 1392 - 20 - 8
  const Recommendation v6 =
      recommend(finding(1392, 1393, "fd09::2", "fd09::1"), link(LinkNature::kPlain));
  EXPECT_THAT(v6.verify, HasSubstr("1344"));  // 1392 - 40 - 8
}

}  // namespace
}  // namespace mtuscope
