// Messages as drivers/net/wireguard/netlink.c of the kernel writes them: wg_get_device_dump(),
// get_peer() and get_allowedips().

#include "probes/wireguard_netlink.h"

#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace mtuscope {
namespace {

struct WrittenPeer {
  uint8_t key = 1;
  std::string endpoint = "192.0.2.7";  // empty: not known
  int64_t handshake = 1'700'000'000;
  std::vector<std::string> allowed_ips;
  bool goes_on = false;  // from the message before: AllowedIPs alone
};

class WrittenMessage {
 public:
  WrittenMessage() : message_(mnl_nlmsg_put_header(bytes_.data())) {
    message_->nlmsg_type = 28;  // whatever number the family has
    message_->nlmsg_flags = NLM_F_MULTI;
    auto* header =
        static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(message_, sizeof(genlmsghdr)));
    header->cmd = WG_CMD_GET_DEVICE;
    header->version = WG_GENL_VERSION;
  }
  WrittenMessage& device(uint32_t mark) {
    const std::array<uint8_t, WG_KEY_LEN> key{9, 9, 9};
    mnl_attr_put_u16(message_, WGDEVICE_A_LISTEN_PORT, 51820);
    mnl_attr_put_u32(message_, WGDEVICE_A_FWMARK, mark);
    mnl_attr_put_u32(message_, WGDEVICE_A_IFINDEX, 7);
    mnl_attr_put_strz(message_, WGDEVICE_A_IFNAME, "wg0");
    mnl_attr_put(message_, WGDEVICE_A_PRIVATE_KEY, key.size(), key.data());
    mnl_attr_put(message_, WGDEVICE_A_PUBLIC_KEY, key.size(), key.data());
    return *this;
  }
  WrittenMessage& peers(const std::vector<WrittenPeer>& peers) {
    nlattr* const nest = mnl_attr_nest_start(message_, WGDEVICE_A_PEERS);
    for (const WrittenPeer& p : peers) peer(p);
    mnl_attr_nest_end(message_, nest);
    return *this;
  }
  WrittenMessage& unknown() {
    mnl_attr_put_u64(message_, 200, 7);
    return *this;
  }
  nlmsghdr& header() { return *message_; }

 private:
  void peer(const WrittenPeer& p) {
    nlattr* const nest = mnl_attr_nest_start(message_, 0);
    std::array<uint8_t, WG_KEY_LEN> key{};
    key.fill(p.key);
    mnl_attr_put(message_, WGPEER_A_PUBLIC_KEY, key.size(), key.data());
    if (!p.goes_on) {
      const std::array<int64_t, 2> time{p.handshake, 250'000'000};
      mnl_attr_put(message_, WGPEER_A_PRESHARED_KEY, key.size(), key.data());
      mnl_attr_put(message_, WGPEER_A_LAST_HANDSHAKE_TIME, sizeof time, time.data());
      mnl_attr_put_u16(message_, WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, 25);
      mnl_attr_put_u64(message_, WGPEER_A_TX_BYTES, 1212);
      mnl_attr_put_u64(message_, WGPEER_A_RX_BYTES, 2224);
      mnl_attr_put_u32(message_, WGPEER_A_PROTOCOL_VERSION, 1);
      endpoint(p.endpoint);
      mnl_attr_put_u32(message_, 99, 1);  // of a later kernel
    }
    if (!p.allowed_ips.empty()) allowed_ips(p.allowed_ips);
    mnl_attr_nest_end(message_, nest);
  }
  void endpoint(const std::string& text) {
    const auto address = IpAddress::parse(text);
    if (!address) return;
    if (address->family == IpFamily::kIPv4) {
      sockaddr_in v4{};
      v4.sin_family = AF_INET;
      v4.sin_port = htons(51820);
      std::memcpy(&v4.sin_addr, address->bytes.data(), 4);
      mnl_attr_put(message_, WGPEER_A_ENDPOINT, sizeof v4, &v4);
    } else {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(51820);
      std::memcpy(&v6.sin6_addr, address->bytes.data(), 16);
      mnl_attr_put(message_, WGPEER_A_ENDPOINT, sizeof v6, &v6);
    }
  }
  void allowed_ips(const std::vector<std::string>& blocks) {
    nlattr* const nest = mnl_attr_nest_start(message_, WGPEER_A_ALLOWEDIPS);
    for (const std::string& text : blocks) {
      const IpPrefix prefix = *IpPrefix::parse(text);
      const bool v4 = prefix.address.family == IpFamily::kIPv4;
      nlattr* const block = mnl_attr_nest_start(message_, 0);
      mnl_attr_put_u8(message_, WGALLOWEDIP_A_CIDR_MASK, prefix.length);
      mnl_attr_put_u16(message_, WGALLOWEDIP_A_FAMILY, v4 ? AF_INET : AF_INET6);
      mnl_attr_put(message_, WGALLOWEDIP_A_IPADDR, v4 ? 4 : 16, prefix.address.bytes.data());
      mnl_attr_nest_end(message_, block);
    }
    mnl_attr_nest_end(message_, nest);
  }

  alignas(8) std::array<char, 32768> bytes_{};
  nlmsghdr* message_;
};

