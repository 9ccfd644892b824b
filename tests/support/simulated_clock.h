// The time of a simulation: what is to happen, in order of time, and what was planned first first.

#ifndef MTUSCOPE_TESTS_SUPPORT_SIMULATED_CLOCK_H_
#define MTUSCOPE_TESTS_SUPPORT_SIMULATED_CLOCK_H_

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

namespace mtuscope::build {

class SimulatedClock {
 public:
  double now() const { return now_; }
  // In so many seconds from now.
  void in(double seconds, std::function<void()> what);
  // All that is to happen until second `end`.
  void run(double end);

 private:
  struct Event {
    double time;
    uint64_t order;
    std::function<void()> what;
    bool operator<(const Event& e) const {
      return time != e.time ? time > e.time : order > e.order;
    }
  };
  std::priority_queue<Event> events_;
  double now_ = 0;
  uint64_t order_ = 0;
};

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_SIMULATED_CLOCK_H_
