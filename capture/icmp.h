// ICMP and ICMPv6: type and code, echo numbers, errors with the packet they quote, and the MTU of a
// PTB (RFC 792, RFC 4443, RFC 1191 4, RFC 8201).

#ifndef MTUSCOPE_CAPTURE_ICMP_H_
#define MTUSCOPE_CAPTURE_ICMP_H_

#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// Fills transport, icmp and payload (what follows the first 8 bytes: echo data, the quote) of
// `packet` from an IP payload. A quote that is too short or no IP header leaves quote.present
// false; that is no failure. Not kNone: kTransportTruncated, kTransportBad.
Undecoded decode_icmp(WireBytes bytes, IpFamily family, Packet& packet);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_ICMP_H_
