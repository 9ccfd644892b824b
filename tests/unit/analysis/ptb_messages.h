// PTBs for the tests of what follows from them, in conversations of tcp_script.h.

#ifndef MTUSCOPE_TESTS_UNIT_ANALYSIS_PTB_MESSAGES_H_
#define MTUSCOPE_TESTS_UNIT_ANALYSIS_PTB_MESSAGES_H_

#include <optional>
#include <string>

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

struct Message {
  double at = 0.1101;
  uint32_t mtu = 1400;
  uint32_t seq = 115;      // relative, of the quoted packet
  uint32_t quoted = 1420;  // its size
  std::string reporter = "10.9.0.254";
  std::string to = {};  // the sender of the quoted packet, unless told otherwise
  TcpEnds quote = {};   // whose packet is quoted
  std::optional<size_t> quoted_bytes = {};  // so much of it
};

inline CapturedPacket ptb_message(const Message& m) {
  static uint32_t id = 1000;
  const bool v6 = m.quote.a.find(':') != std::string::npos;
  const uint32_t headers = (v6 ? 40 : 20) + 20 + (m.quote.timestamps ? 12 : 0);
  const CapturedPacket about =
      packet(m.quote, {.begin = m.seq, .end = m.seq + m.quoted - headers, .ack = 1}, 77);
  CapturedPacket out{.time = build::at(m.at), .from_a = false};
  out.bytes = ptb({.src = m.reporter, .dst = m.to.empty() ? m.quote.a : m.to, .id = ++id}, m.mtu,
                  about.bytes, m.quoted_bytes);
  out.original_bytes = static_cast<uint32_t>(out.bytes.size());
  return out;
}

// About a packet that is no TCP segment.
inline CapturedPacket ptb_message(double at, uint32_t mtu, const std::string& to,
                                  const Bytes& about) {
  CapturedPacket out{.time = build::at(at), .from_a = false};
  const bool v6 = to.find(':') != std::string::npos;
  out.bytes = ptb({.src = v6 ? "fd09::fe" : "10.9.0.254", .dst = to}, mtu, about);
  out.original_bytes = static_cast<uint32_t>(out.bytes.size());
  return out;
}

// The conversation, with these messages in between.
inline Report with_ptbs(const std::string& lines, const std::vector<Message>& messages,
                        const TcpEnds& ends = {}) {
  std::vector<Packets> parts{script(ends, lines)};
  for (const Message& m : messages) parts.push_back({ptb_message(m)});
  return analyze(merged(std::move(parts)));
}

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_UNIT_ANALYSIS_PTB_MESSAGES_H_
