#include "analysis/advice/recommend.h"

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
  const bool wireguard = nature == LinkNature::kWireGuard || nature == LinkNature::kTailscale;
  return {.nature = nature,
          .name = "wg0",
          .mtu = IpSize{1420},
          .underlay = underlay,
          .encapsulation = wireguard ? find_encapsulation("wireguard") : nullptr};
}

// ---- The numbers

TEST(Recommend, AnExactBracketIsTheAnswer) {
  const Recommendation r = recommend(finding(1392, 1393), link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu, IpSize{1392});
  EXPECT_EQ(r.mss_ipv4, Mss{1352});
  EXPECT_EQ(r.mss_ipv6, Mss{1332});
  EXPECT_EQ(r.certainty, Certainty::kExact);
}

TEST(Recommend, AnExactBracketInsideWireGuardSaysThatPaddingMayLeaveALittle) {
  EXPECT_THAT(recommend(finding(1392, 1393), link(LinkNature::kWireGuard)).basis,
              HasSubstr("pads to 16"));
}

TEST(Recommend, AWideBracketGivesTheLargestCommonSizeBelowItAsAnEstimate) {
  const Recommendation r = recommend(finding(284, 1500), link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu, IpSize{1492});
  EXPECT_EQ(r.certainty, Certainty::kEstimate);
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

// RFC 791 3.1: every IPv4 host accepts 576 bytes; that 60 are proven to pass is no reason for less.
TEST(Recommend, AnIPv4HostIsNotToldToUseLessThan576) {
  for (const uint32_t lower : {60u, 575u}) {
    const Recommendation r = recommend(finding(lower, 800), link(LinkNature::kPlain));
    EXPECT_EQ(r.mtu, IpSize{576});
    EXPECT_THAT(r.basis, HasSubstr("not proven"));
  }
  EXPECT_EQ(recommend(finding(60, 1000), link(LinkNature::kPlain)).mss_ipv6, Mss{0});
  EXPECT_THAT(recommend(finding(60, 1000), link(LinkNature::kPlain)).fixes,
              testing::Not(Contains(Field(&Fix::change, HasSubstr("ipv6")))));
}

// RFC 8200 5: a link of less than 1280 bytes carries no IPv6, whatever is set.
TEST(Recommend, BelowTheLeastMtuOfTheFamilyItSaysThatNothingSetMendsIt) {
  const Finding v6 = finding(60, 1000, "fd09::2", "fd09::1");
  const Finding v4 = finding(60, 500);
  for (const Finding& f : {v6, v4}) {
    for (const LinkNature nature : {LinkNature::kPlain, LinkNature::kWireGuard}) {
      const Recommendation r = recommend(f, link(nature));
      EXPECT_EQ(r.mtu, IpSize{0});
      EXPECT_EQ(r.mss_ipv6, Mss{0});
      EXPECT_TRUE(r.fixes.empty());
      EXPECT_THAT(r.scope, HasSubstr("No MTU"));
      EXPECT_THAT(r.verify, testing::Not(HasSubstr("--max")));
    }
  }
  EXPECT_THAT(recommend(v6, link(LinkNature::kPlain)).basis, HasSubstr("RFC 8200"));
  EXPECT_EQ(recommend(finding(1280, 1281, "fd09::2", "fd09::1"), link(LinkNature::kPlain)).mtu,
            IpSize{1280});
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

TEST(Recommend, AFloorSaysThatItIsOne) {
  EXPECT_EQ(recommend(finding({}, 1290), link(LinkNature::kWireGuard)).certainty,
            Certainty::kFloor);
}

// Measured: underlay limit 1460, tunnel MTU 1420: inner 1392 passes, 1393 does not, and the
// right tunnel MTU is 1400.
TEST(Recommend, APathMtuUnderTheTunnelMakesItsMtuExact) {
  LinkFacts tunnel = link(LinkNature::kWireGuard, IpFamily::kIPv4);
  tunnel.underlay_mtu = IpSize{1460};
  for (const Finding& f : {finding(1392, 1393), finding(284, 1420)}) {
    const Recommendation r = recommend(f, tunnel);
    EXPECT_EQ(r.mtu, IpSize{1400});
    EXPECT_EQ(r.certainty, Certainty::kExact);
    EXPECT_EQ(r.arithmetic, "1460 - 60 WireGuard over IPv4 = 1400");
    EXPECT_EQ(r.may_be_left, 0u);
  }
}

// WireGuard in user space pads up to the MTU of its interface, whatever a route says.
TEST(Recommend, ARouteKeepsToWhatPassesAtTheInterfacesPresentMtu) {
  LinkFacts tunnel = link(LinkNature::kWireGuard, IpFamily::kIPv4);
  tunnel.underlay_mtu = IpSize{1460};
  const Recommendation exact = recommend(finding(1392, 1393), tunnel);
  EXPECT_THAT(exact.fixes, Contains(Field(&Fix::change, "ip link set dev wg0 mtu 1400")));
  EXPECT_THAT(exact.fixes,
              Contains(Field(&Fix::change, HasSubstr("dev wg0 mtu 1392 advmss 1352"))));
  const Recommendation wide = recommend(finding(284, 1420), tunnel);
  EXPECT_THAT(wide.fixes, Contains(Field(&Fix::change, HasSubstr("dev wg0 mtu 1400 advmss 1360"))));
}

TEST(Recommend, AnUnderlayWithRoomForWhatWasLostIsNotTheLimit) {
  LinkFacts tunnel = link(LinkNature::kWireGuard, IpFamily::kIPv4);
  tunnel.underlay_mtu = IpSize{1500};
  const Recommendation r = recommend(finding(1300, 1301), tunnel);
  EXPECT_EQ(r.mtu, IpSize{1300});
}

TEST(Recommend, InsideWireGuardUpTo15BytesMayBeLeft) {
  const Recommendation r = recommend(finding(1392, 1393), link(LinkNature::kWireGuard));
  EXPECT_EQ(r.mtu, IpSize{1392});
  EXPECT_EQ(r.may_be_left, 15u);
  EXPECT_THAT(r.basis, HasSubstr("1460 - 60 WireGuard over IPv4 = 1400"));
}

TEST(Recommend, ALimitThatIsNoMultipleOfThePaddingLiesBehindTheTunnel) {
  const Recommendation r = recommend(finding(1394, 1395), link(LinkNature::kWireGuard));
  EXPECT_EQ(r.mtu, IpSize{1394});
  EXPECT_EQ(r.may_be_left, 0u);
  EXPECT_THAT(r.basis, HasSubstr("behind the tunnel"));
}

TEST(Recommend, AReportedMtuIsExact) {
  Finding f = finding({}, 1401);
  f.kind = FindingKind::kPtbIgnored;
  f.pmtu = IpSize{1400};
  f.reporter = address("192.0.2.1");
  const Recommendation r = recommend(f, link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu, IpSize{1400});
  EXPECT_EQ(r.certainty, Certainty::kExact);
  EXPECT_THAT(r.basis, HasSubstr("192.0.2.1"));
}

TEST(Recommend, AClampOfTheOtherDirectionTellsWhatItsOwnerKnows) {
  LinkFacts plain = link(LinkNature::kPlain);
  plain.half_clamp = IpSize{1390};
  EXPECT_EQ(recommend(finding(284, 1500), plain).mtu, IpSize{1390});
  EXPECT_EQ(recommend(finding(1394, 1500), plain).mtu, IpSize{1492}) << "more is proven to pass";
}

TEST(Recommend, LossThatDependsOnTheSizeCallsForTheSizeThatIsSpared) {
  Finding f = finding(1440, 1441);
  f.kind = FindingKind::kSizeDependentLoss;
  EXPECT_TRUE(calls_for_a_size(f));
  EXPECT_EQ(recommend(f, link(LinkNature::kPlain)).mtu, IpSize{1440});
  f.kind = FindingKind::kRandomLoss;
  EXPECT_FALSE(calls_for_a_size(f));
}

TEST(Recommend, APathNeedsWhatItsNarrowerDirectionNeeds) {
  std::vector<Finding> both{finding(1399, 1400), finding(1299, 1300, "10.9.0.1", "10.9.0.2")};
  EXPECT_EQ(recommend_path(both, link(LinkNature::kPlain)).mtu, IpSize{1299});
}

TEST(Recommend, WhatTheReceiverItselfLosesIsToBeLookedForThere) {
  Finding f = finding(364, 1500);
  f.lost_in_receiver = true;
  const Recommendation r = recommend(f, link(LinkNature::kPlain));
  EXPECT_EQ(r.mtu.bytes, 0u) << "no MTU of the path is wrong";
  EXPECT_THAT(r.scope, HasSubstr("10.9.0.1 itself"));
  ASSERT_EQ(r.fixes.size(), 3u);
  EXPECT_THAT(r.fixes[0].change, HasSubstr("nft list ruleset"));
  EXPECT_THAT(r.fixes[2].change, HasSubstr("mtu 1280"));
  EXPECT_THAT(r.fixes[2].where, HasSubstr("not proven"));
  f.bracket.upper = IpSize{1200};
  EXPECT_EQ(recommend(f, link(LinkNature::kPlain)).fixes.size(), 2u) << "nothing helps meanwhile";

  f.located = Located{.from = 0, .to = 1};
  EXPECT_THAT(recommend(f, link(LinkNature::kPlain)).scope, HasSubstr("path")) << "before it too";
}

TEST(Recommend, ASizeThatTheOtherDirectionNeedsGoesBeforeAHostToLookAt) {
  std::vector<Finding> both{finding(364, 1500), finding(1299, 1300, "10.9.0.1", "10.9.0.2")};
  both[0].lost_in_receiver = true;
  EXPECT_EQ(recommend_path(both, link(LinkNature::kPlain)).mtu, IpSize{1299});
  std::ranges::reverse(both);
  EXPECT_EQ(recommend_path(both, link(LinkNature::kPlain)).mtu, IpSize{1299});
}

TEST(Recommend, EndsWithACommandThatMeasuresAgain) {
  const Recommendation tunnel = recommend(finding(1392, 1393), link(LinkNature::kWireGuard));
  EXPECT_EQ(tunnel.verify, "mtuscope probe 10.9.0.1 --via wg0");
  EXPECT_EQ(tunnel.verify_on, "10.9.0.2");
  // The interface stays as it is, so that larger packets still do not pass.
  LinkFacts plain = link(LinkNature::kPlain);
  plain.name.clear();
  const Recommendation path = recommend(finding(1392, 1393), plain);
  EXPECT_EQ(path.verify, "mtuscope probe 10.9.0.1 --max 1392");
  // 1392 bytes passed before anything was changed.
  EXPECT_THAT(path.verify_limit, HasSubstr("mtuscope doctor 10.9.0.1 --verify"));
  EXPECT_EQ(tunnel.verify_limit, "") << "up to the MTU that the interface has then";
}

}  // namespace
}  // namespace mtuscope
