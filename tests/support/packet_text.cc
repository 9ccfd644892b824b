#include "tests/support/packet_text.h"

#include <fmt/format.h>

#include <iterator>

#include "capture/ip.h"
#include "capture/tunnel_words.h"

namespace mtuscope {
namespace {

std::string flags_text(uint8_t flags) {
  constexpr std::string_view kNames = "FSRP.UEW";
  std::string text;
  for (size_t bit = 0; bit < kNames.size(); ++bit) {
    if (flags >> bit & 1) text += kNames[bit];
  }
  return text.empty() ? "none" : text;
}

std::string tcp_text(const TcpHeader& tcp) {
  std::string text = fmt::format(" tcp {} seq {} ack {} win {} hdr {}", flags_text(tcp.flags),
                                 tcp.seq.value, tcp.ack.value, tcp.window, tcp.header_bytes);
  auto out = std::back_inserter(text);
  if (tcp.mss.bytes) fmt::format_to(out, " mss {}", tcp.mss.bytes);
  if (tcp.window_scale != 0xff) fmt::format_to(out, " wscale {}", tcp.window_scale);
  if (tcp.sack_permitted) text += " sackOK";
  if (tcp.has_timestamps) fmt::format_to(out, " TS {} {}", tcp.ts_val, tcp.ts_ecr);
  for (size_t i = 0; i < tcp.sack_count; ++i) {
    fmt::format_to(out, " sack {}:{}", tcp.sack[i].begin.value, tcp.sack[i].end.value);
  }
  if (tcp.options_cut) text += " options-cut";
  return text;
}

std::string icmp_text(const IcmpHeader& icmp) {
  std::string text = fmt::format(" icmp {}/{}", icmp.type, icmp.code);
  auto out = std::back_inserter(text);
  if (icmp.echo_id || icmp.echo_seq) {
    fmt::format_to(out, " echo {} {}", icmp.echo_id, icmp.echo_seq);
  }
  if (icmp.is_error) text += " error";
  if (icmp.is_ptb) fmt::format_to(out, " ptb {}", icmp.ptb_mtu.bytes);
  const IcmpQuote& quote = icmp.quote;
  if (!quote.present) return text;
  fmt::format_to(out, " quote {} > {} size {} id {} proto {}", to_string(quote.src),
                 to_string(quote.dst), quote.size.bytes, quote.ip_id, quote.protocol);
  if (quote.ports_present) {
    fmt::format_to(out, " ports {} {}", quote.src_port, quote.dst_port);
    if (quote.protocol == ip_protocol::kTcp) fmt::format_to(out, " seq {}", quote.tcp_seq.value);
  }
  return text;
}

std::string transport_text(const Packet& packet) {
  switch (packet.transport) {
    case Transport::kTcp:
      return tcp_text(packet.tcp);
    case Transport::kUdp:
      return packet.is_wireguard ? " udp wireguard" : " udp";
    case Transport::kIcmp:
      return icmp_text(packet.icmp);
    case Transport::kOther:
      return fmt::format(" proto {}", packet.protocol);
    case Transport::kFragment:
      return fmt::format(" fragment of proto {}", packet.protocol);
  }
  return "?";
}

std::string broken_layer(const Packet& packet) {
  if (packet.tunnel_count > kMaxTunnels) return "more tunnels than there is room for";
  // Sizes shrink from the outside in.
  uint32_t outer = 0;
  for (size_t i = 0; i < packet.tunnel_count; ++i) {
    const TunnelLayer& layer = packet.tunnels[i];
    if (!has_outer_ip(layer.kind)) continue;
    if (outer != 0 && layer.outer_size.bytes >= outer) return "a tunnel larger than its carrier";
    outer = layer.outer_size.bytes;
  }
  if (outer != 0 && packet.size.bytes >= outer) return "a packet larger than its tunnel";
  return {};
}

std::string broken_tcp(const Packet& packet) {
  const TcpHeader& tcp = packet.tcp;
  if (tcp.header_bytes < 20 || tcp.header_bytes > 60 || tcp.header_bytes % 4 != 0) {
    return "TCP header length";
  }
  if (tcp.sack_count > tcp.sack.size()) return "more SACK blocks than there is room for";
  if (tcp.window_scale > 14 && tcp.window_scale != 0xff) return "window scale above 14";
  const bool syn = tcp.flags & tcp_flag::kSyn;
  if (!syn && (tcp.mss.bytes || tcp.window_scale != 0xff || tcp.sack_permitted)) {
    return "a SYN option outside a SYN";
  }
  return {};
}

std::string broken_icmp(const IcmpHeader& icmp) {
  if (icmp.is_ptb && !icmp.is_error) return "a PTB that is no error";
  if (icmp.quote.present && !icmp.is_error) return "a quote in what is no error";
  if (icmp.quote.ports_present && !icmp.quote.present) return "ports without a quote";
  if (!icmp.is_ptb && icmp.ptb_mtu.bytes) return "an MTU without a PTB";
  return {};
}

uint32_t transport_header_bytes(const Packet& packet) {
  if (packet.transport == Transport::kTcp) return packet.tcp.header_bytes;
  return packet.transport == Transport::kUdp ? kUdpHeaderBytes : 0;
}

}  // namespace

std::string to_text(const Packet& packet) {
  std::string text;
  auto out = std::back_inserter(text);
  for (size_t i = 0; i < packet.tunnel_count; ++i) {
    const TunnelLayer& layer = packet.tunnels[i];
    fmt::format_to(out, "{} {} ", to_string(layer.kind), layer.id);
    if (!has_outer_ip(layer.kind)) continue;
    fmt::format_to(out, "({} > {} size {}) ", to_string(layer.outer_src),
                   to_string(layer.outer_dst), layer.outer_size.bytes);
  }
  if (packet.transport == Transport::kTcp || packet.transport == Transport::kUdp) {
    fmt::format_to(out, "{} > {}", to_string(Endpoint{packet.src, packet.src_port}),
                   to_string(Endpoint{packet.dst, packet.dst_port}));
  } else {
    fmt::format_to(out, "{} > {}", to_string(packet.src), to_string(packet.dst));
  }
  fmt::format_to(out, " size {} ttl {} ecn {} id {}", packet.size.bytes, packet.ttl, packet.ecn,
                 packet.ip_id);
  if (packet.dont_fragment) text += " DF";
  if (packet.more_fragments) text += " MF";
  if (packet.is_fragment) fmt::format_to(out, " frag {}", packet.fragment_offset);
  text += transport_text(packet);
  fmt::format_to(out, " len {}/{}", packet.payload_bytes, packet.payload.size());
  return text;
}

std::string broken_invariant(const Frame& frame, const Packet& packet) {
  const std::span<const uint8_t> payload = packet.payload;
  if (!payload.empty() &&
      (payload.data() < frame.bytes.data() ||
       payload.data() + payload.size() > frame.bytes.data() + frame.bytes.size())) {
    return "payload outside the frame";
  }
  if (payload.size() > packet.payload_bytes) return "more payload captured than there is";
  if (packet.src.family != packet.dst.family) return "families differ";
  const uint64_t accounted = uint64_t{ip_header_bytes(packet.src.family)} +
                             transport_header_bytes(packet) + packet.payload_bytes;
  if (accounted > packet.size.bytes) return "headers and payload exceed the size";
  const bool is_part = packet.more_fragments || packet.fragment_offset != 0;
  if (packet.is_fragment != is_part) return "fragment flags disagree";
  if (packet.fragment_offset != 0 && packet.transport != Transport::kFragment) {
    return "a later fragment with a transport header";
  }
  if (packet.transport == Transport::kFragment && !packet.is_fragment) return "fragment of nothing";
  const bool ports = packet.transport == Transport::kTcp || packet.transport == Transport::kUdp;
  if (!ports && (packet.src_port || packet.dst_port)) return "ports without TCP or UDP";
  if (packet.is_wireguard && packet.transport != Transport::kUdp) return "WireGuard without UDP";
  if (packet.transport == Transport::kTcp) {
    if (std::string broken = broken_tcp(packet); !broken.empty()) return broken;
  }
  if (packet.transport == Transport::kIcmp) {
    if (std::string broken = broken_icmp(packet.icmp); !broken.empty()) return broken;
  }
  return broken_layer(packet);
}

}  // namespace mtuscope
