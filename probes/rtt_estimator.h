// The round-trip time and when to stop waiting for an answer (RFC 6298, with a finer granularity
// than TCP needs).

#ifndef MTUSCOPE_PROBES_RTT_ESTIMATOR_H_
#define MTUSCOPE_PROBES_RTT_ESTIMATOR_H_

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "capture/units.h"

namespace mtuscope {

class RttEstimator {
 public:
  void add(Duration sample) {
    const int64_t rtt = std::max<int64_t>(sample.ns, 0);
    if (!smoothed_) {
      smoothed_ = Duration{rtt};
      variation_ = Duration{rtt / 2};
      shortest_ = Duration{rtt};
      return;
    }
    variation_.ns += (std::llabs(smoothed_->ns - rtt) - variation_.ns) / 4;
    smoothed_->ns += (rtt - smoothed_->ns) / 8;
    shortest_ = std::min(shortest_, Duration{rtt});
  }

  std::optional<Duration> smoothed() const { return smoothed_; }
  // The least: closest to what the path itself needs. 0 before the first sample.
  Duration shortest() const { return shortest_; }

  // An answer that takes longer than this will not come; RFC 6298 2: 1 second without a sample.
  Duration timeout() const {
    if (!smoothed_) return kInitial;
    const int64_t margin = std::max<int64_t>(4 * variation_.ns, kGranularity.ns);
    return std::min(Duration{smoothed_->ns + margin}, kLongest);
  }
  // An answer that takes longer, while something sent later was answered, is probably lost:
  // reordering beyond a quarter of a round trip is rare (RFC 8985 6.2).
  Duration reordering_limit() const {
    if (!smoothed_) return kInitial;
    const int64_t window =
        std::max({smoothed_->ns / 4, 2 * variation_.ns, int64_t{kReorderingLeast.ns}});
    return std::min(Duration{smoothed_->ns + window}, timeout());
  }

 private:
  static constexpr Duration kInitial = Duration::milliseconds(1000);
  static constexpr Duration kLongest = Duration::milliseconds(3000);
  static constexpr Duration kGranularity = Duration::milliseconds(10);
  static constexpr Duration kReorderingLeast = Duration::milliseconds(3);

  std::optional<Duration> smoothed_;
  Duration variation_;
  Duration shortest_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_RTT_ESTIMATOR_H_
