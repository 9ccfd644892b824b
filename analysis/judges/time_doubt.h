// Where the times of a capture can't be trusted: what is not said then, and why.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_TIME_DOUBT_H_
#define MTUSCOPE_ANALYSIS_JUDGES_TIME_DOUBT_H_

#include <optional>
#include <string>

#include "analysis/report/report.h"
#include "capture/units.h"

namespace mtuscope {

struct TimeDoubt {
  // The same packets come again so much later: captures of two clocks in one file (second_clock.h).
  // Nullopt: there is only one time in the whole capture, as in a file without times.
  std::optional<Duration> second_clock = std::nullopt;
};

// The reason, as an open question says it.
std::string to_string(const TimeDoubt& doubt);

// Takes from the report what rests on times, and adds to its capture-quality why. A size that never
// arrives does so by any clock: of two clocks, such a limit stays as a suspicion.
void keep_what_is_timeless(Report& report, const TimeDoubt& doubt);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_TIME_DOUBT_H_
