#include "capture/udp.h"

#include <algorithm>

#include "capture/tunnel.h"

namespace mtuscope {

Undecoded decode_udp(WireBytes bytes, Packet& packet) {
  if (!bytes.has(kUdpHeaderBytes)) {
    return bytes.claims(kUdpHeaderBytes) ? Undecoded::kTransportTruncated
                                         : Undecoded::kTransportBad;
  }
  uint32_t length = bytes.be16(4);
  if (length == 0) length = bytes.claimed();
  if (length < kUdpHeaderBytes) return Undecoded::kTransportBad;
  // A first fragment holds less than the length of the whole datagram.
  if (!bytes.claims(length) && !packet.is_fragment) return Undecoded::kTransportBad;

  packet.transport = Transport::kUdp;
  packet.src_port = bytes.be16(0);
  packet.dst_port = bytes.be16(2);
  WireBytes payload = bytes.after(kUdpHeaderBytes);
  const uint32_t datagram_bytes = length - kUdpHeaderBytes;
  payload = payload.with_length(std::min(datagram_bytes, payload.claimed()));
  packet.payload_bytes = static_cast<uint32_t>(payload.claimed());
  packet.payload = payload.span();
  packet.is_wireguard = has_wireguard_shape(payload, datagram_bytes);
  return Undecoded::kNone;
}

}  // namespace mtuscope
