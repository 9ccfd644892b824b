#include "tests/support/simulated_clock.h"

#include <utility>

namespace mtuscope::build {

void SimulatedClock::in(double seconds, std::function<void()> what) {
  events_.push({now_ + seconds, ++order_, std::move(what)});
}

void SimulatedClock::run(double end) {
  while (!events_.empty() && events_.top().time <= end) {
    const Event event = events_.top();
    events_.pop();
    now_ = event.time;
    event.what();
  }
}

}  // namespace mtuscope::build
