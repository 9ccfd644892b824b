// A rate with a burst: what may be spent grows with time, up to what one second gives.

#ifndef MTUSCOPE_PROBES_TOKEN_BUCKET_H_
#define MTUSCOPE_PROBES_TOKEN_BUCKET_H_

#include <algorithm>

#include "capture/units.h"

namespace mtuscope {

class TokenBucket {
 public:
  // Full at `now`. Spends `rate` units a second, and as many at once.
  TokenBucket(double rate, Timestamp now) : rate_(rate), left_(rate), at_(now) {}

  bool has(double amount, Timestamp now) {
    left_ = std::min(rate_, left_ + std::max(0.0, (now - at_).seconds()) * rate_);
    at_ = now;
    return amount <= left_;
  }
  void spend(double amount) { left_ -= amount; }  // what has() was true for

 private:
  double rate_, left_;
  Timestamp at_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TOKEN_BUCKET_H_
