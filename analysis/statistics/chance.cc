#include "analysis/statistics/chance.h"

#include <algorithm>
#include <cmath>

#include "analysis/statistics/log_gamma.h"

namespace mtuscope {

double chance_of_luck(LossCount smaller, uint64_t failures, uint64_t opportunities) {
  constexpr double kPriorLost = 1.0;
  constexpr double kPriorDelivered = 6.0;
  const double a = kPriorLost + static_cast<double>(smaller.lost);
  const double b = kPriorDelivered + static_cast<double>(smaller.delivered);
  const double n = static_cast<double>(failures);
  // E[p^n] under Beta(a, b) = B(a + n, b) / B(a, b).
  const double log_p = log_gamma(a + n) - log_gamma(a) + log_gamma(a + b) - log_gamma(a + b + n);
  const double many = static_cast<double>(std::max<uint64_t>(opportunities, 1));
  return std::min(1.0, std::exp(log_p) * many);
}

double chance_of_hits(uint64_t trials, uint64_t hits, double probability) {
  const double n = static_cast<double>(trials);
  if (probability >= 1 || static_cast<double>(hits) <= n * probability + 1) return 1;
  if (probability <= 0) return 0;
  double sum = 0;
  for (uint64_t k = hits; k <= trials; ++k) {
    const double x = static_cast<double>(k);
    const double log_term = log_gamma(n + 1) - log_gamma(x + 1) - log_gamma(n - x + 1) +
                            x * std::log(probability) + (n - x) * std::log1p(-probability);
    const double term = std::exp(log_term);
    sum += term;
    if (term < sum * 1e-12) break;
  }
  return std::min(1.0, sum);
}

}  // namespace mtuscope
