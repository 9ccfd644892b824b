// The logarithm of the gamma function, for several threads: std::lgamma also writes the sign of the
// result into a global (POSIX `signgam`), which is a data race.

#ifndef MTUSCOPE_ANALYSIS_STATISTICS_LOG_GAMMA_H_
#define MTUSCOPE_ANALYSIS_STATISTICS_LOG_GAMMA_H_

#include <math.h>

namespace mtuscope {

// ln |gamma(x)|.
inline double log_gamma(double x) {
  int sign = 0;
  return lgamma_r(x, &sign);
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_STATISTICS_LOG_GAMMA_H_
