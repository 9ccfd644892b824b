#include "capture/link_layer.h"

#include "capture/tunnel.h"

namespace mtuscope {
namespace {

constexpr uint32_t kVlanTagBytes = 4;
constexpr uint32_t kSllHeaderBytes = 16;
constexpr uint32_t kSll2HeaderBytes = 20;
constexpr uint32_t kPppoeHeaderBytes = 6;
constexpr uint32_t kMplsLabelBytes = 4;

// PPP protocol numbers, https://www.iana.org/assignments/ppp-numbers.
constexpr uint16_t kPppIPv4 = 0x0021;
constexpr uint16_t kPppIPv6 = 0x0057;
constexpr uint16_t kPppMpls = 0x0281;

// ARPHRD_ values (linux/if_arp.h) with which the protocol field of a cooked header is no EtherType.
constexpr uint16_t kArphrdNetlink = 824;
constexpr uint16_t kArphrdRadiotap = 803;
constexpr uint16_t kArphrdFrad = 770;

Undecoded strip_mpls(WireBytes bytes, Packet& packet, NetworkLayer& network);
Undecoded strip_cisco_hdlc(WireBytes bytes, Packet& packet, NetworkLayer& network);

Undecoded family_by_nibble(WireBytes bytes, NetworkLayer& network) {
  if (!bytes.has(1)) return Undecoded::kIpTruncated;
  const unsigned version = bytes.u8(0) >> 4;
  if (version != 4 && version != 6) return Undecoded::kIpBad;
  network = {version == 4 ? IpFamily::kIPv4 : IpFamily::kIPv6, bytes};
  return Undecoded::kNone;
}

// PPP from the protocol field on, which is one byte where the first is odd (RFC 1661 2, 6.5).
Undecoded strip_ppp_protocol(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(1)) return Undecoded::kLinkTruncated;
  const uint32_t field_bytes = bytes.u8(0) & 1 ? 1 : 2;
  if (!bytes.has(field_bytes)) return Undecoded::kLinkTruncated;
  const uint16_t protocol = field_bytes == 1 ? bytes.u8(0) : bytes.be16(0);
  const WireBytes payload = bytes.after(field_bytes);
  switch (protocol) {
    case kPppIPv4:
      network = {IpFamily::kIPv4, payload};
      return Undecoded::kNone;
    case kPppIPv6:
      network = {IpFamily::kIPv6, payload};
      return Undecoded::kNone;
    case kPppMpls:
      return strip_mpls(payload, packet, network);
    default:
      return Undecoded::kNotIp;
  }
}

// LINKTYPE_PPP and LINKTYPE_PPP_HDLC: address and control (ff 03) may have been compressed away;
// 0f 00 and 8f 00 are Cisco HDLC, which has an EtherType.
Undecoded strip_ppp(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(2)) return Undecoded::kLinkTruncated;
  const uint16_t start = bytes.be16(0);
  if (start == 0xff03) return strip_ppp_protocol(bytes.after(2), packet, network);
  if (start == 0x0f00 || start == 0x8f00) return strip_cisco_hdlc(bytes, packet, network);
  return strip_ppp_protocol(bytes, packet, network);
}

// The byte that some link types begin with: 0 received, otherwise sent by the capturing host.
HostDirection direction_of_byte(uint8_t byte) {
  return byte == 0 ? HostDirection::kIncoming : HostDirection::kOutgoing;
}

// LINKTYPE_PPP_PPPD: the direction where the address would be, the control byte, then PPP. An
// address that was left in place says nothing of the direction.
Undecoded strip_ppp_pppd(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(2)) return Undecoded::kLinkTruncated;
  if (bytes.u8(0) <= 1) packet.host_direction = direction_of_byte(bytes.u8(0));
  return strip_ppp_protocol(bytes.after(2), packet, network);
}

// LINKTYPE_PPP_WITH_DIR.
Undecoded strip_ppp_with_dir(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(1)) return Undecoded::kLinkTruncated;
  packet.host_direction = direction_of_byte(bytes.u8(0));
  return strip_ppp(bytes.after(1), packet, network);
}

