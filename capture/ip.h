// IPv4 and IPv6 headers, extension headers and fragments: the step of decode() between the link
// layer and the transport.

#ifndef MTUSCOPE_CAPTURE_IP_H_
#define MTUSCOPE_CAPTURE_IP_H_

#include <cstdint>

#include "capture/decode.h"
#include "capture/link_layer.h"
#include "capture/packet.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// https://www.iana.org/assignments/protocol-numbers
namespace ip_protocol {
inline constexpr uint8_t kHopByHop = 0, kIcmp = 1, kIPv4 = 4, kTcp = 6, kUdp = 17, kIPv6 = 41,
                         kRouting = 43, kFragment = 44, kGre = 47, kEsp = 50, kAh = 51,
                         kIcmpV6 = 58, kNoNext = 59, kDestination = 60, kSctp = 132,
                         kMobility = 135, kHip = 139, kShim6 = 140;
}  // namespace ip_protocol

// Real chains have one or two; what has more ends there, its last next-header value as protocol.
inline constexpr int kMaxExtensionHeaders = 8;

// Fills the IP fields of `packet` (src ... ip_id) and leaves the IP payload in `transport`: limited
// to the length the header claims, so without link padding. Where the length field is 0 (BIG TCP,
// TSO, jumbograms without their option) the claimed length of `network` is the size.
// Not kNone: kIpTruncated, kIpBad.
Undecoded decode_ip(const NetworkLayer& network, Packet& packet, WireBytes& transport);

// Where walking the IPv6 extension headers (and an AH behind an IPv4 header) ended.
struct ExtensionWalk {
  enum class End : uint8_t { kTransport, kTruncated, kBad };
  End end = End::kTransport;
  uint8_t protocol = 0;  // the first that is no extension header
  WireBytes rest;        // from there on
  bool fragment_header = false;
  bool more_fragments = false;
  uint32_t fragment_offset = 0;  // bytes
  uint32_t fragment_id = 0;
};

// Walks from the header numbered `protocol` at the start of `bytes`; stops behind a fragment header
// that is not the first fragment's.
ExtensionWalk walk_extensions(uint8_t protocol, WireBytes bytes);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_IP_H_
