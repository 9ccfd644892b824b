#include "probes/wireguard_device.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

// The answer of wireguard-go to "get=1".
constexpr std::string_view kAnswer =
    "private_key=e84b5a6d2717c1003a13b431570353dbaca9146cf150c5f8575680feba52027a\n"
    "listen_port=12912\n"
    "fwmark=51820\n"
    "public_key=b85996fecc9c7f1fc6d2572a76eda11d59bcd20be8e543b15ce4bd85a8e75a33\n"
    "preshared_key=188515093e952f5f22e865cef3012e72f8b5f0b598ac0309d5dacce3b70fcf52\n"
    "protocol_version=1\n"
    "endpoint=[2001:db8::5%eth0]:51820\n"
    "last_handshake_time_sec=1700000000\n"
    "last_handshake_time_nsec=5\n"
    "tx_bytes=1212\n"
    "rx_bytes=2224\n"
    "persistent_keepalive_interval=111\n"
    "allowed_ip=0.0.0.0/0\n"
    "public_key=58402e695ba1772b1cc9309755f043251ea77fdcf10fbe63989ceb7e19321376\n"
    "last_handshake_time_sec=0\n"
    "allowed_ip=10.9.0.0/24\n"
    "allowed_ip=fd09::/64\n"
    "errno=0\n"
    "\n";

WireGuardDevice parse_uapi(std::string_view answer, const std::string& interface) {
  WireGuardDevice device{.interface = interface};
  read_uapi(answer, device);
  return device;
}

TEST(WireGuardDevice, TheUserspaceAnswerIsRead) {
  const WireGuardDevice device = parse_uapi(kAnswer, "wg0");
  EXPECT_EQ(device.interface, "wg0");
  EXPECT_EQ(device.mark, 51820u);
  ASSERT_EQ(device.peers.size(), 2u);
  EXPECT_EQ(to_string(device.peers[0].endpoint.value()), "[2001:db8::5]:51820");
  EXPECT_EQ(device.peers[0].last_handshake, Timestamp{1'700'000'000'000'000'000});
  EXPECT_EQ(device.peers[0].received, 2224u);
  EXPECT_EQ(device.peers[1].endpoint, std::nullopt);
  EXPECT_EQ(device.peers[1].last_handshake, std::nullopt) << "0 means never";
  EXPECT_EQ(device.peers[1].allowed_ips.size(), 2u);
}

TEST(WireGuardDevice, AnAnswerInPiecesIsTheSame) {
  const WireGuardDevice whole = parse_uapi(kAnswer, "wg0");
  for (const size_t piece : {1, 7, 100}) {
    WireGuardDevice device{.interface = "wg0"};
    std::string unread;
    for (size_t i = 0; i < kAnswer.size(); i += piece) {
      unread += kAnswer.substr(i, piece);
      unread.erase(0, read_uapi(unread, device));
    }
    EXPECT_EQ(unread, "");
    ASSERT_EQ(device.peers.size(), whole.peers.size());
    EXPECT_EQ(device.mark, whole.mark);
    EXPECT_EQ(device.peers[0].endpoint, whole.peers[0].endpoint);
    EXPECT_EQ(device.peers[1].allowed_ips, whole.peers[1].allowed_ips);
  }
}

TEST(WireGuardDevice, ThePeerWithTheLongestPrefixGetsThePacket) {
  const WireGuardDevice device = parse_uapi(kAnswer, "wg0");
  EXPECT_EQ(peer_for(device, *IpAddress::parse("10.9.0.2")), &device.peers[1]);
  EXPECT_EQ(peer_for(device, *IpAddress::parse("192.0.2.1")), &device.peers[0]);
  EXPECT_EQ(peer_for(device, *IpAddress::parse("2001:db8::9")), nullptr);
}

TEST(WireGuardDevice, AnyAnswerIsSurvived) {
  for (const char* text :
       {"", "\n", "endpoint=", "public_key=\nendpoint=x\nallowed_ip=/\n",
        "public_key=\nendpoint=1.2.3.4:99999999999\nlast_handshake_time_sec=-1", "=",
        "public_key=1\nlast_handshake_time_sec=18446744073709551615\n", "allowed_ip=10.0.0.0/8"}) {
    EXPECT_LE(parse_uapi(text, "wg0").peers.size(), 1u) << text;
  }
}

TEST(WireGuardDevice, AnInterfaceThatIsNoneIsToldAsSuch) {
  const WireGuardAnswer answer = ask_wireguard("nope0");
  EXPECT_FALSE(answer.device);
  EXPECT_NE(answer.unseen, "");
}

}  // namespace
}  // namespace mtuscope