TEST(WireGuardMessages, ADeviceAndItsPeersAreRead) {
  WrittenMessage message;
  message.device(51820).unknown().peers(
      {{.key = 1, .allowed_ips = {"10.9.0.2/32", "192.168.7.0/24"}},
       {.key = 2, .endpoint = "2001:db8::5", .handshake = 0, .allowed_ips = {"::/0"}},
       {.key = 3, .endpoint = ""}});
  WireGuardDevice device;
  WireGuardMessages(device).add(message.header());
  EXPECT_EQ(device.mark, 51820u);
  ASSERT_EQ(device.peers.size(), 3u);
  EXPECT_EQ(to_string(device.peers[0].endpoint.value()), "192.0.2.7:51820");
  EXPECT_EQ(device.peers[0].last_handshake, Timestamp{1'700'000'000'250'000'000});
  EXPECT_EQ(device.peers[0].sent, 1212u);
  EXPECT_EQ(device.peers[0].received, 2224u);
  EXPECT_EQ(device.peers[0].allowed_ips,
            (std::vector{*IpPrefix::parse("10.9.0.2/32"), *IpPrefix::parse("192.168.7.0/24")}));
  EXPECT_EQ(to_string(device.peers[1].endpoint.value()), "[2001:db8::5]:51820");
  EXPECT_EQ(device.peers[1].last_handshake, std::nullopt) << "0 means never";
  EXPECT_EQ(device.peers[1].allowed_ips, std::vector{*IpPrefix::parse("::/0")});
  EXPECT_EQ(device.peers[2].endpoint, std::nullopt);
}

TEST(WireGuardMessages, APeerGoesOnInTheNextMessage) {
  WrittenMessage first, second, third;
  first.device(0).peers({{.key = 1, .allowed_ips = {"10.1.0.0/16"}},
                         {.key = 2, .endpoint = "192.0.2.8", .allowed_ips = {"10.2.0.0/16"}}});
  second.peers({{.key = 2, .allowed_ips = {"10.3.0.0/16", "10.4.0.0/16"}, .goes_on = true}});
  third.peers({{.key = 2, .allowed_ips = {"10.5.0.0/16"}, .goes_on = true},
               {.key = 4, .allowed_ips = {"10.6.0.0/16"}}});
  WireGuardDevice device;
  WireGuardMessages messages(device);
  for (WrittenMessage* message : {&first, &second, &third}) messages.add(message->header());
  ASSERT_EQ(device.peers.size(), 3u);
  EXPECT_EQ(device.peers[1].allowed_ips.size(), 4u);
  EXPECT_EQ(to_string(device.peers[1].endpoint.value()), "192.0.2.8:51820");
  EXPECT_EQ(peer_for(device, *IpAddress::parse("10.5.1.1")), &device.peers[1]);
  EXPECT_EQ(peer_for(device, *IpAddress::parse("10.6.1.1")), &device.peers[2]);
}

TEST(WireGuardMessages, ThousandsOfPeersAreAllRead) {
  WireGuardDevice device;
  WireGuardMessages messages(device);
  for (uint32_t i = 0; i < 5000; i += 2) {
    const auto peer = [](uint32_t number) {
      return WrittenPeer{.key = static_cast<uint8_t>(number % 251 + 1),
                         .allowed_ips = {"10." + std::to_string(number >> 8) + "." +
                                         std::to_string(number & 255) + ".1/32"}};
    };
    const auto message = std::make_unique<WrittenMessage>();
    if (i == 0) message->device(0);
    message->peers({peer(i), peer(i + 1)});
    messages.add(message->header());
  }
  ASSERT_EQ(device.peers.size(), 5000u);
  EXPECT_EQ(peer_for(device, *IpAddress::parse("10.19.135.1")), &device.peers[4999]);
}

// A block without its address, or with a mask that it can't have, must not become "everything".
TEST(WireGuardMessages, DamagedBlocksAreNotTakenForOthers) {
  WrittenMessage message;
  nlmsghdr& header = message.header();
  nlattr* const peers = mnl_attr_nest_start(&header, WGDEVICE_A_PEERS);
  nlattr* const peer = mnl_attr_nest_start(&header, 0);
  nlattr* const blocks = mnl_attr_nest_start(&header, WGPEER_A_ALLOWEDIPS);
  for (const auto& [mask, bytes] : {std::pair<uint8_t, size_t>{0, 5}, {33, 4}, {129, 16}, {0, 0}}) {
    nlattr* const block = mnl_attr_nest_start(&header, 0);
    const std::array<uint8_t, 16> address{10};
    mnl_attr_put_u8(&header, WGALLOWEDIP_A_CIDR_MASK, mask);
    if (bytes > 0) mnl_attr_put(&header, WGALLOWEDIP_A_IPADDR, bytes, address.data());
    mnl_attr_nest_end(&header, block);
  }
  mnl_attr_nest_end(&header, blocks);
  mnl_attr_nest_end(&header, peer);
  mnl_attr_nest_end(&header, peers);
  WireGuardDevice device;
  WireGuardMessages(device).add(header);
  ASSERT_EQ(device.peers.size(), 1u);
  EXPECT_TRUE(device.peers[0].allowed_ips.empty());
}

TEST(WireGuardMessages, CutAtAnyByteAMessageIsReadUpToThere) {
  WrittenMessage whole;
  whole.device(1).peers({{.key = 1, .allowed_ips = {"10.9.0.2/32"}}, {.key = 2}});
  const uint32_t length = whole.header().nlmsg_len;
  for (uint32_t cut = 0; cut <= length; ++cut) {
    // On the heap, so that a sanitizer sees a byte too many.
    std::vector<uint64_t> copy((cut + 7) / 8 + 2);
    std::memcpy(copy.data(), &whole.header(), std::max<size_t>(cut, sizeof(nlmsghdr)));
    auto* message = reinterpret_cast<nlmsghdr*>(copy.data());
    message->nlmsg_len = cut;
    WireGuardDevice device;
    WireGuardMessages(device).add(*message);
    EXPECT_LE(device.peers.size(), 2u);
  }
}

}  // namespace
}  // namespace mtuscope
