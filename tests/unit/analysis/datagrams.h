// UDP datagrams in fragments, for tests: from 10.9.0.2 (or fd09::2) to 10.9.0.1 unless told
// otherwise.

#ifndef MTUSCOPE_TESTS_UNIT_ANALYSIS_DATAGRAMS_H_
#define MTUSCOPE_TESTS_UNIT_ANALYSIS_DATAGRAMS_H_

#include <algorithm>
#include <string>

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

struct Cut {
  std::string src = "10.9.0.2", dst = "10.9.0.1";
  uint32_t bytes = 3000;  // of the UDP datagram, its header included
  uint32_t mtu = 1500;    // of the link that it is cut for
  uint8_t ttl = 63;
  Bytes payload = {};  // how the UDP payload begins; the rest is zeros
};

// All fragments of one datagram, in order, sent at `seconds`.
inline Packets datagram(const Cut& cut, uint32_t id, double seconds) {
  const bool v6 = cut.src.find(':') != std::string::npos;
  const uint32_t headers = v6 ? kIPv6HeaderBytes + 8 : kIPv4HeaderBytes;
  const uint32_t room = (cut.mtu - headers) / 8 * 8;
  Bytes payload = cut.payload;
  payload.resize(cut.bytes - kUdpHeaderBytes);
  const Ip whole{.src = cut.src, .dst = cut.dst};
  const Bytes packet = udp(whole, {.src_port = 4000, .dst_port = 4096, .payload = payload});
  const Bytes data(packet.begin() + (v6 ? 40 : 20), packet.end());
  Packets fragments;
  for (uint32_t at_byte = 0; at_byte < data.size(); at_byte += room) {
    const uint32_t end = std::min<uint32_t>(at_byte + room, static_cast<uint32_t>(data.size()));
    CapturedPacket p{.time = at(seconds)};
    p.bytes = ip({.src = cut.src,
                  .dst = cut.dst,
                  .ttl = cut.ttl,
                  .id = id,
                  .dont_fragment = false,
                  .more_fragments = end < data.size(),
                  .fragment_offset = at_byte},
                 17, Bytes(data.begin() + at_byte, data.begin() + end));
    p.original_bytes = static_cast<uint32_t>(p.bytes.size());
    fragments.push_back(std::move(p));
  }
  return fragments;
}

// What becomes of each datagram of a row.
enum class Fate { kWhole, kFirstOnly, kFirstMissing };

// `count` datagrams, `gap` seconds apart.
inline Packets datagrams(const Cut& cut, uint32_t count, Fate fate, double from = 0,
                         double gap = 0.5) {
  Packets all;
  for (uint32_t i = 0; i < count; ++i) {
    Packets pieces = datagram(cut, 1000 + static_cast<uint32_t>(from * 10) + i, from + i * gap);
    if (fate == Fate::kFirstOnly) pieces.resize(1);
    if (fate == Fate::kFirstMissing) pieces.erase(pieces.begin());
    std::ranges::move(pieces, std::back_inserter(all));
  }
  return all;
}

// "Fragment reassembly time exceeded" about `fragment`, from its destination unless told otherwise.
inline CapturedPacket time_exceeded(const CapturedPacket& fragment, const Cut& cut, double seconds,
                                    const std::string& from = "") {
  const bool v6 = cut.src.find(':') != std::string::npos;
  CapturedPacket p{.time = at(seconds)};
  p.bytes = icmp({.src = from.empty() ? cut.dst : from, .dst = cut.src}, v6 ? 3 : 11, 1, 0,
                 Bytes(fragment.bytes.begin(), fragment.bytes.begin() + (v6 ? 56 : 28)));
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  return p;
}

// An echo request: no filter on ports would have let it through; and time goes on to `seconds`.
inline CapturedPacket ping(double seconds, const Cut& cut = {}) {
  CapturedPacket p{.time = at(seconds)};
  p.bytes = echo_request({.src = cut.dst, .dst = cut.src}, 1, 1, 56);
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  return p;
}

// Any packet with ports.
inline CapturedPacket later(double seconds) {
  CapturedPacket p{.time = at(seconds)};
  p.bytes = udp({}, {.src_port = 4000, .dst_port = 4096, .payload = {1}});
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  return p;
}

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_UNIT_ANALYSIS_DATAGRAMS_H_
