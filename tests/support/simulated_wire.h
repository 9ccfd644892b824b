// Both directions of a simulated path, with its limits, queues and losses, and the capture
// somewhere on it.

#ifndef MTUSCOPE_TESTS_SUPPORT_SIMULATED_WIRE_H_
#define MTUSCOPE_TESTS_SUPPORT_SIMULATED_WIRE_H_

#include <array>
#include <cstdint>
#include <functional>

#include "tests/support/dice.h"
#include "tests/support/simulated_clock.h"
#include "tests/support/simulation_record.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope::build {

class SimulatedWire {
 public:
  SimulatedWire(SimulatedClock& clock, const SimulatedPath& path, CapturePoint point,
                uint64_t seed);  // keeps references to `clock` and `path`

  // Calls `arrive` when the packet does, if it does; `ends` must live until then. `after_timeout`:
  // a timeout has sent it again.
  void send(const TcpEnds& ends, Segment s, const std::function<void(const Segment&)>& arrive,
            bool after_timeout = false);

  Packets captured;  // in no order
  SimulationRecord record;

 private:
  void deliver(const TcpEnds& ends, const Segment& s,
               const std::function<void(const Segment&)>& arrive, double delay, uint32_t size);
  double one_way() const;
  double capture_position(bool from_a) const;
  bool exceeds_limit(const TcpEnds& ends, uint32_t size) const;
  // A token bucket without a queue.
  bool policed(uint32_t size);
  // A slow link with a queue in front, which drops what does not fit.
  bool overflows(uint32_t size);
  bool loses(bool from_a, uint32_t size);

  SimulatedClock& clock_;
  const SimulatedPath& path_;
  CapturePoint point_;
  Dice dice_;
  static constexpr double kSerialization = 3e-6;  // seconds a packet
  std::array<double, 2> bad_until_{};
  std::array<double, 2> busy_until_{};
  double tokens_, tokens_at_ = 0;
  double link_free_ = 0, queueing_ = 0;
  uint16_t ip_id_ = 0;
};

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_SIMULATED_WIRE_H_
