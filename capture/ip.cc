#include "capture/ip.h"

#include <limits>

namespace mtuscope {
namespace {

constexpr uint32_t kJumboOptionBytes = 4;
constexpr uint8_t kJumboOption = 0xc2;
constexpr uint8_t kPad1Option = 0;

bool is_extension(uint8_t protocol) {
  switch (protocol) {
    case ip_protocol::kHopByHop:
    case ip_protocol::kRouting:
    case ip_protocol::kFragment:
    case ip_protocol::kAh:
    case ip_protocol::kDestination:
    case ip_protocol::kMobility:
    case ip_protocol::kHip:
    case ip_protocol::kShim6:
      return true;
    default:
      return false;
  }
}

// Bytes of the extension header whose second byte is `length` (RFC 6564; AH counts 32-bit words,
// RFC 4302 2.2; the fragment header has no length, RFC 8200 4.5).
uint32_t extension_bytes(uint8_t protocol, uint8_t length) {
  if (protocol == ip_protocol::kFragment) return 8;
  if (protocol == ip_protocol::kAh) return (uint32_t{length} + 2) * 4;
  return (uint32_t{length} + 1) * 8;
}

enum class Jumbo : uint8_t { kNone, kFound, kBad };

// The jumbo payload option (RFC 2675 2) of the hop-by-hop header at the start of `header`, as far
// as that was captured.
Jumbo find_jumbo_length(WireBytes header, uint32_t& payload_bytes) {
  if (!header.has(2)) return Jumbo::kNone;
  header = header.with_length(extension_bytes(ip_protocol::kHopByHop, header.u8(1)));
  for (size_t at = 2; header.has(at + 1);) {
    const uint8_t type = header.u8(at);
    if (type == kPad1Option) {
      ++at;
      continue;
    }
    if (!header.has(at + 2)) return Jumbo::kNone;
    const size_t length = header.u8(at + 1);
    if (type == kJumboOption) {
      if (length != kJumboOptionBytes) return Jumbo::kBad;
      if (!header.has(at + 2 + length)) return Jumbo::kNone;
      payload_bytes = header.be32(at + 2);
      const bool sane = payload_bytes > 0xffff &&
                        payload_bytes <= std::numeric_limits<uint32_t>::max() - kIPv6HeaderBytes;
      return sane ? Jumbo::kFound : Jumbo::kBad;
    }
    at += 2 + length;
  }
  return Jumbo::kNone;
}

// IPv6 total length; 0 when the header contradicts itself.
uint32_t ipv6_size(WireBytes bytes) {
  const uint16_t payload = bytes.be16(4);
  if (payload != 0) return kIPv6HeaderBytes + payload;
  const uint8_t next = bytes.u8(6);
  if (next == ip_protocol::kNoNext) return kIPv6HeaderBytes;
  if (next == ip_protocol::kHopByHop) {
    uint32_t jumbo = 0;
    switch (find_jumbo_length(bytes.after(kIPv6HeaderBytes), jumbo)) {
      case Jumbo::kFound:
        return kIPv6HeaderBytes + jumbo;
      case Jumbo::kBad:
        return 0;
      case Jumbo::kNone:
        break;
    }
  }
  return static_cast<uint32_t>(bytes.claimed());
}

// Rare enough to stay out of the way of the usual packet.
[[gnu::noinline]] Undecoded skip_extensions(Packet& packet, WireBytes& transport) {
  const ExtensionWalk walk = walk_extensions(packet.protocol, transport);
  if (walk.end == ExtensionWalk::End::kTruncated) return Undecoded::kIpTruncated;
  if (walk.end == ExtensionWalk::End::kBad) return Undecoded::kIpBad;
  packet.protocol = walk.protocol;
  transport = walk.rest;
  if (walk.fragment_header) {
    packet.more_fragments = walk.more_fragments;
    packet.fragment_offset = walk.fragment_offset;
    packet.ip_id = walk.fragment_id;
    // An atomic fragment is a whole packet (RFC 6946).
    packet.is_fragment = walk.more_fragments || walk.fragment_offset != 0;
  }
  return Undecoded::kNone;
}

Undecoded decode_ipv4(WireBytes bytes, Packet& packet, WireBytes& transport) {
  if (!bytes.has(kIPv4HeaderBytes)) {
    return bytes.claims(kIPv4HeaderBytes) ? Undecoded::kIpTruncated : Undecoded::kIpBad;
  }
  const uint8_t version_and_length = bytes.u8(0);
  const uint32_t header_bytes = uint32_t{version_and_length & 0x0fu} * 4;
  if (version_and_length >> 4 != 4 || header_bytes < kIPv4HeaderBytes) return Undecoded::kIpBad;
  uint32_t total = bytes.be16(2);
  if (total == 0) total = static_cast<uint32_t>(bytes.claimed());
  if (total < header_bytes) return Undecoded::kIpBad;
  if (!bytes.has(header_bytes)) return Undecoded::kIpTruncated;

  const uint16_t flags_and_offset = bytes.be16(6);
  packet.src.set_v4(bytes.at(12, 4));
  packet.dst.set_v4(bytes.at(16, 4));
  packet.size = IpSize{total};
  packet.protocol = bytes.u8(9);
  packet.ttl = bytes.u8(8);
  packet.ecn = bytes.u8(1) & 3;
  packet.dont_fragment = flags_and_offset & 0x4000;
  packet.more_fragments = flags_and_offset & 0x2000;
  packet.is_fragment = flags_and_offset & 0x3fff;
  packet.fragment_offset = uint32_t{flags_and_offset & 0x1fffu} * 8;
  packet.ip_id = bytes.be16(4);
  transport = bytes.with_length(total).past(header_bytes);
  if (packet.protocol == ip_protocol::kAh && packet.fragment_offset == 0) {
    return skip_extensions(packet, transport);
  }
  return Undecoded::kNone;
}

Undecoded decode_ipv6(WireBytes bytes, Packet& packet, WireBytes& transport) {
  if (!bytes.has(kIPv6HeaderBytes)) {
    return bytes.claims(kIPv6HeaderBytes) ? Undecoded::kIpTruncated : Undecoded::kIpBad;
  }
  const uint32_t version_class_flow = bytes.be32(0);
  if (version_class_flow >> 28 != 6) return Undecoded::kIpBad;
  const uint32_t total = ipv6_size(bytes);
  if (total == 0) return Undecoded::kIpBad;

  packet.src = IpAddress::from_v6(bytes.at(8, 16));
  packet.dst = IpAddress::from_v6(bytes.at(24, 16));
  packet.size = IpSize{total};
  packet.protocol = bytes.u8(6);
  packet.ttl = bytes.u8(7);
  packet.ecn = version_class_flow >> 20 & 3;
  packet.dont_fragment = true;
  packet.more_fragments = false;
  packet.is_fragment = false;
  packet.fragment_offset = 0;
  packet.ip_id = 0;
  transport = bytes.with_length(total).past(kIPv6HeaderBytes);
  if (is_extension(packet.protocol)) return skip_extensions(packet, transport);
  return Undecoded::kNone;
}

}  // namespace

ExtensionWalk walk_extensions(uint8_t protocol, WireBytes bytes) {
  ExtensionWalk walk;
  for (int headers = 0; headers < kMaxExtensionHeaders && is_extension(protocol); ++headers) {
    // The length field first, then as many bytes as it says.
    uint32_t needed = 2;
    if (bytes.has(needed)) needed = extension_bytes(protocol, bytes.u8(1));
    if (!bytes.has(needed)) {
      walk.end = bytes.claims(needed) ? ExtensionWalk::End::kTruncated : ExtensionWalk::End::kBad;
      break;
    }
    const uint8_t next = bytes.u8(0);
    if (protocol == ip_protocol::kFragment) {
      const uint16_t offset_and_flag = bytes.be16(2);
      walk.fragment_header = true;
      walk.more_fragments = offset_and_flag & 1;
      walk.fragment_offset = offset_and_flag & 0xfff8u;
      walk.fragment_id = bytes.be32(4);
    }
    protocol = next;
    bytes = bytes.after(needed);
    if (walk.fragment_offset != 0) break;
  }
  walk.protocol = protocol;
  walk.rest = bytes;
  return walk;
}

Undecoded decode_ip(const NetworkLayer& network, Packet& packet, WireBytes& transport) {
  return network.family == IpFamily::kIPv4 ? decode_ipv4(network.bytes, packet, transport)
                                           : decode_ipv6(network.bytes, packet, transport);
}

}  // namespace mtuscope
