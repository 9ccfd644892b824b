#include "capture/icmp.h"

#include "capture/ip.h"

namespace mtuscope {
namespace {

constexpr uint32_t kIcmpHeaderBytes = 8;
constexpr uint32_t kTypeAndCodeBytes = 4;  // with the checksum
// RFC 792 asks for this much of the quoted transport header.
constexpr uint32_t kQuotedTransportBytes = 8;

// What the types mean, the same for both families.
struct Meaning {
  bool error = false;
  bool ptb = false;
  bool echo = false;
};

// https://www.iana.org/assignments/icmp-parameters
Meaning meaning_v4(uint8_t type, uint8_t code) {
  switch (type) {
    case 0:
    case 8:
      return {.echo = true};
    case 3:
      return {.error = true, .ptb = code == 4};
    case 4:   // source quench
    case 5:   // redirect
    case 11:  // time exceeded
    case 12:  // parameter problem
      return {.error = true};
    default:
      return {};
  }
}

// https://www.iana.org/assignments/icmpv6-parameters
Meaning meaning_v6(uint8_t type) {
  switch (type) {
    case 128:
    case 129:
      return {.echo = true};
    case 2:
      return {.error = true, .ptb = true};
    case 1:  // destination unreachable
    case 3:  // time exceeded
    case 4:  // parameter problem
      return {.error = true};
    default:
      return {};
  }
}

void read_quoted_transport(WireBytes transport, IcmpQuote& quote) {
  const bool has_ports = quote.protocol == ip_protocol::kTcp ||
                         quote.protocol == ip_protocol::kUdp ||
                         quote.protocol == ip_protocol::kSctp;
  if (!has_ports || !transport.has(kQuotedTransportBytes)) return;
  quote.ports_present = true;
  quote.src_port = transport.be16(0);
  quote.dst_port = transport.be16(2);
  if (quote.protocol == ip_protocol::kTcp) quote.tcp_seq = SeqNumber{transport.be32(4)};
}

void read_quote_v4(WireBytes bytes, IcmpQuote& quote) {
  if (!bytes.has(kIPv4HeaderBytes) || bytes.u8(0) >> 4 != 4) return;
  quote.present = true;
  quote.src = IpAddress::from_v4(bytes.at(12, 4));
  quote.dst = IpAddress::from_v4(bytes.at(16, 4));
  quote.size = IpSize{bytes.be16(2)};
  quote.ip_id = bytes.be16(4);
  quote.protocol = bytes.u8(9);
  const uint32_t header_bytes = uint32_t{bytes.u8(0) & 0x0fu} * 4;
  const bool first_fragment = (bytes.be16(6) & 0x1fff) == 0;
  if (header_bytes < kIPv4HeaderBytes || !first_fragment) return;
  read_quoted_transport(bytes.after(header_bytes), quote);
}

void read_quote_v6(WireBytes bytes, IcmpQuote& quote) {
  if (!bytes.has(kIPv6HeaderBytes) || bytes.u8(0) >> 4 != 6) return;
  quote.present = true;
  quote.src = IpAddress::from_v6(bytes.at(8, 16));
  quote.dst = IpAddress::from_v6(bytes.at(24, 16));
  quote.size = IpSize{kIPv6HeaderBytes + bytes.be16(4)};
  const ExtensionWalk walk = walk_extensions(bytes.u8(6), bytes.after(kIPv6HeaderBytes));
  quote.protocol = walk.protocol;
  if (walk.end != ExtensionWalk::End::kTransport || walk.fragment_offset != 0) return;
  read_quoted_transport(walk.rest, quote);
}

}  // namespace

Undecoded decode_icmp(WireBytes bytes, IpFamily family, Packet& packet) {
  if (!bytes.has(kTypeAndCodeBytes)) {
    return bytes.claims(kTypeAndCodeBytes) ? Undecoded::kTransportTruncated
                                           : Undecoded::kTransportBad;
  }
  IcmpHeader& icmp = packet.icmp;
  icmp = IcmpHeader{};
  icmp.type = bytes.u8(0);
  icmp.code = bytes.u8(1);
  const Meaning meaning =
      family == IpFamily::kIPv4 ? meaning_v4(icmp.type, icmp.code) : meaning_v6(icmp.type);
  if ((meaning.error || meaning.echo) && !bytes.has(kIcmpHeaderBytes)) {
    return bytes.claims(kIcmpHeaderBytes) ? Undecoded::kTransportTruncated
                                          : Undecoded::kTransportBad;
  }
  packet.transport = Transport::kIcmp;
  const WireBytes payload = bytes.after(kIcmpHeaderBytes);
  packet.payload_bytes = static_cast<uint32_t>(payload.claimed());
  packet.payload = payload.span();
  icmp.is_error = meaning.error;
  icmp.is_ptb = meaning.ptb;
  if (meaning.echo) {
    icmp.echo_id = bytes.be16(4);
    icmp.echo_seq = bytes.be16(6);
  }
  if (meaning.ptb) {
    icmp.ptb_mtu = IpSize{family == IpFamily::kIPv4 ? bytes.be16(6) : bytes.be32(4)};
  }
  if (meaning.error) {
    if (family == IpFamily::kIPv4) {
      read_quote_v4(payload, icmp.quote);
    } else {
      read_quote_v6(payload, icmp.quote);
    }
  }
  return Undecoded::kNone;
}

}  // namespace mtuscope
