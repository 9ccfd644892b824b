// TCP flows through a path that misbehaves, as a capture would show them. A small deterministic
// sender and receiver with what matters for telling loss from size: RTO with backoff (RFC 6298),
// fast retransmit (RFC 5681, 6675), tail loss probes (RFC 8985), delayed ACKs, SACK and D-SACK.
// The same seed gives the same packets. No congestion control beyond a growing window.

#ifndef MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_
#define MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

struct SimulatedPath {
  double one_way = 0.025;             // seconds
  double loss_there = 0;              // a -> b, each packet on its own
  double loss_back = 0;               // b -> a
  double burst = 0;                   // after a loss all is lost for so many seconds, on average
  double reordered = 0;               // share of packets that are late by up to one more one_way
  std::optional<uint32_t> limit;      // a -> b: larger packets vanish
  double limit_from = 0;              // since when, seconds
  double down_from = 0, down_to = 0;  // nothing passes, either way
  double mute_from = 0, mute_to = 0;  // nothing passes from a to b
};

enum class CapturePoint : uint8_t { kSender, kMiddle, kReceiver };  // of a's data

// b asks, a answers with these writes, each its own segment where it fits into one.
struct Exchange {
  uint32_t request = 78;
  std::vector<uint32_t> writes = {114, 1368, 232};
  double think = 0;  // seconds that a waits before answering
};

struct SimulatedFlow {
  TcpEnds ends = {};
  std::vector<Exchange> exchanges = {Exchange{}};
  double start = 0;
  double min_rto = 0.2;
  bool tail_loss_probe = true;
  double delayed_ack = 0.04;
  bool mtu_probing = false;       // after some timeouts a cuts to 1024-byte segments
  std::optional<double> give_up;  // b closes with FIN so long after the start
  uint16_t segment_limit = 0;     // a cuts to at most this payload, whatever the MSS; 0: the MSS
};

// What the capture shows from second 0 to `end`.
Packets simulate(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path,
                 CapturePoint point, double end, uint64_t seed);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_
