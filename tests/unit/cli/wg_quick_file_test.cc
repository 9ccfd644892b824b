#include "cli/wg_quick_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/error.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kPrivate = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

const std::string kFile = std::string(R"(# Site to site
[Interface]
PrivateKey = )") + std::string(kPrivate) +
                          R"(
Address = 10.9.0.1/24, fd09::1/64
mtu = 1420   # as always
Table = auto
FwMark = 0xca6c
PostUp = iptables -A FORWARD -i %i -j ACCEPT
PostUp = iptables -t mangle -A FORWARD -o %i -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1380
DNS = 10.9.0.53

[Peer]
PublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=
Endpoint = 198.51.100.2:51820
AllowedIPs = 10.9.0.2/32

[Peer]
PublicKey = TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=
AllowedIPs = 10.9.1.0/24
allowedips = 10.9.2.0/24, 10.9.3.0/24
)";

// what() and hint() of the Error; empty when there is none.
std::string complaint(const std::string& text) {
  try {
    parse_wg_quick(text, "wg0.conf");
    return {};
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
}

TEST(WgQuickFile, WhatBearsOnTheMtuIsRead) {
  const WgQuickFile file = parse_wg_quick(kFile, "/etc/wireguard/wg0.conf");
  EXPECT_EQ(file.mtu, IpSize{1420});
  EXPECT_EQ(file.mtu_line.number, 5u);
  EXPECT_EQ(file.interface_header.number, 2u);
  EXPECT_EQ(file.addresses.size(), 2u);
  EXPECT_EQ(file.table, "auto");
  EXPECT_EQ(file.mark, 0xca6cu);
  EXPECT_EQ(interface_of(file), "wg0");
  ASSERT_EQ(file.clamps.size(), 1u) << "of several PostUp lines, those that clamp";
  EXPECT_EQ(file.clamps[0].number, 9u);
}

TEST(WgQuickFile, EachPeerKeepsItsOwnLines) {
  const WgQuickFile file = parse_wg_quick(kFile, "/etc/wireguard/wg0.conf");
  ASSERT_EQ(file.peers.size(), 2u);
  EXPECT_EQ(file.peers[0].endpoint, "198.51.100.2:51820");
  EXPECT_EQ(file.peers[0].allowed_ips.size(), 1u);
  EXPECT_EQ(file.peers[1].endpoint, "");
  EXPECT_EQ(file.peers[1].allowed_ips.size(), 3u) << "a key may be there again";
  const WireGuardDevice device = device_of(file);
  EXPECT_FALSE(device.has_state);
  EXPECT_EQ(to_string(device.peers[0].endpoint.value()), "198.51.100.2:51820");
}

TEST(WgQuickFile, TheChangeIsADiffOfOneLine) {
  const WgQuickFile file = parse_wg_quick(kFile, "/etc/wireguard/wg0.conf");
  EXPECT_EQ(mtu_diff(file, IpSize{1400}),
            "--- /etc/wireguard/wg0.conf\n+++ /etc/wireguard/wg0.conf\n@@ -5 +5 @@\n"
            "-mtu = 1420   # as always\n+mtu = 1400   # as always\n");
  EXPECT_EQ(mtu_diff(file, IpSize{1420}), "");
}

TEST(WgQuickFile, AMissingMtuIsAddedBehindTheHeader) {
  const WgQuickFile file = parse_wg_quick("\n[Interface]\nListenPort = 51820\n", "wg0.conf");
  EXPECT_EQ(mtu_diff(file, IpSize{1400}),
            "--- wg0.conf\n+++ wg0.conf\n@@ -2,0 +3 @@\n+MTU = 1400\n");
}

TEST(WgQuickFile, MistakesHaveTheirLineAndTheNearestRightKey) {
  EXPECT_EQ(complaint("[Interface]\nMTUU = 1420\n"),
            "wg0.conf, line 2: there is no key 'MTUU' here | Did you mean MTU?");
  EXPECT_EQ(complaint("[Interfaces]\n"),
            "wg0.conf, line 1: there is no section 'Interfaces' here | Did you mean Interface?");
  EXPECT_THAT(complaint("[Interface]\n\n[Peer]\nMTU = 1420\n"), HasSubstr("line 4"));
  EXPECT_THAT(complaint("[Interface]\nMTU = lots\n"), HasSubstr("line 2: MTU takes a number"));
  EXPECT_THAT(complaint("[Interface]\nMTU = 1420 1400\n"), HasSubstr("line 2: MTU takes"));
  EXPECT_THAT(complaint("[Interface]\nMTU = 20\n"), HasSubstr("line 2"));
  EXPECT_THAT(complaint("[Interface]\nAddress = 10.9.0.1/33\n"), HasSubstr("line 2: Address"));
  EXPECT_THAT(complaint("[Interface]\n[Peer]\nEndpoint = example.org\n"), HasSubstr("HOST:PORT"));
  EXPECT_THAT(complaint("MTU = 1420\n"), HasSubstr("line 1: there is no section yet"));
  EXPECT_THAT(complaint("[Peer]\n"), HasSubstr("has no [Interface] section"));
  EXPECT_THAT(complaint(""), HasSubstr("has no [Interface] section"));
}

TEST(WgQuickFile, KeysAreNeverRepeated) {
  const std::string key(kPrivate);
  for (const std::string& text :
       {"[Interface]\nPrivateKey " + key, "[Interface]\n" + key, "[Interface]\nPrivatKey = " + key,
        "[Interface]\nPrivateKey = " + key + "\nMTUU = 1", "[" + key + "]\n", key,
        "[Interface]\nMTU = " + key, "[Interface]\nAddress = " + key,
        "[Interface]\n[Peer]\nEndpoint = " + key}) {
    const std::string said = complaint(text);
    EXPECT_NE(said, "") << text;
    EXPECT_THAT(said, Not(HasSubstr(key.substr(0, 8)))) << text;
  }
  EXPECT_THAT(mtu_diff(parse_wg_quick(kFile, "wg0.conf"), IpSize{1400}),
              Not(HasSubstr(key.substr(0, 8))));
}

TEST(WgQuickFile, LineEndsOfOtherSystemsAreTaken) {
  const WgQuickFile file = parse_wg_quick("[Interface]\r\nMTU = 1420\r\n", "wg0.conf");
  EXPECT_EQ(file.mtu, IpSize{1420});
  EXPECT_THAT(mtu_diff(file, IpSize{1400}), HasSubstr("+MTU = 1400\n"));
}

TEST(WgQuickFile, AFileThatIsNotThereIsSaidWithTheNextAction) {
  try {
    read_wg_quick("/nowhere/wg0.conf");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
    EXPECT_THAT(error.hint(), HasSubstr("--wg-config"));
  }
}

}  // namespace
}  // namespace mtuscope
