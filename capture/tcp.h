// The TCP header and its options (RFC 9293 3.1, RFC 7323, RFC 2018).

#ifndef MTUSCOPE_CAPTURE_TCP_H_
#define MTUSCOPE_CAPTURE_TCP_H_

#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// Fills transport, ports, tcp and payload of `packet` from an IP payload. Not kNone:
// kTransportTruncated (the fixed 20 bytes are not all there), kTransportBad.
Undecoded decode_tcp(WireBytes bytes, Packet& packet);

// Fills the option fields of `header`, whose flags must be set. An option of a wrong length is
// passed over as Linux does (net/ipv4/tcp_input.c, tcp_parse_options) and sets options_cut, as does
// anything that ends the list early. Of a SACK option cut by the snaplen the complete blocks count.
void decode_tcp_options(WireBytes options, TcpHeader& header);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_TCP_H_
