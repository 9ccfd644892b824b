#include "analysis/chance.h"

#include <algorithm>
#include <cmath>

namespace mtuscope {

double chance_of_luck(LossCount smaller, uint64_t failures, uint64_t opportunities) {
  constexpr double kPriorLost = 1.0;
  constexpr double kPriorDelivered = 6.0;
  const double a = kPriorLost + static_cast<double>(smaller.lost);
  const double b = kPriorDelivered + static_cast<double>(smaller.delivered);
  const double n = static_cast<double>(failures);
  // E[p^n] under Beta(a, b) = B(a + n, b) / B(a, b).
  const double log_p =
      std::lgamma(a + n) - std::lgamma(a) + std::lgamma(a + b) - std::lgamma(a + b + n);
  const double many = static_cast<double>(std::max<uint64_t>(opportunities, 1));
  return std::min(1.0, std::exp(log_p) * many);
}

}  // namespace mtuscope
