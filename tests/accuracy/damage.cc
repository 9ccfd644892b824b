#include "tests/accuracy/damage.h"

#include <algorithm>

#include "tests/support/dice.h"

namespace mtuscope::build {

namespace {

constexpr Duration kTogether{100'000};
constexpr uint32_t kLargestSuperPacket = 60'000;

uint32_t read32(const Bytes& b, size_t at) {
  return (uint32_t{b[at]} << 24) | (uint32_t{b[at + 1]} << 16) | (uint32_t{b[at + 2]} << 8) |
         b[at + 3];
}
void write16(Bytes& b, size_t at, uint32_t value) {
  b[at] = static_cast<uint8_t>(value >> 8);
  b[at + 1] = static_cast<uint8_t>(value);
}

// Where things are in a packet of TCP over IPv4 without options, or IPv6.
struct Layout {
  explicit Layout(const CapturedPacket& p) : v6(p.bytes[0] >> 4 == 6), ip(v6 ? 40 : 20) {
    headers = ip + 4 * (p.bytes[ip + 12] >> 4);
    payload = p.original_bytes - headers;
    seq = read32(p.bytes, ip + 4);
    ack = read32(p.bytes, ip + 8);
    flags = p.bytes[ip + 13];
    ports = read32(p.bytes, ip);
  }
  bool v6;
  uint32_t ip, headers, payload, seq, ack, ports;
  uint8_t flags;
};

bool joins(const CapturedPacket& a, const CapturedPacket& b, uint32_t segment) {
  const Layout x(a), y(b);
  const uint8_t special = tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst;
  return a.from_a == b.from_a && x.ports == y.ports && x.ack == y.ack && x.headers == y.headers &&
         x.payload > 0 && y.payload > 0 && x.seq + x.payload == y.seq && x.payload % segment == 0 &&
         y.payload <= segment && !((x.flags | y.flags) & special) && !(x.flags & tcp_flag::kPsh) &&
         b.time - a.time <= kTogether && a.original_bytes + y.payload <= kLargestSuperPacket;
}

void append(CapturedPacket& super, const CapturedPacket& next) {
  const Layout x(super), y(next);
  super.original_bytes += y.payload;
  super.bytes[x.ip + 13] = static_cast<uint8_t>(x.flags | y.flags);
  write16(super.bytes, x.v6 ? 4 : 2, super.original_bytes - (x.v6 ? 40 : 0));
}

}  // namespace

Packets with_drops(const Packets& packets, double share, uint64_t seed) {
  Dice dice(seed);
  Packets rest;
  for (const CapturedPacket& p : packets) {
    if (!dice.happens(share)) rest.push_back(p);
  }
  return rest;
}

Packets with_snaplen(Packets packets, size_t bytes) {
  for (CapturedPacket& p : packets) p.bytes.resize(std::min(p.bytes.size(), bytes));
  return packets;
}

Packets with_offload(const Packets& packets) {
  Packets merged;
  uint32_t segment = 0;  // payload of the first packet of the super-packet
  for (const CapturedPacket& p : packets) {
    if (!merged.empty() && segment > 0 && joins(merged.back(), p, segment)) {
      append(merged.back(), p);
    } else {
      merged.push_back(p);
      segment = Layout(p).payload;
    }
  }
  return merged;
}

}  // namespace mtuscope::build
