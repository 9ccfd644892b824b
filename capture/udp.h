// The UDP header (RFC 768).

#ifndef MTUSCOPE_CAPTURE_UDP_H_
#define MTUSCOPE_CAPTURE_UDP_H_

#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// Fills transport, ports, payload and is_wireguard of `packet` from an IP payload. Not kNone:
// kTransportTruncated, kTransportBad. Bytes behind the UDP length (RFC 9868 options) are not
// payload; UDP length 0 (jumbograms, RFC 2675 4) means up to the end of the packet.
Undecoded decode_udp(WireBytes bytes, Packet& packet);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_UDP_H_
