#include "probes/wireguard_netlink.h"

#include <linux/genetlink.h>
#include <linux/wireguard.h>
#include <netinet/in.h>

#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "probes/netlink.h"

namespace mtuscope {
namespace {

constexpr int64_t kNanoseconds = 1'000'000'000;
constexpr int64_t kMostSeconds = std::numeric_limits<int64_t>::max() / kNanoseconds;

std::optional<Endpoint> read_endpoint(const nlattr& attribute) {
  const size_t length = mnl_attr_get_payload_len(&attribute);
  const void* bytes = mnl_attr_get_payload(&attribute);
  sockaddr_in v4;
  sockaddr_in6 v6;
  if (length == sizeof v4) {
    std::memcpy(&v4, bytes, sizeof v4);
    std::array<uint8_t, 4> address;
    std::memcpy(address.data(), &v4.sin_addr, 4);
    return Endpoint{IpAddress::from_v4(address.data()), ntohs(v4.sin_port)};
  }
  if (length != sizeof v6) return std::nullopt;
  std::memcpy(&v6, bytes, sizeof v6);
  return Endpoint{IpAddress::from_v6(v6.sin6_addr.s6_addr), ntohs(v6.sin6_port)};
}

void read_allowed_ip(const nlattr& block, WireGuardPeer& peer) {
  std::optional<IpAddress> address;
  std::optional<uint8_t> length;
  for_each_nested(block, [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == WGALLOWEDIP_A_IPADDR) {
      address = read_address(attribute);
    }
    if (mnl_attr_get_type(&attribute) == WGALLOWEDIP_A_CIDR_MASK &&
        mnl_attr_validate(&attribute, MNL_TYPE_U8) >= 0) {
      length = mnl_attr_get_u8(&attribute);
    }
  });
  if (!address || !length || *length > address_bits(address->family)) return;
  peer.allowed_ips.push_back({.address = *address, .length = *length});
}

}  // namespace

void WireGuardMessages::add(const nlmsghdr& message) {
  for_each_attribute(message, sizeof(genlmsghdr), [&](const nlattr& attribute) {
    if (mnl_attr_get_type(&attribute) == WGDEVICE_A_FWMARK) {
      device_.mark = read_u32(attribute).value_or(0);
    }
    if (mnl_attr_get_type(&attribute) == WGDEVICE_A_PEERS) {
      for_each_nested(attribute, [&](const nlattr& peer) { add_peer(peer); });
    }
  });
}

void WireGuardMessages::add_peer(const nlattr& nested) {
  WireGuardPeer peer;
  Key key{};
  for_each_nested(nested, [&](const nlattr& attribute) {
    const size_t length = mnl_attr_get_payload_len(&attribute);
    const void* bytes = mnl_attr_get_payload(&attribute);
    std::array<int64_t, 2> time{};  // struct __kernel_timespec
    switch (mnl_attr_get_type(&attribute)) {
      case WGPEER_A_PUBLIC_KEY:
        if (length == key.size()) std::memcpy(key.data(), bytes, length);
        break;
      case WGPEER_A_ENDPOINT:
        peer.endpoint = read_endpoint(attribute);
        break;
      case WGPEER_A_LAST_HANDSHAKE_TIME:
        if (length == sizeof time) std::memcpy(time.data(), bytes, length);
        if (time[0] > 0 && time[0] < kMostSeconds && time[1] >= 0 && time[1] < kNanoseconds) {
          peer.last_handshake = Timestamp{time[0] * kNanoseconds + time[1]};
        }
        break;
      case WGPEER_A_RX_BYTES:
        if (length == 8) peer.received = mnl_attr_get_u64(&attribute);
        break;
      case WGPEER_A_TX_BYTES:
        if (length == 8) peer.sent = mnl_attr_get_u64(&attribute);
        break;
      case WGPEER_A_ALLOWEDIPS:
        for_each_nested(attribute, [&](const nlattr& block) { read_allowed_ip(block, peer); });
        break;
      default:  // the preshared key among them
        break;
    }
  });
  // A peer of very many AllowedIPs goes on in the next message.
  if (!device_.peers.empty() && key == last_key_) {
    auto& blocks = device_.peers.back().allowed_ips;
    blocks.insert(blocks.end(), peer.allowed_ips.begin(), peer.allowed_ips.end());
    return;
  }
  last_key_ = key;
  device_.peers.push_back(std::move(peer));
}

}  // namespace mtuscope
