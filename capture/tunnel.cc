#include "capture/tunnel.h"

#include "capture/ip.h"

namespace mtuscope {
namespace {

constexpr uint16_t kVxlanPort = 4789;       // RFC 7348
constexpr uint16_t kVxlanLinuxPort = 8472;  // drivers/net/vxlan default, flannel
constexpr uint16_t kGenevePort = 6081;      // RFC 8926
constexpr uint32_t kVxlanHeaderBytes = 8;
constexpr uint32_t kGeneveHeaderBytes = 8;
constexpr uint32_t kErspan2HeaderBytes = 8;

// Appends a layer that the present (outer) packet makes.
bool push_ip_tunnel(Packet& packet, TunnelKind kind, uint32_t id) {
  if (!push_tunnel(packet, kind, id)) return false;
  TunnelLayer& layer = packet.tunnels[packet.tunnel_count - 1];
  layer.outer_src = packet.src;
  layer.outer_dst = packet.dst;
  layer.outer_size = packet.size;
  return true;
}

bool strip_ip_in_ip(WireBytes bytes, Packet& packet, NetworkLayer& inner) {
  const bool inner_v6 = packet.protocol == ip_protocol::kIPv6;
  TunnelKind kind = inner_v6 ? TunnelKind::kSixInFour : TunnelKind::kIpip;
  if (packet.src.family == IpFamily::kIPv6) kind = TunnelKind::kIpInIpv6;
  inner = {inner_v6 ? IpFamily::kIPv6 : IpFamily::kIPv4, bytes};
  return push_ip_tunnel(packet, kind, 0);
}

// ERSPAN type II (draft-foschiano-erspan): version 1, session id in the low 10 bits of the second
// 16-bit word, then the mirrored Ethernet frame. Type I has neither GRE sequence nor this header.
bool strip_erspan2(WireBytes bytes, Packet& packet, NetworkLayer& inner) {
  if (!bytes.has(kErspan2HeaderBytes) || bytes.u8(0) >> 4 != 1) return false;
  if (!push_ip_tunnel(packet, TunnelKind::kGre, bytes.be16(2) & 0x3ffu)) return false;
  return strip_ethernet(bytes.after(kErspan2HeaderBytes), packet, inner) == Undecoded::kNone;
}

// RFC 2784, key and sequence number RFC 2890. Source routing (RFC 1701) and version 1 (PPTP, whose
// PPP is usually encrypted) are not looked into.
bool strip_gre(WireBytes bytes, Packet& packet, NetworkLayer& inner) {
  constexpr uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                     kVersion = 0x0007;
  if (!bytes.has(4)) return false;
  const uint16_t flags = bytes.be16(0);
  const uint16_t type = bytes.be16(2);
  if (flags & (kRouting | kVersion)) return false;
  uint32_t header_bytes = 4;
  if (flags & kChecksum) header_bytes += 4;
  const uint32_t key_at = header_bytes;
  if (flags & kKey) header_bytes += 4;
  if (flags & kSequence) header_bytes += 4;
  if (!bytes.has(header_bytes)) return false;
  const uint32_t key = flags & kKey ? bytes.be32(key_at) : 0;
  const WireBytes payload = bytes.after(header_bytes);

  if (type == ethertype::kErspan2 && flags & kSequence) {
    return strip_erspan2(payload, packet, inner);
  }
  if (!push_ip_tunnel(packet, TunnelKind::kGre, key)) return false;
  if (type == ethertype::kTransEthernet || type == ethertype::kErspan2) {
    return strip_ethernet(payload, packet, inner) == Undecoded::kNone;
  }
  return strip_ethertype(type, payload, packet, inner) == Undecoded::kNone;
}

// RFC 7348 5: the I flag set, 24-bit VNI, the last byte reserved. The group policy extension uses
// the G flag (0x80) and the two bytes in front of the VNI.
bool strip_vxlan(WireBytes bytes, Packet& packet, NetworkLayer& inner) {
  constexpr uint8_t kValidVni = 0x08, kGroupPolicy = 0x80;
  if (!bytes.has(kVxlanHeaderBytes)) return false;
  const uint8_t flags = bytes.u8(0);
  if (!(flags & kValidVni) || flags & ~(kValidVni | kGroupPolicy) || bytes.u8(7) != 0) return false;
  if (!push_ip_tunnel(packet, TunnelKind::kVxlan, bytes.be24(4))) return false;
  return strip_ethernet(bytes.after(kVxlanHeaderBytes), packet, inner) == Undecoded::kNone;
}

// RFC 8926 3.4: version 0, option length in 4-byte words, an EtherType, 24-bit VNI, reserved byte.
bool strip_geneve(WireBytes bytes, Packet& packet, NetworkLayer& inner) {
  if (!bytes.has(kGeneveHeaderBytes)) return false;
  if (bytes.u8(0) >> 6 != 0 || bytes.u8(7) != 0) return false;
  const uint32_t header_bytes = kGeneveHeaderBytes + uint32_t{bytes.u8(0) & 0x3fu} * 4;
  if (!bytes.has(header_bytes)) return false;
  if (!push_ip_tunnel(packet, TunnelKind::kGeneve, bytes.be24(4))) return false;
  const WireBytes payload = bytes.after(header_bytes);
  if (bytes.be16(2) == ethertype::kTransEthernet) {
    return strip_ethernet(payload, packet, inner) == Undecoded::kNone;
  }
  return strip_ethertype(bytes.be16(2), payload, packet, inner) == Undecoded::kNone;
}

// Padding stops at the tunnel's MTU, so a full-size packet has any length: 1452 at an MTU of 1420.
bool has_wireguard_data_shape(WireBytes payload, uint32_t datagram_bytes) {
  constexpr uint32_t kSmallestMtu = 576;
  if (datagram_bytes < kWireGuardMessageBytes) return false;
  const uint32_t inner_bytes = datagram_bytes - kWireGuardMessageBytes;
  if (inner_bytes % kWireGuardPadding != 0 && inner_bytes < kSmallestMtu) return false;
  // The little-endian counter starts at 0 with every key, and keys live 180 s.
  return !payload.has(16) || payload.be16(14) == 0;
}

}  // namespace

bool push_tunnel(Packet& packet, TunnelKind kind, uint32_t id) {
  if (packet.tunnel_count == kMaxTunnels) return false;
  TunnelLayer& layer = packet.tunnels[packet.tunnel_count++];
  layer.kind = kind;
  layer.outer_size = IpSize{};
  layer.id = id;
  return true;
}

bool may_be_tunnel(const Packet& packet) {
  if (packet.is_fragment) return false;
  if (packet.transport == Transport::kUdp) {
    return packet.dst_port == kVxlanPort || packet.dst_port == kVxlanLinuxPort ||
           packet.dst_port == kGenevePort;
  }
  return packet.transport == Transport::kOther &&
         (packet.protocol == ip_protocol::kIPv4 || packet.protocol == ip_protocol::kIPv6 ||
          packet.protocol == ip_protocol::kGre);
}

bool strip_tunnel(WireBytes ip_payload, Packet& packet, NetworkLayer& inner) {
  if (packet.transport == Transport::kUdp) {
    // The UDP length rules, not the IP length.
    const WireBytes payload = ip_payload.after(kUdpHeaderBytes).with_length(packet.payload_bytes);
    if (packet.dst_port == kGenevePort) return strip_geneve(payload, packet, inner);
    return strip_vxlan(payload, packet, inner);
  }
  if (packet.protocol == ip_protocol::kGre) return strip_gre(ip_payload, packet, inner);
  return strip_ip_in_ip(ip_payload, packet, inner);
}

bool has_wireguard_shape(WireBytes payload, uint32_t datagram_bytes) {
  if (!payload.has(4) || payload.be32(0) & 0x00ffffff) return false;
  switch (payload.u8(0)) {
    case 1:
      return datagram_bytes == 148;
    case 2:
      return datagram_bytes == 92;
    case 3:
      return datagram_bytes == 64;
    case 4:
      return has_wireguard_data_shape(payload, datagram_bytes);
    default:
      return false;
  }
}

}  // namespace mtuscope
