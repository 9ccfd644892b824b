// Attributes as the kernel fills them in: ipip_fill_info() and the like in net/ipv4 and net/ipv6,
// vxlan_fill_info(), geneve_fill_info().

#include "probes/tunnel_link.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>

#include <array>
#include <string>

namespace mtuscope {
namespace {

// IFLA_INFO_DATA with the attributes that it is given.
class Settings {
 public:
  Settings() : message_(mnl_nlmsg_put_header(bytes_.data())) {
    nest_ = mnl_attr_nest_start(message_, IFLA_INFO_DATA);
  }
  Settings& address(uint16_t type, const std::string& text) {
    const IpAddress a = *IpAddress::parse(text);
    mnl_attr_put(message_, type, a.family == IpFamily::kIPv4 ? 4 : 16, a.bytes.data());
    return *this;
  }
  Settings& u32(uint16_t type, uint32_t value) {
    mnl_attr_put_u32(message_, type, value);
    return *this;
  }
  Settings& u16(uint16_t type, uint16_t value) {
    mnl_attr_put_u16(message_, type, value);
    return *this;
  }
  std::optional<TunnelEnd> read(std::string_view kind) {
    mnl_attr_nest_end(message_, nest_);
    return read_tunnel_end(kind, *nest_);
  }

 private:
  alignas(8) std::array<char, 1024> bytes_{};
  nlmsghdr* message_;
  nlattr* nest_;
};

const IpAddress kRemote = *IpAddress::parse("198.51.100.2");
const IpAddress kRemote6 = *IpAddress::parse("2001:db8::2");

TEST(TunnelLink, EachKindTellsItsOtherEnd) {
  for (const char* kind : {"ipip", "sit"}) {
    const auto end = Settings()
                         .u32(IFLA_IPTUN_LINK, 3)
                         .address(IFLA_IPTUN_LOCAL, "192.0.2.2")
                         .address(IFLA_IPTUN_REMOTE, "198.51.100.2")
                         .read(kind);
    EXPECT_EQ(end, (TunnelEnd{.remote = kRemote, .lower = 3, .options = ""})) << kind;
  }
  EXPECT_EQ(Settings().address(IFLA_VXLAN_GROUP, "198.51.100.2").read("vxlan")->remote, kRemote);
  EXPECT_EQ(Settings().address(IFLA_VXLAN_GROUP6, "2001:db8::2").read("vxlan")->remote, kRemote6);
  EXPECT_EQ(Settings().address(IFLA_GENEVE_REMOTE6, "2001:db8::2").read("geneve")->remote,
            kRemote6);
}

TEST(TunnelLink, OptionsOfWhatIsSentAreCounted) {
  Settings keyed;
  keyed.address(IFLA_GRE_REMOTE, "198.51.100.2").u16(IFLA_GRE_IFLAGS, htons(0xb000));
  keyed.u16(IFLA_GRE_OFLAGS, htons(0x3000));
  EXPECT_EQ(keyed.read("gretap"), (TunnelEnd{.remote = kRemote, .more = 8, .options = "key, seq"}));
}

// ip6_tunnel and ip6_gre add the limit unless IP6_TNL_F_IGN_ENCAP_LIMIT says no: MTU 1452 of 1500.
TEST(TunnelLink, OverIPv6TheEncapsulationLimitIsCounted) {
  EXPECT_EQ(Settings()
                .address(IFLA_IPTUN_REMOTE, "2001:db8::2")
                .u32(IFLA_IPTUN_FLAGS, 0)
                .read("ip6tnl")
                ->more,
            8u);
  EXPECT_EQ(Settings()
                .address(IFLA_GRE_REMOTE, "2001:db8::2")
                .u32(IFLA_GRE_FLAGS, IP6_TNL_F_IGN_ENCAP_LIMIT)
                .read("ip6gre")
                ->more,
            0u);
}

TEST(TunnelLink, ManyOtherEndsAreNone) {
  EXPECT_FALSE(Settings().read("vxlan")) << "learnt, or in its table";
  EXPECT_FALSE(Settings().address(IFLA_VXLAN_GROUP, "239.1.1.1").read("vxlan"));
  EXPECT_FALSE(Settings().address(IFLA_VXLAN_GROUP6, "ff05::100").read("vxlan"));
  EXPECT_FALSE(Settings().address(IFLA_GRE_REMOTE, "0.0.0.0").read("gre"));
}

TEST(TunnelLink, WhatIsPutIntoFurtherHeadersIsNotGuessed) {
  EXPECT_FALSE(Settings()
                   .address(IFLA_IPTUN_REMOTE, "198.51.100.2")
                   .u16(IFLA_IPTUN_ENCAP_TYPE, TUNNEL_ENCAP_FOU)
                   .read("ipip"));
}

TEST(TunnelLink, OtherKindsAreNoTunnels) {
  for (const char* kind : {"", "veth", "bridge", "wireguard"}) {
    EXPECT_FALSE(Settings().address(IFLA_IPTUN_REMOTE, "198.51.100.2").read(kind)) << kind;
  }
}

TEST(TunnelLink, AttributesOfAnotherLengthAreAsGoodAsAbsent) {
  EXPECT_FALSE(Settings().u16(IFLA_GRE_REMOTE, 7).read("gre"));
  EXPECT_EQ(Settings()
                .address(IFLA_GRE_REMOTE, "198.51.100.2")
                .u32(IFLA_GRE_OFLAGS, 0xffffffff)
                .read("gre")
                ->more,
            0u);
}

}  // namespace
}  // namespace mtuscope
