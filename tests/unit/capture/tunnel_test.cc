#include "capture/tunnel.h"

#include <gtest/gtest.h>

#include "capture/ip.h"
#include "tests/support/decode_text.h"

namespace mtuscope {
namespace {

using build::Bytes;

const build::Ip kOuterV4{.src = "192.0.2.1", .dst = "192.0.2.2"};
const build::Ip kOuterV6{.src = "2001:db8::1", .dst = "2001:db8::2"};

Bytes v4() { return build::udp({}, {.src_port = 5, .dst_port = 6, .payload = Bytes(12)}); }
Bytes v6() {
  return build::udp({.src = "fd09::2", .dst = "fd09::1"},
                    {.src_port = 5, .dst_port = 6, .payload = Bytes(12)});
}

struct Case {
  const char* description;
  Bytes bytes;
  std::string expected;
};

void expect_decoded(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(decode_text(c.bytes, link_type::kRaw), c.expected);
  }
}

const std::string kV4 = "10.9.0.2:5 > 10.9.0.1:6 size 40 ttl 64 ecn 0 id 1 DF udp len 12/12";
const std::string kV6 = "[fd09::2]:5 > [fd09::1]:6 size 60 ttl 64 ecn 0 id 0 DF udp len 12/12";

// The layer's text in front of the inner packet's.
std::string via_v4(const char* kind_and_id, int outer_size) {
  return std::string(kind_and_id) + " (192.0.2.1 > 192.0.2.2 size " + std::to_string(outer_size) +
         ") ";
}
std::string via_v6(const char* kind_and_id, int outer_size) {
  return std::string(kind_and_id) + " (2001:db8::1 > 2001:db8::2 size " +
         std::to_string(outer_size) + ") ";
}

TEST(Tunnel, IpInIp) {
  expect_decoded({
      {"IPIP", build::ip(kOuterV4, ip_protocol::kIPv4, v4()), via_v4("ipip 0", 60) + kV4},
      {"6in4", build::ip(kOuterV4, ip_protocol::kIPv6, v6()), via_v4("6in4 0", 80) + kV6},
      {"DS-Lite", build::ip(kOuterV6, ip_protocol::kIPv4, v4()), via_v6("ip-in-ipv6 0", 80) + kV4},
      {"IPv6 in IPv6", build::ip(kOuterV6, ip_protocol::kIPv6, v6()),
       via_v6("ip-in-ipv6 0", 100) + kV6},
  });
}

TEST(Tunnel, Gre) {
  const Bytes session{0x10, 0x00, 0x00, 0x09, 0, 0, 0, 0};
  expect_decoded({
      {"plain", build::gre(kOuterV4, ethertype::kIPv4, v4()), via_v4("gre 0", 64) + kV4},
      {"key", build::gre(kOuterV4, ethertype::kIPv4, v4(), {.key = 0xdeadbeef}),
       via_v4("gre 3735928559", 68) + kV4},
      {"sequence", build::gre(kOuterV4, ethertype::kIPv4, v4(), {.sequence = 1}),
       via_v4("gre 0", 68) + kV4},
      {"checksum, key and sequence",
       build::gre(kOuterV6, ethertype::kIPv6, v6(), {.key = 7, .sequence = 1, .checksum = true}),
       via_v6("gre 7", 116) + kV6},
      {"gretap", build::gre(kOuterV4, ethertype::kTransEthernet, build::vlan({7}, v4())),
       via_v4("gre 0", 82) + kV4},
      {"ERSPAN II: the session is the id",
       build::gre(kOuterV4, ethertype::kErspan2, build::join({session, build::ethernet(v4())}),
                  {.sequence = 1}),
       via_v4("gre 9", 90) + kV4},
      {"ERSPAN I", build::gre(kOuterV4, ethertype::kErspan2, build::ethernet(v4())),
       via_v4("gre 0", 78) + kV4},
      {"MPLS in GRE", build::gre(kOuterV4, ethertype::kMpls, build::mpls({33}, v4())),
       via_v4("gre 0", 68) + "mpls 33 " + kV4},
  });
}

TEST(Tunnel, Vxlan) {
  Bytes group_policy = build::vxlan(kOuterV4, 42, build::ethernet(v4()));
  group_policy[28] = 0x88;
  group_policy[31] = 5;
  expect_decoded({
      {"VXLAN", build::vxlan(kOuterV4, 0xffffff, build::ethernet(v4())),
       via_v4("vxlan 16777215", 90) + kV4},
      {"over IPv6, with a VLAN inside", build::vxlan(kOuterV6, 42, build::vlan({7}, v6())),
       via_v6("vxlan 42", 134) + kV6},
      {"flannel's port", build::vxlan(kOuterV4, 1, build::ethernet(v4()), 8472),
       via_v4("vxlan 1", 90) + kV4},
      {"group policy", group_policy, via_v4("vxlan 42", 90) + kV4},
  });
}

TEST(Tunnel, Geneve) {
  expect_decoded({
      {"Ethernet inside",
       build::geneve(kOuterV4, 5, ethertype::kTransEthernet, build::ethernet(v6())),
       via_v4("geneve 5", 110) + kV6},
      {"options",
       build::geneve(kOuterV4, 5, ethertype::kTransEthernet, build::ethernet(v4()),
                     {1, 2, 3, 1, 0, 0, 0, 0}),
       via_v4("geneve 5", 98) + kV4},
      {"IP inside", build::geneve(kOuterV6, 5, ethertype::kIPv4, v4()),
       via_v6("geneve 5", 96) + kV4},
  });
}

TEST(Tunnel, LayersAreRecordedOutermostFirst) {
  const Bytes gre = build::gre({}, ethertype::kIPv6, v6(), {.key = 3});
  expect_decoded({
      {"GRE in VXLAN", build::vxlan(kOuterV4, 42, build::ethernet(gre)),
       via_v4("vxlan 42", 138) + "gre 3 (10.9.0.2 > 10.9.0.1 size 88) " + kV6},
  });
  Bytes deep = v4();
  for (int i = 0; i < kMaxTunnels; ++i) deep = build::ip(kOuterV4, ip_protocol::kIPv4, deep);
  const std::string deepest = via_v4("ipip 0", 120) + via_v4("ipip 0", 100) + via_v4("ipip 0", 80) +
                              via_v4("ipip 0", 60) + kV4;
  EXPECT_EQ(decode_text(deep, link_type::kRaw), deepest);
}

TEST(Tunnel, OneLayerTooManyLeavesTheInnermostThatFits) {
  Bytes deep = v4();
  for (int i = 0; i < kMaxTunnels + 1; ++i) deep = build::ip(kOuterV4, ip_protocol::kIPv4, deep);
  EXPECT_EQ(decode_text(deep, link_type::kRaw),
            via_v4("ipip 0", 140) + via_v4("ipip 0", 120) + via_v4("ipip 0", 100) +
                via_v4("ipip 0", 80) +
                "192.0.2.1 > 192.0.2.2 size 60 ttl 64 ecn 0 id 1 DF proto 4 len 40/40");
}

TEST(Tunnel, WithoutAnInnerPacketTheOuterOneStands) {
  const auto udp = [](uint16_t port, const Bytes& payload) {
    return build::udp(kOuterV4, {.src_port = 53, .dst_port = port, .payload = payload});
  };
  const auto outer = [](uint16_t port, int payload) {
    return "192.0.2.1:53 > 192.0.2.2:" + std::to_string(port) + " size " +
           std::to_string(28 + payload) + " ttl 64 ecn 0 id 1 DF udp len " +
           std::to_string(payload) + "/" + std::to_string(payload);
  };
  const auto other = [](int protocol, int payload) {
    return "192.0.2.1 > 192.0.2.2 size " + std::to_string(20 + payload) +
           " ttl 64 ecn 0 id 1 DF proto " + std::to_string(protocol) + " len " +
           std::to_string(payload) + "/" + std::to_string(payload);
  };
  const Bytes vxlan_header{8, 0, 0, 0, 0, 0, 42, 0};
  const auto vxlan = [&](const Bytes& frame) {
    return udp(4789, build::join({vxlan_header, frame}));
  };
  Bytes reserved = build::join({vxlan_header, build::ethernet(v4())});
  reserved[7] = 1;
  expect_decoded({
      {"VXLAN without the I flag", udp(4789, build::join({Bytes(8), build::ethernet(v4())})),
       outer(4789, 62)},
      {"VXLAN with a reserved byte", udp(4789, reserved), outer(4789, 62)},
      {"VXLAN too short", udp(4789, {8, 0, 0, 0}), outer(4789, 4)},
      {"VXLAN with ARP", vxlan(build::ethernet(0x0806, Bytes(28))), outer(4789, 50)},
      {"VXLAN with malformed TCP", vxlan(build::ethernet(build::ip({}, 6, Bytes(20)))),
       outer(4789, 62)},
      {"an inner packet larger than the outer",
       vxlan(build::ethernet(build::tcp({.length_field = 9000}, {}))), outer(4789, 62)},
      {"as source port it is an ordinary client",
       build::udp(kOuterV4, {.src_port = 4789,
                             .dst_port = 53,
                             .payload = build::join({vxlan_header, build::ethernet(v4())})}),
       "192.0.2.1:4789 > 192.0.2.2:53 size 90 ttl 64 ecn 0 id 1 DF udp len 62/62"},
      {"Geneve version 1", udp(6081, build::join({{0x40, 0, 8, 0, 0, 0, 1, 0}, v4()})),
       outer(6081, 48)},
      {"Geneve options beyond the end", udp(6081, {0x3f, 0, 8, 0, 0, 0, 1, 0}), outer(6081, 8)},
      {"GRE keepalive (no protocol)", build::gre(kOuterV4, 0, {}), other(47, 4)},
      {"GRE version 1", build::ip(kOuterV4, 47, build::join({{0, 1, 8, 0}, v4()})), other(47, 44)},
      {"GRE with source routes", build::ip(kOuterV4, 47, build::join({{0x40, 0, 8, 0}, v4()})),
       other(47, 44)},
      {"IPIP with IPv6 inside", build::ip(kOuterV4, ip_protocol::kIPv4, v6()), other(4, 60)},
      {"IPIP with nothing", build::ip(kOuterV4, ip_protocol::kIPv4, {}), other(4, 0)},
  });
}

TEST(Tunnel, CutBySnaplenInTheInnerHeaderTheOuterPacketStands) {
  const Bytes bytes = build::vxlan(kOuterV4, 42, build::ethernet(v4()));
  const Bytes cut(bytes.begin(), bytes.begin() + 28 + 8 + 14 + 27);
  EXPECT_EQ(decode_text(cut, link_type::kRaw, {.original_bytes = 90}),
            "192.0.2.1:49152 > 192.0.2.2:4789 size 90 ttl 64 ecn 0 id 1 DF udp len 62/49");
}

TEST(Tunnel, InnerLengthZeroMeansWhatTheOuterPacketCarries) {
  const Bytes inner = build::tcp({.length_field = 0}, {.payload_bytes = 100});
  EXPECT_EQ(
      decode_text(build::padded(build::ethernet(build::gre(kOuterV4, ethertype::kIPv4, inner))),
                  link_type::kEthernet),
      via_v4("gre 0", 164) +
          "10.9.0.2:4096 > 10.9.0.1:50498 size 140 ttl 64 ecn 0 id 1 DF tcp . seq 1 ack 1 "
          "win 64 hdr 20 len 100/100");
}

}  // namespace
}  // namespace mtuscope
