// A decoded packet: headers as plain values in host byte order. Produced by decode() without
// allocation; valid as long as the frame it came from. Everything here describes the *innermost* IP
// packet; the tunnels around it are in `tunnels`.

#ifndef MTUSCOPE_CAPTURE_PACKET_H_
#define MTUSCOPE_CAPTURE_PACKET_H_

#include <array>
#include <cstdint>
#include <span>

#include "capture/address.h"
#include "capture/units.h"

namespace mtuscope {

enum class Transport : uint8_t { kTcp, kUdp, kIcmp, kOther, kFragment };
// kFragment: a fragment without a transport header: not the first one, or a first one (offset 0) so
// short that the header continues in the next.

namespace tcp_flag {
inline constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10;
}

// A half-open range of sequence numbers [begin, end): a SACK or D-SACK block (RFC 2018, RFC 2883).
struct SeqRange {
  SeqNumber begin, end;
};

struct TcpHeader {
  SeqNumber seq, ack;
  uint16_t window = 0;       // as in the header, not scaled
  uint8_t flags = 0;         // tcp_flag bits
  uint8_t header_bytes = 0;  // TCP header with options
  uint16_t checksum = 0;
  Mss mss;                      // option 2, only in SYN; 0 when absent
  uint8_t window_scale = 0xff;  // option 3, only in SYN, at most 14; 0xff when absent
  bool sack_permitted = false;  // option 4, only in SYN
  bool has_timestamps = false;  // option 8, RFC 7323
  bool options_cut = false;     // the snaplen or a bad length ended the options early
  uint8_t sack_count = 0;
  uint32_t ts_val = 0, ts_ecr = 0;  // valid when has_timestamps
  std::array<SeqRange, 4> sack{};   // first sack_count are valid; not written otherwise
};

// ICMP errors carry the packet they are about (RFC 792, RFC 4443, RFC 1812 4.3.2.3).
struct IcmpQuote {
  bool present = false;
  IpAddress src, dst;
  IpSize size;                 // total length the quoted header claims
  uint16_t ip_id = 0;          // IPv4 only
  uint8_t protocol = 0;        // after extension headers
  bool ports_present = false;  // at least 8 bytes of transport header were quoted
  uint16_t src_port = 0, dst_port = 0;
  SeqNumber tcp_seq;  // valid when protocol is TCP and ports_present
};

struct IcmpHeader {
  uint8_t type = 0, code = 0;
  bool is_error = false;
  bool is_ptb = false;                 // v4 type 3 code 4, v6 type 2 (RFC 1191, RFC 8201)
  IpSize ptb_mtu;                      // as reported, unverified; 0 is a value that routers do send
  uint16_t echo_id = 0, echo_seq = 0;  // echo request and reply only
  IcmpQuote quote;
};

enum class TunnelKind : uint8_t {
  kIpip,
  kSixInFour,
  kIpInIpv6,
  kGre,
  kVxlan,
  kGeneve,
  kPppoe,
  kMpls
};

// One layer of encapsulation around the innermost packet, outermost first.
struct TunnelLayer {
  TunnelKind kind{};
  IpAddress outer_src, outer_dst;  // not meaningful for PPPoE and MPLS
  IpSize outer_size;               // of the outer IP packet; 0 for PPPoE and MPLS
  uint32_t id = 0;                 // VNI, GRE key, session or top label; 0 when there is none
};
inline constexpr uint8_t kMaxTunnels = 4;

// Which way the capturing host saw it (Linux cooked headers only).
enum class HostDirection : uint8_t { kUnknown, kIncoming, kOutgoing, kForwarded };

struct Packet {
  Timestamp time;
  FrameNumber frame;
  uint32_t source = 0;
  uint32_t interface = 0;

  IpAddress src, dst;
  // From the IP header; where that says 0 (BIG TCP, or TSO seen before the length is filled in),
  // from the frame's original length.
  IpSize size;
  uint8_t protocol = 0;  // IP protocol number after extension headers
  uint8_t ttl = 0;       // or hop limit
  uint8_t ecn = 0;
  bool dont_fragment = false;   // IPv4 DF; true for IPv6, which routers never fragment
  bool more_fragments = false;  // IPv4 MF or the IPv6 fragment header's M
  bool is_fragment = false;
  uint32_t fragment_offset = 0;  // bytes
  uint32_t ip_id = 0;            // IPv4 identification, or the IPv6 fragment header's

  Transport transport = Transport::kOther;
  uint16_t src_port = 0, dst_port = 0;  // TCP and UDP
  TcpHeader tcp;                        // valid when kTcp
  IcmpHeader icmp;                      // valid when kIcmp
  // Bytes of transport payload the headers claim (TCP segment length without SYN and FIN; for ICMP
  // what follows the first 8 bytes; for kOther and kFragment all that follows the IP headers).
  uint32_t payload_bytes = 0;
  // The part of them that was captured; may be shorter.
  std::span<const uint8_t> payload;
  bool is_wireguard = false;  // UDP payload with the shape of a WireGuard message, see tunnel.h

  HostDirection host_direction = HostDirection::kUnknown;
  // Interface index of the capturing host (Linux cooked v2 only, `-i any`); 0 when unknown.
  uint32_t ifindex = 0;
  uint8_t tunnel_count = 0;
  std::array<TunnelLayer, kMaxTunnels> tunnels;  // first tunnel_count are valid
};

// A TCP packet that carries nothing: no data, and no flag that counts in the sequence or ends it.
inline bool is_bare(const Packet& p) {
  constexpr uint8_t kOthers = tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst;
  return p.payload_bytes == 0 && !(p.tcp.flags & kOthers);
}

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_PACKET_H_
