// Measuring while somebody watches: every address that a Prober has opened, with the bracket that
// closes on one line of standard error.

#ifndef MTUSCOPE_CLI_MEASURE_PATHS_H_
#define MTUSCOPE_CLI_MEASURE_PATHS_H_

#include <atomic>
#include <vector>

#include "cli/probe_report.h"

namespace mtuscope {

// Those that were begun before `stop` became true. `visible`: standard error is a terminal.
std::vector<ProbedPath> measure_paths(Prober& prober, const std::atomic<bool>& stop, bool visible);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_MEASURE_PATHS_H_
