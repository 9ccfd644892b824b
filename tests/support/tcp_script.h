// Conversations between two TCP ends, written as tcpdump shows them, and judged by the analysis:
//
//   const Report report = analyze(script({}, R"(
//     0.000 < S
//     0.010 > S. ack 1
//     0.020 < .  ack 1
//     0.021 < P. 1:79 ack 1
//     0.022 > P. 1:1369 ack 79
//     0.032 < .  ack 1 sack 1369:1601
//   )"));
//
// A line: seconds, direction, flags, then the bytes it carries and what else it says. `>` comes
// from `a` (which by convention sends the data that suffers), `<` from `b`. Sequence numbers are
// relative, as tcpdump prints them; without a range the packet carries nothing and has the number
// that its end would send next. Words after that: `ack N`, `sack A:B,C:D`, `win N` (unscaled),
// `noopt` (a SYN without any option), `nodf` (IPv4: without DF), `stamp T` (its timestamp is that
// of second T, when it was sent), `echo T` (it echoes that one; else the last of the other end).
// `#` starts a comment.

#ifndef MTUSCOPE_TESTS_SUPPORT_TCP_SCRIPT_H_
#define MTUSCOPE_TESTS_SUPPORT_TCP_SCRIPT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/advice/next_hop.h"
#include "analysis/report/report.h"
#include "capture/units.h"
#include "tests/support/packet_builder.h"

namespace mtuscope::build {

// The two ends and what they agreed on. IPv6 where the addresses are.
struct TcpEnds {
  std::string a = "10.9.0.2", b = "10.9.0.1";
  uint16_t a_port = 4096, b_port = 50498;
  uint16_t a_mss = 1380, b_mss = 1380;  // announced; 1380 is MTU 1420 for IPv4
  bool timestamps = true, sack = true;
  uint32_t a_isn = 1000, b_isn = 9000;
  uint8_t a_ttl = 64, b_ttl = 64;
  uint8_t window_shift = 7;
  bool ip_ids = true;  // IPv4: counted up; otherwise all 0, as with DF many systems leave it
};

struct Segment {
  Timestamp time = {};
  bool from_a = true;
  uint8_t flags = tcp_flag::kAck;
  uint32_t begin = 0, end = 0;  // relative; of payload, SYN and FIN not counted
  uint32_t ack = 0;             // relative
  std::vector<std::pair<uint32_t, uint32_t>> sacks = {};
  uint16_t window = 500;
  bool no_options = false;
  bool dont_fragment = true;
  std::optional<uint32_t> ts_val = {};  // of its time, when it is left out
  uint32_t ts_echo = 0;
};

// As it lies in a capture: the headers, with how long the whole packet was.
struct CapturedPacket {
  Timestamp time;
  bool from_a = true;
  Bytes bytes;
  uint32_t original_bytes = 0;
  uint32_t interface = 0;
};
using Packets = std::vector<CapturedPacket>;

// The time that a script's second 0 stands for.
inline constexpr Timestamp kScriptStart{1'700'000'000'000'000'000};
Timestamp at(double seconds);

CapturedPacket packet(const TcpEnds& ends, const Segment& segment, uint16_t ip_id);
// Throws std::invalid_argument, with the line, when a line cannot be read.
Packets script(const TcpEnds& ends, std::string_view lines);
// A PTB about data of `a` at relative sequence number `seq`, of a packet of `quoted` bytes.
CapturedPacket ptb_about(const TcpEnds& ends, double seconds, const std::string& reporter,
                         uint32_t mtu, uint32_t seq, uint32_t quoted);

// In time order; what has the same time keeps the order given.
Packets merged(std::vector<Packets> parts);
// Every packet again, so much later: another interface, a bridge and its port.
Packets captured_twice(const Packets& packets, Duration gap);
Packets one_direction(const Packets& packets, bool from_a);
// The same times later.
Packets shifted(Packets packets, Duration by);

// Feeds the packets as they come, raw IP unless `source` names another link type.
Report analyze(const Packets& packets, const std::optional<InterfaceInfo>& interface = {},
               const std::vector<NextHop>& next_hops = {});

const Finding* find(const Report& report, FindingKind kind);
// One line a finding of this kind: "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender".
std::string found(const Report& report, FindingKind kind);
inline std::string black_holes(const Report& report) {
  return found(report, FindingKind::kPmtuBlackhole);
}

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_TCP_SCRIPT_H_
