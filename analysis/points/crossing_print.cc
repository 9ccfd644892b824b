#include "analysis/points/crossing_print.h"

#include <cstring>

namespace mtuscope {

namespace {

// So much of the payload is kept by any reasonable snaplen, and holds what differs from packet to
// packet: a WireGuard counter, an ESP sequence number, the time in a ping.
constexpr size_t kPayloadBytes = 16;

uint64_t mixed(uint64_t sum, uint64_t word) {
  sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
  return sum ^ (sum >> 29);
}

uint64_t with_payload(uint64_t sum, const Packet& p) {
  std::array<uint64_t, 2> words{};
  std::memcpy(words.data(), p.payload.data(), std::min(p.payload.size(), kPayloadBytes));
  return mixed(mixed(mixed(sum, words[0]), words[1]), p.payload_bytes);
}

uint64_t tcp_print(const Packet& p) {
  const TcpHeader& tcp = p.tcp;
  const uint64_t flags = tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst);
  uint64_t sum = mixed(6, static_cast<uint64_t>(tcp.seq.value) << 32 | tcp.ack.value);
  sum = mixed(sum, static_cast<uint64_t>(p.payload_bytes) << 8 | flags);
  if (tcp.has_timestamps) {
    sum = mixed(sum, static_cast<uint64_t>(tcp.ts_val) << 32 | tcp.ts_ecr);
  }
  // Duplicate acknowledgements differ in what they select (RFC 2018).
  for (unsigned i = 0; i < tcp.sack_count; ++i) {
    sum = mixed(sum, static_cast<uint64_t>(tcp.sack[i].begin.value) << 32 | tcp.sack[i].end.value);
  }
  return sum;
}

// Link-local and multicast packets don't pass routers (RFC 3927, RFC 4291 2.5.6), and the same ones
// are sent on every link.
bool stays_on_its_link(const IpAddress& a) {
  const auto& b = a.bytes;
  if (a.family == IpFamily::kIPv4) return b[0] >= 224 || (b[0] == 169 && b[1] == 254);
  return b[0] == 0xff || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80);
}

}  // namespace

uint64_t crossing_print(const Packet& p) {
  if (stays_on_its_link(p.dst) || stays_on_its_link(p.src)) return 0;
  uint64_t sum = 0;
  if (p.is_fragment) {
    sum = with_payload(mixed(p.fragment_offset + 1, p.ip_id), p);
  } else {
    switch (p.transport) {
      case Transport::kTcp:
        sum = tcp_print(p);
        break;
      case Transport::kUdp:
        if (p.payload.empty()) return 0;
        sum = with_payload(17, p);
        break;
      case Transport::kIcmp:
        // An error quotes addresses that NAT rewrites; an echo's identifier is rewritten too.
        if (p.icmp.is_error || p.payload.empty()) return 0;
        sum = with_payload(mixed(p.icmp.type, p.icmp.echo_seq), p);
        break;
      case Transport::kOther:
        if (p.payload.empty()) return 0;
        sum = with_payload(p.protocol, p);
        break;
      case Transport::kFragment:
        return 0;
    }
  }
  return sum == 0 ? 1 : sum;
}

SamePacketProof same_packet_proof(const Packet& p) {
  SamePacketProof proof;
  proof.has_timestamps = p.transport == Transport::kTcp && p.tcp.has_timestamps;
  if (p.src.family == IpFamily::kIPv4) proof.ip_id = static_cast<uint16_t>(p.ip_id);
  return proof;
}

}  // namespace mtuscope
