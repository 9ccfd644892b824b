#include "analysis/advice/link_facts.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "analysis/advice/encapsulation_stack.h"

namespace mtuscope {
namespace {

IpAddress address(const char* text) { return *IpAddress::parse(text); }

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
      {"10.9.0.2", "10.9.0.1", "docker0", kEthernet, 1500, LinkNature::kContainer},
      {"172.18.0.2", "10.9.0.1", "br-0123456789ab", kEthernet, 1500, LinkNature::kContainer},
      {"10.9.0.2", "10.9.0.1", "br-lan", kEthernet, 1500, LinkNature::kPlain},
      {"10.9.0.2", "10.9.0.1", "ppp0", kRaw, 1492, LinkNature::kPpp},
      {"10.9.0.2", "10.9.0.1", "flannel.1", kEthernet, 1450, LinkNature::kContainer},
      {"100.128.0.9", "203.0.113.1", {}, kRaw, 1500, LinkNature::kTunnel},
  };
  for (const Case& c : cases) {
    InterfaceInfo interface { .name = c.name, .link_type = c.link_type };
    EXPECT_EQ(link_facts(address(c.src), address(c.dst), interface, IpSize{c.mtu}).nature,
              c.expected)
        << c.src << " " << c.name.value_or("-") << " " << c.mtu;
  }
}

TEST(LinkFacts, AKernelsWordForAnInterfaceCountsMoreThanItsName) {
  const InterfaceInfo office{.name = "office", .link_type = 101};
  const auto facts = [&](const char* kind) {
    return link_facts(address("10.9.0.2"), address("10.9.0.1"), office, IpSize{1420}, kind);
  };
  EXPECT_EQ(facts("wireguard").nature, LinkNature::kWireGuard);
  EXPECT_EQ(facts("wireguard").encapsulation, find_encapsulation("wireguard"));
  EXPECT_EQ(facts("vxlan").encapsulation, find_encapsulation("vxlan"));
  EXPECT_EQ(facts("gre").encapsulation, find_encapsulation("gre"));
  EXPECT_EQ(facts("tun").nature, LinkNature::kTunnel);
  EXPECT_EQ(facts("").nature, LinkNature::kTunnel);
  EXPECT_EQ(facts("").encapsulation, nullptr);
}

// RFC 2784, RFC 2890, RFC 8926: which headers there are differs from tunnel to tunnel, and the
// capture shows their length.
TEST(LinkFacts, WhatATunnelAddsIsWhatTheCaptureShows) {
  struct Case {
    std::vector<std::pair<TunnelKind, uint32_t>> around;
    IpFamily underlay;
    const char* sum;  // on a link of 1500
  };
  using enum TunnelKind;
  constexpr IpFamily kV4 = IpFamily::kIPv4, kV6 = IpFamily::kIPv6;
  const Case cases[] = {
      {{{kGre, 24}}, kV4, "1500 - 24 GRE over IPv4 = 1476"},
      {{{kGre, 36}}, kV4, "1500 - 36 GRE (12 bytes more) over IPv4 = 1464"},
      {{{kGre, 38}}, kV4, "1500 - 38 GRE carrying Ethernet over IPv4 = 1462"},
      {{{kGre, 42}}, kV4, "1500 - 42 GRE carrying Ethernet (4 bytes more) over IPv4 = 1458"},
      {{{kGre, 44}}, kV6, "1500 - 44 GRE over IPv6 = 1456"},
      {{{kGre, 0}}, kV4, "1500 - 24 GRE over IPv4 = 1476"},  // only tiny packets were seen
      {{{kVxlan, 50}}, kV4, "1500 - 50 VXLAN over IPv4 = 1450"},
      {{{kGeneve, 58}}, kV4, "1500 - 58 Geneve (8 bytes more) over IPv4 = 1442"},
      {{{kGeneve, 36}}, kV4, "1500 - 36 Geneve (without Ethernet) over IPv4 = 1464"},
      {{{kGre, 24}, {kVxlan, 50}}, kV4, "1500 - 74 VXLAN (within GRE) over IPv4 = 1426"},
      {{{kPppoe, 0}, {kGre, 24}}, kV4, "1500 - 24 GRE over IPv4 = 1476"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.sum);
    std::vector<PathTunnel> around;
    for (const auto& [kind, bytes] : c.around) {
      around.push_back({.layer = {.kind = kind}, .bytes = bytes});
      around.back().layer.outer_src.family = c.underlay;
    }
    const LinkFacts link = link_facts(around, IpSize{});
    ASSERT_NE(link.encapsulation, nullptr);
    EXPECT_EQ(link.measured, around.back().bytes > 0);
    Layer layer = layer_of(*link.encapsulation, link.underlay);
    layer.more = link.option_bytes;
    layer.options = link.options;
    const std::string sum = arithmetic({.link = IpSize{1500}, .layers = {layer}});
    EXPECT_EQ(sum, c.sum);
  }
}

}  // namespace
}  // namespace mtuscope
