// From the frame to the IP header: link headers, VLAN tags, PPPoE and MPLS. First step of decode();
// tunnels that carry Ethernet frames come back here.

#ifndef MTUSCOPE_CAPTURE_LINK_LAYER_H_
#define MTUSCOPE_CAPTURE_LINK_LAYER_H_

#include <cstdint>

#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/units.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// Values in capture files, https://www.tcpdump.org/linktypes.html.
namespace link_type {
inline constexpr uint16_t kNull = 0;  // BSD loopback, macOS utun; family in host byte order
inline constexpr uint16_t kEthernet = 1;
inline constexpr uint16_t kPpp = 9;
inline constexpr uint16_t kDltRaw = 12;  // DLT_RAW, written by some tools instead of 101
inline constexpr uint16_t kDltRawOpenBsd = 14;
inline constexpr uint16_t kPppHdlc = 50;   // RFC 1662 framing, or Cisco HDLC
inline constexpr uint16_t kPppEther = 51;  // PPPoE without the Ethernet header
inline constexpr uint16_t kRaw = 101;      // IPv4 or IPv6, by the version nibble
inline constexpr uint16_t kCiscoHdlc = 104;
inline constexpr uint16_t kLoop = 108;        // OpenBSD loopback; family in network byte order
inline constexpr uint16_t kLinuxSll = 113;    // `-i any`, cooked v1
inline constexpr uint16_t kPppPppd = 166;     // direction in place of PPP's address byte
inline constexpr uint16_t kPppWithDir = 204;  // direction before what kPpp has
inline constexpr uint16_t kCiscoHdlcWithDir = 205;  // direction before what kCiscoHdlc has
inline constexpr uint16_t kMpls = 219;              // the label stack is the link header
inline constexpr uint16_t kIPv4 = 228;
inline constexpr uint16_t kIPv6 = 229;
inline constexpr uint16_t kLinuxSll2 = 276;  // `-i any`, cooked v2 (libpcap 1.10)
}  // namespace link_type

// https://www.iana.org/assignments/ieee-802-numbers
namespace ethertype {
inline constexpr uint16_t kIPv4 = 0x0800;
inline constexpr uint16_t kIPv6 = 0x86dd;
inline constexpr uint16_t kVlan = 0x8100;                          // IEEE 802.1Q
inline constexpr uint16_t kQinQ = 0x88a8;                          // IEEE 802.1ad
inline constexpr uint16_t kQinQOld = 0x9100;                       // before 802.1ad
inline constexpr uint16_t kTransEthernet = 0x6558;                 // an Ethernet frame, RFC 1701
inline constexpr uint16_t kMpls = 0x8847, kMplsUpstream = 0x8848;  // RFC 3032, RFC 5332
inline constexpr uint16_t kPppoeSession = 0x8864;                  // RFC 2516
inline constexpr uint16_t kErspan2 = 0x88be;
}  // namespace ethertype

inline constexpr uint32_t kEthernetHeaderBytes = 14;

// VLAN tags and labels beyond these numbers are nonsense or an attack.
inline constexpr int kMaxVlanTags = 8;
inline constexpr int kMaxMplsLabels = 16;

// What is left when the link layer is off: an IP header, supposedly of this family, with all that
// follows it (padding included).
struct NetworkLayer {
  IpFamily family = IpFamily::kIPv4;
  WireBytes bytes;
};

// Takes the link header of `frame` off. Writes host_direction, ifindex and the PPPoE and MPLS
// layers into `packet`, whose tunnel_count must be set. Not kNone: kLinkType, kNotIp,
// kLinkTruncated, kTunnelDepth, and kIpTruncated or kIpBad where only the version nibble can tell
// the family and it is missing or neither.
Undecoded strip_any_link_header(uint16_t link_type, WireBytes frame, Packet& packet,
                                NetworkLayer& network);

// The same from an Ethernet header on.
Undecoded strip_ethernet(WireBytes frame, Packet& packet, NetworkLayer& network);

// The same from behind an EtherType on.
Undecoded strip_ethertype(uint16_t type, WireBytes bytes, Packet& packet, NetworkLayer& network);

// The same, and sooner for most frames: IP straight behind an Ethernet header.
inline Undecoded strip_link_header(uint16_t link_type, WireBytes frame, Packet& packet,
                                   NetworkLayer& network) {
  if (link_type == link_type::kEthernet && frame.has(kEthernetHeaderBytes)) [[likely]] {
    const uint16_t type = frame.be16(12);
    if (type == ethertype::kIPv4 || type == ethertype::kIPv6) [[likely]] {
      network = {type == ethertype::kIPv4 ? IpFamily::kIPv4 : IpFamily::kIPv6,
                 frame.past(kEthernetHeaderBytes)};
      return Undecoded::kNone;
    }
  }
  return strip_any_link_header(link_type, frame, packet, network);
}

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_LINK_LAYER_H_
