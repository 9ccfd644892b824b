#include "analysis/report/path_tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using ::testing::ElementsAre;

TunnelLayer layer(TunnelKind kind, uint32_t outer_size) {
  TunnelLayer layer{.kind = kind};
  layer.outer_size = IpSize{outer_size};
  return layer;
}

Packet packet(uint32_t size, const std::vector<TunnelLayer>& layers) {
  Packet p;
  p.size = IpSize{size};
  for (const TunnelLayer& layer : layers) p.tunnels[p.tunnel_count++] = layer;
  return p;
}

std::vector<uint32_t> bytes_of_each(const std::vector<PathTunnel>& tunnels) {
  std::vector<uint32_t> bytes;
  for (const PathTunnel& tunnel : tunnels) bytes.push_back(tunnel.bytes);
  return bytes;
}

TEST(PathTunnel, EachLayerIsMeasuredAgainstTheIpPacketInIt) {
  const auto vxlan_in_gre = tunnels_around(
      packet(1400, {layer(TunnelKind::kGre, 1474), layer(TunnelKind::kVxlan, 1450)}));
  EXPECT_THAT(bytes_of_each(vxlan_in_gre), ElementsAre(24, 50));
  EXPECT_EQ(bytes_of(vxlan_in_gre), 74u);
  // PPPoE and MPLS have no IP packet of their own.
  const auto on_pppoe =
      tunnels_around(packet(1400, {layer(TunnelKind::kPppoe, 0), layer(TunnelKind::kGre, 1428),
                                   layer(TunnelKind::kMpls, 0)}));
  EXPECT_THAT(bytes_of_each(on_pppoe), ElementsAre(0, 28, 0));
}

// 40 bytes in Ethernet in VXLAN are as long as 46.
TEST(PathTunnel, PaddingOfATinyPacketIsNoOverhead) {
  std::vector<PathTunnel> seen;
  note_tunnels(packet(40, {layer(TunnelKind::kVxlan, 96)}), seen);
  EXPECT_THAT(bytes_of_each(seen), ElementsAre(0));
  note_tunnels(packet(52, {layer(TunnelKind::kVxlan, 102)}), seen);
  EXPECT_THAT(bytes_of_each(seen), ElementsAre(50));
  note_tunnels(packet(40, {layer(TunnelKind::kVxlan, 96)}), seen);
  EXPECT_THAT(bytes_of_each(seen), ElementsAre(50));
}

TEST(PathTunnel, TheDeepestAndThenTheDearestCounts) {
  std::vector<PathTunnel> seen;
  note_tunnels(packet(100, {layer(TunnelKind::kGeneve, 150)}), seen);
  note_tunnels(packet(1400, {layer(TunnelKind::kGeneve, 1458)}), seen);  // with options
  note_tunnels(packet(1400, {layer(TunnelKind::kGeneve, 1450)}), seen);
  EXPECT_THAT(bytes_of_each(seen), ElementsAre(58));
  note_tunnels(packet(100, {layer(TunnelKind::kIpip, 140), layer(TunnelKind::kIpip, 120)}), seen);
  EXPECT_THAT(bytes_of_each(seen), ElementsAre(20, 20));
  note_tunnels(packet(1400, {layer(TunnelKind::kGeneve, 1458)}), seen);
  EXPECT_EQ(seen.size(), 2u);
}

TEST(PathTunnel, WhatContradictsItselfIsNotMeasured) {
  EXPECT_EQ(bytes_of(tunnels_around(packet(1400, {layer(TunnelKind::kGre, 1300)}))), 0u);
}

}  // namespace
}  // namespace mtuscope