// Address (0f unicast, 8f broadcast), control, EtherType.
Undecoded strip_cisco_hdlc(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(4)) return Undecoded::kLinkTruncated;
  return strip_ethertype(bytes.be16(2), bytes.after(4), packet, network);
}

Undecoded strip_cisco_hdlc_with_dir(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(1)) return Undecoded::kLinkTruncated;
  packet.host_direction = direction_of_byte(bytes.u8(0));
  return strip_cisco_hdlc(bytes.after(1), packet, network);
}

// RFC 2516 4: version and type 1, code 0 in the session stage, session id, length.
Undecoded strip_pppoe(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(kPppoeHeaderBytes)) return Undecoded::kLinkTruncated;
  if (bytes.u8(0) != 0x11 || bytes.u8(1) != 0) return Undecoded::kNotIp;
  if (!push_tunnel(packet, TunnelKind::kPppoe, bytes.be16(2))) return Undecoded::kTunnelDepth;
  return strip_ppp_protocol(bytes.after(kPppoeHeaderBytes), packet, network);
}

// What follows the label stack has no type field (RFC 3032 2.2). By the nibble: 4 and 6 are IP
// (RFC 4928 3), 0 is a pseudo-wire control word (RFC 4385), taken as Ethernet only where an
// EtherType and a version nibble agree with that.
Undecoded strip_mpls(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(kMplsLabelBytes)) return Undecoded::kLinkTruncated;
  if (!push_tunnel(packet, TunnelKind::kMpls, bytes.be32(0) >> 12)) return Undecoded::kTunnelDepth;
  for (int labels = 1;; ++labels) {
    const bool bottom = bytes.u8(2) & 1;
    bytes = bytes.after(kMplsLabelBytes);
    if (bottom) break;
    if (labels == kMaxMplsLabels) return Undecoded::kTunnelDepth;
    if (!bytes.has(kMplsLabelBytes)) return Undecoded::kLinkTruncated;
  }
  if (!bytes.has(1)) return Undecoded::kLinkTruncated;
  const unsigned nibble = bytes.u8(0) >> 4;
  if (nibble == 4 || nibble == 6) return family_by_nibble(bytes, network);
  if (nibble != 0) return Undecoded::kNotIp;
  constexpr uint32_t kControlWordBytes = 4;
  const Undecoded reason = strip_ethernet(bytes.after(kControlWordBytes), packet, network);
  if (reason != Undecoded::kNone) return Undecoded::kNotIp;
  NetworkLayer seen;
  const bool agrees =
      family_by_nibble(network.bytes, seen) == Undecoded::kNone && seen.family == network.family;
  return agrees ? Undecoded::kNone : Undecoded::kNotIp;
}

// The family is an AF_ value of the capturing system, in its byte order (LINKTYPE_NULL) or in
// network order (LINKTYPE_LOOP). Every such value fits one byte, so both orders can be read.
Undecoded strip_loopback(WireBytes bytes, NetworkLayer& network) {
  if (!bytes.has(4)) return Undecoded::kLinkTruncated;
  uint32_t family = bytes.be32(0);
  if (family > 0xff) family = __builtin_bswap32(family);
  const WireBytes payload = bytes.after(4);
  switch (family) {
    case 2:
      network = {IpFamily::kIPv4, payload};
      return Undecoded::kNone;
    case 10:  // Linux
    case 23:  // Windows (Npcap)
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      network = {IpFamily::kIPv6, payload};
      return Undecoded::kNone;
    default:
      return Undecoded::kNotIp;
  }
}

// Packet type of a cooked header: PACKET_HOST, _BROADCAST, _MULTICAST, _OTHERHOST, _OUTGOING
// (linux/if_packet.h). "Other host" is seen in promiscuous mode: from somebody to somebody else.
HostDirection direction_of(unsigned packet_type) {
  switch (packet_type) {
    case 0:
    case 1:
    case 2:
      return HostDirection::kIncoming;
    case 3:
      return HostDirection::kForwarded;
    case 4:
      return HostDirection::kOutgoing;
    default:
      return HostDirection::kUnknown;
  }
}

bool protocol_is_ethertype(uint16_t arphrd) {
  return arphrd != kArphrdNetlink && arphrd != kArphrdRadiotap && arphrd != kArphrdFrad;
}

