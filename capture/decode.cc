#include "capture/decode.h"

#include "capture/icmp.h"
#include "capture/ip.h"
#include "capture/link_layer.h"
#include "capture/tcp.h"
#include "capture/tunnel.h"
#include "capture/udp.h"

namespace mtuscope {
namespace {

void set_opaque(Transport transport, WireBytes bytes, Packet& packet) {
  packet.transport = transport;
  packet.payload_bytes = static_cast<uint32_t>(bytes.claimed());
  packet.payload = bytes.span();
}

Undecoded decode_transport(WireBytes bytes, Packet& packet) {
  packet.is_wireguard = false;
  if (packet.protocol == ip_protocol::kTcp) return decode_tcp(bytes, packet);
  if (packet.protocol == ip_protocol::kUdp) return decode_udp(bytes, packet);
  packet.src_port = 0;
  packet.dst_port = 0;
  const IpFamily family = packet.src.family;
  const uint8_t icmp = family == IpFamily::kIPv4 ? ip_protocol::kIcmp : ip_protocol::kIcmpV6;
  if (packet.protocol == icmp) return decode_icmp(bytes, family, packet);
  set_opaque(Transport::kOther, bytes, packet);
  return Undecoded::kNone;
}

// One IP packet with its transport header, not looking into tunnels.
Undecoded decode_headers(const NetworkLayer& network, Packet& packet, WireBytes& ip_payload) {
  Undecoded reason = decode_ip(network, packet, ip_payload);
  if (reason != Undecoded::kNone) return reason;
  if (packet.fragment_offset == 0) {
    reason = decode_transport(ip_payload, packet);
    // In a first fragment the transport header may legally continue in the next one.
    if (reason != Undecoded::kTransportBad || !packet.is_fragment) return reason;
  }
  packet.is_wireguard = false;
  packet.src_port = 0;
  packet.dst_port = 0;
  set_opaque(Transport::kFragment, ip_payload, packet);
  return Undecoded::kNone;
}

Undecoded decode_inner(const NetworkLayer& network, Packet& packet);

// Exchanges a tunnel packet for the packet in it, where there is one; never loses the outer one.
[[gnu::noinline]] Undecoded look_inside(const NetworkLayer& network, WireBytes ip_payload,
                                        Packet& packet) {
  const uint8_t outer_tunnels = packet.tunnel_count;
  NetworkLayer inner;
  if (strip_tunnel(ip_payload, packet, inner) && decode_inner(inner, packet) == Undecoded::kNone) {
    return Undecoded::kNone;
  }
  packet.tunnel_count = outer_tunnels;
  return decode_headers(network, packet, ip_payload);
}

// The recursion ends at kMaxTunnels: every strip_tunnel() takes at least one layer.
Undecoded decode_inner(const NetworkLayer& network, Packet& packet) {
  WireBytes ip_payload;
  const Undecoded reason = decode_headers(network, packet, ip_payload);
  if (reason != Undecoded::kNone) return reason;
  // An inner packet larger than what carries it is a look-alike.
  if (packet.size.bytes > network.bytes.claimed()) return Undecoded::kIpBad;
  return may_be_tunnel(packet) ? look_inside(network, ip_payload, packet) : Undecoded::kNone;
}

}  // namespace

Undecoded decode(const Frame& frame, Packet& packet) {
  packet.time = frame.time;
  packet.frame = frame.number;
  packet.source = frame.source;
  packet.interface = frame.interface;
  packet.ifindex = 0;
  packet.host_direction = HostDirection::kUnknown;
  packet.tunnel_count = 0;

  NetworkLayer network;
  Undecoded reason = strip_link_header(
      frame.link_type, WireBytes(frame.bytes, frame.original_bytes), packet, network);
  if (reason != Undecoded::kNone) return reason;
  WireBytes ip_payload;
  reason = decode_headers(network, packet, ip_payload);
  if (reason != Undecoded::kNone || !may_be_tunnel(packet)) return reason;
  return look_inside(network, ip_payload, packet);
}

std::string_view to_string(Undecoded reason) {
  switch (reason) {
    case Undecoded::kNone:
      return "decoded";
    case Undecoded::kLinkType:
      return "unknown link type";
    case Undecoded::kNotIp:
      return "not IP";
    case Undecoded::kLinkTruncated:
      return "link header cut by the snaplen";
    case Undecoded::kIpTruncated:
      return "IP header cut by the snaplen";
    case Undecoded::kIpBad:
      return "malformed IP header";
    case Undecoded::kTransportTruncated:
      return "transport header cut by the snaplen";
    case Undecoded::kTransportBad:
      return "malformed transport header";
    case Undecoded::kTunnelDepth:
      return "too many encapsulation layers";
    case Undecoded::kCount:
      break;
  }
  return "unknown reason";
}

}  // namespace mtuscope
