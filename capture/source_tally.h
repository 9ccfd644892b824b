// The running figures of one source: what SourceInfo says about the packets, kept in registers'
// reach because every packet passes here.

#ifndef MTUSCOPE_CAPTURE_SOURCE_TALLY_H_
#define MTUSCOPE_CAPTURE_SOURCE_TALLY_H_

#include <cstdint>
#include <limits>

#include "capture/source.h"
#include "capture/units.h"

namespace mtuscope {

class SourceTally {
 public:
  // Counts a packet and returns its number.
  FrameNumber count(uint32_t original_bytes) {
    bytes_ += original_bytes;
    return FrameNumber{++packets_};
  }
  // Its time, where there is one.
  void at(Timestamp time) {
    if (time < last_) [[unlikely]] {
      ++reversals_;
    }
    last_ = time;
    if (time < earliest_) earliest_ = time;
    if (time > latest_) latest_ = time;
  }
  // The same of a recording; returns the time as if the clock had never been set back.
  Timestamp recorded_at(Timestamp time) {
    if (is_plausible(time)) time = time + set_back_;
    if (time < last_) [[unlikely]] {
      time = counted_on(time);
    }
    at(time);
    return time;
  }
  // The time of the packet before; 0 when there is none.
  Timestamp previous() const { return latest_ < earliest_ ? Timestamp{} : last_; }
  uint64_t packets() const { return packets_; }

  void report(SourceInfo& info) const {
    info.packets = packets_;
    info.bytes = bytes_;
    info.time_reversals = reversals_;
    info.clock_set_back = set_back_;
    info.set_back_at = set_back_at_;
    if (earliest_ <= latest_) {
      info.first_time = earliest_;
      info.last_time = latest_;
    }
  }

 private:
  // Several interfaces, or processors, are not captured in order; by more than this a clock was
  // set.
  static constexpr Duration kMostDisorder = Duration::milliseconds(5000);

  // What no clock has shown is not counted on: damaged files hold any number.
  static constexpr int64_t kYear2116 = int64_t{1} << 62, kNineYears = int64_t{1} << 58;
  static bool is_plausible(Timestamp time) { return time.ns >= 0 && time.ns < kYear2116; }

  Timestamp counted_on(Timestamp time) {
    if (!is_plausible(time) || !is_plausible(last_)) return time;
    const Duration back = last_ - time;
    if (back <= kMostDisorder || (set_back_ + back).ns > kNineYears) return time;
    ++reversals_;
    set_back_ = set_back_ + back;
    set_back_at_ = FrameNumber{packets_};
    return last_;
  }

  static constexpr Timestamp kMin{std::numeric_limits<int64_t>::min()};
  static constexpr Timestamp kMax{std::numeric_limits<int64_t>::max()};

  uint64_t packets_ = 0;
  uint64_t bytes_ = 0;
  uint64_t reversals_ = 0;
  Duration set_back_{0};
  FrameNumber set_back_at_{};
  Timestamp last_ = kMin, earliest_ = kMax, latest_ = kMin;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_SOURCE_TALLY_H_
