#include "capture/link_layer.h"

#include <gtest/gtest.h>

#include "tests/support/decode_text.h"

namespace mtuscope {
namespace {

using build::Bytes;

Bytes v4() { return build::tcp({}, {}); }
Bytes v6() { return build::tcp({.src = "fd09::2", .dst = "fd09::1"}, {}); }

struct Case {
  const char* description;
  uint16_t link_type;
  Bytes bytes;
  // The start of decode_text().
  const char* expected;
};

void expect_decoded(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(decode_text(c.bytes, c.link_type).substr(0, std::string(c.expected).size()),
              c.expected);
  }
}

constexpr const char* kV4 = "10.9.0.2:4096 > 10.9.0.1:50498 size 40 ";
constexpr const char* kV6 = "[fd09::2]:4096 > [fd09::1]:50498 size 60 ";
constexpr const char* kNotIp = "not IP";
constexpr const char* kCut = "link header cut by the snaplen";

TEST(LinkLayer, Ethernet) {
  Bytes qinq = build::vlan({7, 8}, v4());
  qinq[12] = 0x88, qinq[13] = 0xa8;
  Bytes old_qinq = build::vlan({7, 8, 9}, v6());
  old_qinq[12] = 0x91, old_qinq[13] = 0x00;
  expect_decoded({
      {"IPv4", link_type::kEthernet, build::ethernet(v4()), kV4},
      {"IPv6", link_type::kEthernet, build::ethernet(v6()), kV6},
      {"padding to 60 bytes", link_type::kEthernet, build::padded(build::ethernet(v4())), kV4},
      {"VLAN", link_type::kEthernet, build::vlan({7}, v4()), kV4},
      {"QinQ", link_type::kEthernet, qinq, kV4},
      {"three tags, the outer 0x9100", link_type::kEthernet, old_qinq, kV6},
      {"as many tags as allowed", link_type::kEthernet,
       build::vlan(std::vector<uint16_t>(kMaxVlanTags, 1), v4()), kV4},
      {"more tags", link_type::kEthernet,
       build::vlan(std::vector<uint16_t>(kMaxVlanTags + 1, 1), v4()),
       "too many encapsulation layers"},
      {"ARP", link_type::kEthernet, build::ethernet(0x0806, Bytes(28)), kNotIp},
      {"802.3 with LLC", link_type::kEthernet, build::ethernet(0x0026, Bytes(38)), kNotIp},
      {"IPv4's EtherType before IPv6", link_type::kEthernet,
       build::ethernet(ethertype::kIPv4, v6()), "malformed IP header"},
      {"nothing", link_type::kEthernet, {}, kCut},
      {"13 bytes", link_type::kEthernet, Bytes(13), kCut},
      {"half a VLAN tag", link_type::kEthernet, build::ethernet(0x8100, {0, 7}), kCut},
  });
}

TEST(LinkLayer, PayloadDoesNotContainEthernetPadding) {
  const Bytes bytes = build::padded(build::ethernet(v4()));
  ASSERT_EQ(bytes.size(), 60u);
  Packet packet;
  ASSERT_EQ(decode(build::frame(bytes, link_type::kEthernet), packet), Undecoded::kNone);
  EXPECT_EQ(packet.payload_bytes, 0u);
  EXPECT_TRUE(packet.payload.empty());
}

TEST(LinkLayer, RawNullAndLoop) {
  expect_decoded({
      {"raw IPv4", link_type::kRaw, v4(), kV4},
      {"raw IPv6", link_type::kRaw, v6(), kV6},
      {"raw as 12", link_type::kDltRaw, v4(), kV4},
      {"raw as 14", link_type::kDltRawOpenBsd, v6(), kV6},
      {"IPv4 only", link_type::kIPv4, v4(), kV4},
      {"IPv6 only", link_type::kIPv6, v6(), kV6},
      {"IPv6 where only IPv4 is", link_type::kIPv4, v6(), "malformed IP header"},
      {"raw neither", link_type::kRaw, {0x10, 0, 0, 0}, "malformed IP header"},
      {"raw nothing", link_type::kRaw, {}, "IP header cut by the snaplen"},
      {"null, little endian", link_type::kNull, build::join({{2, 0, 0, 0}, v4()}), kV4},
      {"null, big endian", link_type::kNull, build::join({{0, 0, 0, 2}, v4()}), kV4},
      {"null, Linux IPv6", link_type::kNull, build::join({{10, 0, 0, 0}, v6()}), kV6},
      {"null, macOS IPv6", link_type::kNull, build::join({{30, 0, 0, 0}, v6()}), kV6},
      {"null, FreeBSD IPv6", link_type::kNull, build::join({{28, 0, 0, 0}, v6()}), kV6},
      {"null, AppleTalk", link_type::kNull, build::join({{16, 0, 0, 0}, v4()}), kNotIp},
      {"loop, OpenBSD IPv6", link_type::kLoop, build::join({{0, 0, 0, 24}, v6()}), kV6},
      {"loop cut", link_type::kLoop, {0, 0, 0}, kCut},
      {"unknown", 127, v4(), "unknown link type"},
  });
}

// https://www.tcpdump.org/linktypes.html: LINKTYPE_C_HDLC, LINKTYPE_PPP_PPPD, and a byte of
// direction (0 received, otherwise sent) before LINKTYPE_PPP and LINKTYPE_C_HDLC.
TEST(LinkLayer, CiscoHdlcAndPppWithADirection) {
  const Bytes v4_in_ppp = build::join({{0xff, 3, 0, 0x21}, v4()});
  const Bytes v6_in_hdlc = build::join({{0x8f, 0, 0x86, 0xdd}, v6()});
  expect_decoded({
      {"Cisco HDLC", link_type::kCiscoHdlc, build::join({{0x0f, 0, 8, 0}, v4()}), kV4},
      {"Cisco HDLC, to all", link_type::kCiscoHdlc, v6_in_hdlc, kV6},
      {"its keepalive", link_type::kCiscoHdlc, {0x8f, 0, 0x80, 0x35, 0, 0, 0, 2}, kNotIp},
      {"Cisco HDLC cut", link_type::kCiscoHdlc, {0x0f, 0, 8}, kCut},
      {"with direction", link_type::kCiscoHdlcWithDir, build::join({{1}, v6_in_hdlc}), kV6},
      {"nothing but direction", link_type::kCiscoHdlcWithDir, {1}, kCut},
      {"pppd", link_type::kPppPppd, build::join({{1, 3, 0, 0x57}, v6()}), kV6},
      {"pppd, address left in place", link_type::kPppPppd, v4_in_ppp, kV4},
      {"pppd, compressed protocol", link_type::kPppPppd, build::join({{0, 3, 0x21}, v4()}), kV4},
      {"pppd, LCP", link_type::kPppPppd, {0, 3, 0xc0, 0x21, 1, 1, 0, 4}, kNotIp},
      {"pppd cut", link_type::kPppPppd, {0}, kCut},
      {"PPP with direction", link_type::kPppWithDir, build::join({{0}, v4_in_ppp}), kV4},
      {"without address", link_type::kPppWithDir, build::join({{1, 0, 0x57}, v6()}), kV6},
      {"none of it", link_type::kPppWithDir, {}, kCut},
  });
}

TEST(LinkLayer, TheDirectionByteTellsWhoSentIt) {
  const auto direction = [](uint16_t link_type, const Bytes& bytes) {
    Packet packet;
    EXPECT_EQ(decode(build::frame(bytes, link_type), packet), Undecoded::kNone);
    return packet.host_direction;
  };
  const Bytes ppp = build::join({{3, 0, 0x21}, v4()});
  EXPECT_EQ(direction(link_type::kPppPppd, build::join({{0}, ppp})), HostDirection::kIncoming);
  EXPECT_EQ(direction(link_type::kPppPppd, build::join({{1}, ppp})), HostDirection::kOutgoing);
  EXPECT_EQ(direction(link_type::kPppPppd, build::join({{0xff}, ppp})), HostDirection::kUnknown);
  EXPECT_EQ(direction(link_type::kPppWithDir, build::join({{0, 0xff}, ppp})),
            HostDirection::kIncoming);
  EXPECT_EQ(direction(link_type::kPppWithDir, build::join({{9, 0xff}, ppp})),
            HostDirection::kOutgoing);
}

TEST(LinkLayer, Ppp) {
  const Bytes pppoe = build::ethernet(ethertype::kPppoeSession, build::pppoe(17, v4()));
  Bytes discovery = pppoe;
  discovery[15] = 0x09;
  expect_decoded({
      {"with address and control", link_type::kPpp, build::join({{0xff, 3, 0, 0x21}, v4()}), kV4},
      {"without", link_type::kPpp, build::join({{0, 0x57}, v6()}), kV6},
      {"compressed protocol", link_type::kPpp, build::join({{0x21}, v4()}), kV4},
      {"LCP", link_type::kPpp, {0xff, 3, 0xc0, 0x21, 1, 1, 0, 4}, kNotIp},
      {"HDLC framing", link_type::kPppHdlc, build::join({{0xff, 3, 0, 0x21}, v4()}), kV4},
      {"Cisco HDLC", link_type::kPppHdlc, build::join({{0x0f, 0, 0x86, 0xdd}, v6()}), kV6},
      {"MPLS in PPP", link_type::kPpp, build::join({{0xff, 3, 0x02, 0x81}, build::mpls({5}, v4())}),
       "mpls 5 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"PPPoE", link_type::kEthernet, pppoe, "pppoe 17 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"PPPoE padded", link_type::kEthernet, build::padded(pppoe),
       "pppoe 17 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"PPPoE alone", link_type::kPppEther, build::pppoe(17, v6()),
       "pppoe 17 [fd09::2]:4096 > [fd09::1]:50498 size 60 "},
      {"PPPoE discovery", link_type::kEthernet, discovery, kNotIp},
      {"cut", link_type::kPpp, {0xff}, kCut},
      {"cut in PPPoE", link_type::kPppEther, {0x11, 0, 0, 17, 0}, kCut},
  });
}

TEST(LinkLayer, Mpls) {
  const auto mpls = [](const std::vector<uint32_t>& labels, const Bytes& payload) {
    return build::ethernet(ethertype::kMpls, build::mpls(labels, payload));
  };
  const Bytes control_word{0, 0, 0, 1};
  expect_decoded({
      {"as link layer", link_type::kMpls, build::mpls({100, 200}, v4()),
       "mpls 100 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"the top label is the layer's id", link_type::kEthernet, mpls({100, 200}, v4()),
       "mpls 100 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"IPv6", link_type::kEthernet, mpls({2}, v6()),
       "mpls 2 [fd09::2]:4096 > [fd09::1]:50498 size 60 "},
      {"pseudo-wire", link_type::kEthernet,
       mpls({100}, build::join({control_word, build::ethernet(v4())})),
       "mpls 100 10.9.0.2:4096 > 10.9.0.1:50498 size 40 "},
      {"pseudo-wire with ARP", link_type::kEthernet,
       mpls({100}, build::join({control_word, build::ethernet(0x0806, Bytes(28))})), kNotIp},
      {"pseudo-wire, contradiction", link_type::kEthernet,
       mpls({100}, build::join({control_word, build::ethernet(ethertype::kIPv6, v4())})), kNotIp},
      {"something else", link_type::kEthernet, mpls({100}, Bytes(40, 0x10)), kNotIp},
      {"no bottom of stack", link_type::kEthernet, build::ethernet(ethertype::kMpls, Bytes(400)),
       "too many encapsulation layers"},
      {"cut", link_type::kEthernet, build::ethernet(ethertype::kMpls, {0, 0, 0, 64, 0}), kCut},
  });
}

TEST(LinkLayer, CookedHeadersTellTheDirection) {
  struct DirectionCase {
    uint8_t packet_type;
    HostDirection expected;
  };
  const DirectionCase cases[] = {{0, HostDirection::kIncoming}, {1, HostDirection::kIncoming},
                                 {2, HostDirection::kIncoming}, {3, HostDirection::kForwarded},
                                 {4, HostDirection::kOutgoing}, {9, HostDirection::kUnknown}};
  for (const DirectionCase& c : cases) {
    SCOPED_TRACE(int{c.packet_type});
    const Bytes v1 = build::sll(v4(), c.packet_type), v2 = build::sll2(v6(), c.packet_type, 3);
    Packet packet;
    ASSERT_EQ(decode(build::frame(v1, link_type::kLinuxSll), packet), Undecoded::kNone);
    EXPECT_EQ(packet.host_direction, c.expected);
    EXPECT_EQ(packet.ifindex, 0u);
    EXPECT_EQ(packet.size, IpSize{40});
    ASSERT_EQ(decode(build::frame(v2, link_type::kLinuxSll2), packet), Undecoded::kNone);
    EXPECT_EQ(packet.host_direction, c.expected);
    EXPECT_EQ(packet.ifindex, 3u);
    EXPECT_EQ(packet.size, IpSize{60});
  }
}

TEST(LinkLayer, DirectionAndInterfaceDoNotStayBehindInAReusedPacket) {
  const Bytes cooked = build::sll2(v4(), 4, 3), plain = build::ethernet(v4());
  Packet packet;
  ASSERT_EQ(decode(build::frame(cooked, link_type::kLinuxSll2), packet), Undecoded::kNone);
  ASSERT_EQ(decode(build::frame(plain, link_type::kEthernet), packet), Undecoded::kNone);
  EXPECT_EQ(packet.host_direction, HostDirection::kUnknown);
  EXPECT_EQ(packet.ifindex, 0u);
}

TEST(LinkLayer, CookedNetlinkIsNotIp) {
  Bytes netlink = build::sll(v4());
  netlink[2] = 0x03, netlink[3] = 0x38;  // ARPHRD_NETLINK: the protocol is a netlink family
  EXPECT_EQ(decode_text(netlink, link_type::kLinuxSll), kNotIp);
}

}  // namespace
}  // namespace mtuscope
