// Bytes to packet: one pass over a frame, no allocation, never throws. What cannot be decoded gives
// a reason, which the caller counts and shows.

#ifndef MTUSCOPE_CAPTURE_DECODE_H_
#define MTUSCOPE_CAPTURE_DECODE_H_

#include <cstdint>
#include <string_view>

#include "capture/frame.h"
#include "capture/packet.h"

namespace mtuscope {

enum class Undecoded : uint8_t {
  kNone,                // decoded
  kLinkType,            // a link type we do not know
  kNotIp,               // ARP, LLDP, 802.11 management ... : nothing is lost for us
  kLinkTruncated,       // the capture ends inside the link header
  kIpTruncated,         // ... inside the IP header or its extension headers
  kIpBad,               // version, header length or total length contradict each other
  kTransportTruncated,  // ... inside the TCP, UDP or ICMP header
  kTransportBad,        // TCP data offset or UDP length contradict the IP length
  kTunnelDepth,         // more VLAN tags, MPLS labels, PPPoE or MPLS layers than anybody uses
  kCount
};

// Short text for people and for JSON keys, e.g. "transport header cut by the snaplen".
std::string_view to_string(Undecoded reason);

// Fills `packet` (its previous contents do not matter) and returns kNone, or says why not; then
// `packet` must not be used. A tunnel whose inside cannot be decoded (cut by the snaplen, not IP,
// deeper than kMaxTunnels, fragmented outside) is no failure: the outer packet is the result.
Undecoded decode(const Frame& frame, Packet& packet);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_DECODE_H_
