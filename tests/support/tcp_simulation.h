// TCP flows through a path that misbehaves, as a capture would show them. A small deterministic
// sender and receiver with what matters for telling loss from size: RTO with backoff, after which
// all that is outstanding counts as lost (RFC 6298, 5681), NewReno without SACK (RFC 6582), RACK
// and tail loss probes with it (RFC 8985), slow start and AIMD, delayed ACKs, SACK and D-SACK.
// The same seed gives the same packets. Left out: F-RTO, pacing, CUBIC's growth.

#ifndef MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_
#define MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

struct SimulatedPath {
  double one_way = 0.025;         // seconds
  double loss_there = 0;          // a -> b, each packet on its own
  double loss_back = 0;           // b -> a
  double burst = 0;               // after a loss all is lost for so many seconds, on average
  double reordered = 0;           // share of packets that are late by up to one more one_way
  double duplicated = 0;          // share of packets that the network doubles
  std::optional<uint32_t> limit;  // a -> b: larger packets vanish
  double limit_from = 0, limit_to = 1e9;     // when, seconds
  uint16_t limit_every = 1;                  // ... of flows whose port at b is a multiple of this
  uint32_t lossy_above = 0;                  // a -> b: packets larger than this ...
  double lossy_rate = 0;                     // ... are lost so often
  double police_rate = 0, police_burst = 0;  // a -> b: token bucket, bytes a second and bytes
  double link_rate = 0, queue_bytes = 0;     // a -> b: a slow link and the queue before it
  double slower_from = 1e9, slower_by = 0;   // since then one_way is so much longer
  double down_from = 0, down_to = 0;         // nothing passes, either way
  double mute_from = 0, mute_to = 0;         // nothing passes from a to b
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

// What happened, whatever the capture shows of it.
struct SimulatedTruth {
  // a -> b packets that the limit took, and data packets of a that arrived.
  uint64_t lost_by_limit = 0, arrived = 0;
  // The limit could be proven: a range of a's data was sent three times or more at sizes above it,
  // at least once after a timeout, and none arrived at such a size; and a smaller packet with data,
  // sent after the first of them, arrived and was answered for before the end. Where such sizes had
  // passed before, after the third: until then an outage looks the same.
  bool provable = false;
};

// What the capture shows from second 0 to `end`.
Packets simulate(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path,
                 CapturePoint point, double end, uint64_t seed, SimulatedTruth* truth = nullptr);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_TCP_SIMULATION_H_