// Packet type, ARPHRD, address length, address (8), protocol.
Undecoded strip_sll(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(kSllHeaderBytes)) return Undecoded::kLinkTruncated;
  packet.host_direction = direction_of(bytes.be16(0));
  if (!protocol_is_ethertype(bytes.be16(2))) return Undecoded::kNotIp;
  return strip_ethertype(bytes.be16(14), bytes.after(kSllHeaderBytes), packet, network);
}

// Protocol, reserved (2), interface index (4), ARPHRD, packet type (1), address length (1),
// address (8).
Undecoded strip_sll2(WireBytes bytes, Packet& packet, NetworkLayer& network) {
  if (!bytes.has(kSll2HeaderBytes)) return Undecoded::kLinkTruncated;
  packet.ifindex = bytes.be32(4);
  packet.host_direction = direction_of(bytes.u8(10));
  if (!protocol_is_ethertype(bytes.be16(8))) return Undecoded::kNotIp;
  return strip_ethertype(bytes.be16(0), bytes.after(kSll2HeaderBytes), packet, network);
}

}  // namespace

Undecoded strip_ethertype(uint16_t type, WireBytes bytes, Packet& packet, NetworkLayer& network) {
  for (int tags = 0; tags <= kMaxVlanTags; ++tags) {
    switch (type) {
      case ethertype::kIPv4:
        network = {IpFamily::kIPv4, bytes};
        return Undecoded::kNone;
      case ethertype::kIPv6:
        network = {IpFamily::kIPv6, bytes};
        return Undecoded::kNone;
      case ethertype::kVlan:
      case ethertype::kQinQ:
      case ethertype::kQinQOld:
        if (!bytes.has(kVlanTagBytes)) return Undecoded::kLinkTruncated;
        type = bytes.be16(2);
        bytes = bytes.after(kVlanTagBytes);
        break;
      case ethertype::kPppoeSession:
        return strip_pppoe(bytes, packet, network);
      case ethertype::kMpls:
      case ethertype::kMplsUpstream:
        return strip_mpls(bytes, packet, network);
      default:
        return Undecoded::kNotIp;
    }
  }
  return Undecoded::kTunnelDepth;
}

Undecoded strip_ethernet(WireBytes frame, Packet& packet, NetworkLayer& network) {
  if (!frame.has(kEthernetHeaderBytes)) return Undecoded::kLinkTruncated;
  const uint16_t type = frame.be16(12);
  return strip_ethertype(type, frame.past(kEthernetHeaderBytes), packet, network);
}

Undecoded strip_any_link_header(uint16_t link_type, WireBytes frame, Packet& packet,
                                NetworkLayer& network) {
  switch (link_type) {
    case link_type::kEthernet:
      return strip_ethernet(frame, packet, network);
    case link_type::kRaw:
    case link_type::kDltRaw:
    case link_type::kDltRawOpenBsd:
      return family_by_nibble(frame, network);
    case link_type::kIPv4:
      network = {IpFamily::kIPv4, frame};
      return Undecoded::kNone;
    case link_type::kIPv6:
      network = {IpFamily::kIPv6, frame};
      return Undecoded::kNone;
    case link_type::kLinuxSll:
      return strip_sll(frame, packet, network);
    case link_type::kLinuxSll2:
      return strip_sll2(frame, packet, network);
    case link_type::kNull:
    case link_type::kLoop:
      return strip_loopback(frame, network);
    case link_type::kPpp:
    case link_type::kPppHdlc:
      return strip_ppp(frame, packet, network);
    case link_type::kPppEther:
      return strip_pppoe(frame, packet, network);
    case link_type::kPppPppd:
      return strip_ppp_pppd(frame, packet, network);
    case link_type::kPppWithDir:
      return strip_ppp_with_dir(frame, packet, network);
    case link_type::kCiscoHdlc:
      return strip_cisco_hdlc(frame, packet, network);
    case link_type::kCiscoHdlcWithDir:
      return strip_cisco_hdlc_with_dir(frame, packet, network);
    case link_type::kMpls:
      return strip_mpls(frame, packet, network);
    default:
      return Undecoded::kLinkType;
  }
}

}  // namespace mtuscope
