// How often the other end of a search answers at all: systems limit how many ICMP errors they send.

#ifndef MTUSCOPE_PROBES_ANSWER_LIMIT_H_
#define MTUSCOPE_PROBES_ANSWER_LIMIT_H_

#include <algorithm>
#include <cstdint>

#include "capture/units.h"

namespace mtuscope {

// Linux sends one host at most 6 port-unreachables at once, and then 1 a second (net/ipv4/icmp.c,
// icmpv4_xrlim_allow; XRLIM_BURST_FACTOR in net/ipv4/route.c).
struct AnswerLimit {
  uint32_t burst = 0;  // 0: no limit is known
  double per_second = 0;
};

// How many answers may still come. Without a known limit it says nothing.
class AnswerBudget {
 public:
  // `spent`: the burst has been used up before `now`.
  AnswerBudget(const AnswerLimit& limit, bool spent, Timestamp now)
      : limit_(limit), left_(spent ? 0 : limit.burst), at_(now) {}

  bool limited() const { return limit_.burst > 0; }
  double left(Timestamp now) const {
    return std::min<double>(limit_.burst, left_ + (now - at_).seconds() * limit_.per_second);
  }
  // The other end may have answered, whether the answer arrives or not.
  void spend(Timestamp now) {
    left_ = std::max(0.0, left(now) - 1);
    at_ = now;
  }
  // Until so many answers may come, which are more than are left. Needs limited().
  Duration wait_for(double answers, Timestamp now) const {
    return Duration::from_seconds((answers - left(now)) / limit_.per_second);
  }

 private:
  AnswerLimit limit_;
  double left_;
  Timestamp at_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ANSWER_LIMIT_H_
