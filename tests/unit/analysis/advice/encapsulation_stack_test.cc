#include "analysis/advice/encapsulation_stack.h"

#include <gtest/gtest.h>

#include <random>

namespace mtuscope {
namespace {

EncapsulationStack stack(uint32_t link,
                         const std::vector<std::pair<const char*, IpFamily>>& layers) {
  EncapsulationStack result{.link = IpSize{link}, .layers = {}};
  for (const auto& [name, family] : layers) {
    result.layers.push_back(layer_of(*find_encapsulation(name), family));
  }
  return result;
}

constexpr IpFamily k4 = IpFamily::kIPv4, k6 = IpFamily::kIPv6;

TEST(EncapsulationStack, IsSubtractedFromTheOutsideIn) {
  struct Case {
    EncapsulationStack stack;
    uint32_t inner;
    const char* arithmetic;
  };
  const Case cases[] = {
      {stack(1500, {}), 1500, "1500"},
      {stack(1500, {{"wireguard", k6}}), 1420, "1500 - 80 WireGuard over IPv6 = 1420"},
      {stack(1500, {{"pppoe", k4}, {"wireguard", k6}}), 1412,
       "1500 - 8 PPPoE - 80 WireGuard over IPv6 = 1412"},
      {stack(1460, {{"wireguard", k4}}), 1400, "1460 - 60 WireGuard over IPv4 = 1400"},
      {stack(1500, {{"wireguard", k4}, {"vxlan", k4}}), 1390,
       "1500 - 60 WireGuard over IPv4 - 50 VXLAN over IPv4 = 1390"},
      // PPPoE, DS-Lite, WireGuard over the IPv4 in it, VXLAN between containers.
      {stack(1500, {{"pppoe", k4}, {"ds-lite", k4}, {"wireguard", k4}, {"vxlan", k4}}), 1342,
       "1500 - 8 PPPoE - 40 DS-Lite - 60 WireGuard over IPv4 - 50 VXLAN over IPv4 = 1342"},
      {stack(9001, {{"esp-gcm", k4}}), 8946,
       "9001 - 55 ESP with AES-GCM over IPv4 (1 of it padding) = 8946"},
      {stack(100, {{"wireguard", k6}, {"vxlan", k4}}), 0,
       "100 - 80 WireGuard over IPv6: less than VXLAN over IPv4 takes"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(inner_mtu(c.stack), IpSize{c.inner}) << c.arithmetic;
    EXPECT_EQ(arithmetic(c.stack), c.arithmetic);
  }
}

TEST(EncapsulationStack, TellsWhatTheLinkMustCarry) {
  const auto layers = stack(0, {{"pppoe", k4}, {"wireguard", k6}}).layers;
  EXPECT_EQ(link_needed(layers, IpSize{1500}), IpSize{1588});
  EXPECT_EQ(reverse_arithmetic(layers, IpSize{1500}),
            "1500 + 80 WireGuard over IPv6 + 8 PPPoE = 1588");
  const auto esp = stack(0, {{"esp-cbc", k4}}).layers;
  // 20 + 8 + 16 + round_up(1500 + 2, 16) + 16
  EXPECT_EQ(link_needed(esp, IpSize{1500}), IpSize{1564});
  EXPECT_EQ(link_needed({}, IpSize{1500}), IpSize{1500});
}

TEST(EncapsulationStack, APppoeLinkIsEthernetLessPppoe) {
  const EncapsulationStack pppoe = stack_on(*find_link("pppoe"));
  EXPECT_EQ(pppoe.link, IpSize{1500});
  EXPECT_EQ(inner_mtu(pppoe), IpSize{1492});
  for (const KnownLink& link : known_links()) EXPECT_EQ(inner_mtu(stack_on(link)), link.mtu);
}

TEST(EncapsulationStack, ForwardAndBackAgreeOnAnyStack) {
  std::mt19937 random(5);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  for (int round = 0; round < 20'000; ++round) {
    EncapsulationStack s{.link = IpSize{static_cast<uint32_t>(1280 + below(8000))}, .layers = {}};
    for (size_t depth = below(5); depth > 0; --depth) {
      const Encapsulation& e = encapsulations()[below(encapsulations().size())];
      s.layers.push_back(layer_of(e, below(2) == 0 ? k4 : k6));
      s.layers.back().more = static_cast<uint32_t>(4 * below(4));
    }
    const IpSize inner = inner_mtu(s);
    ASSERT_GT(inner.bytes, 0u);
    const IpSize needed = link_needed(s.layers, inner);
    ASSERT_LE(needed, s.link) << arithmetic(s);
    ASSERT_GT(link_needed(s.layers, IpSize{inner.bytes + 1}), s.link) << arithmetic(s);
    ASSERT_EQ(inner_mtu({.link = needed, .layers = s.layers}), inner) << arithmetic(s);
  }
}

}  // namespace
}  // namespace mtuscope
