// Figures for Prometheus, in the text format that node exporter's textfile collector reads
// (docs/watch.md lists them). The number of series is bounded, however many paths there are.

#ifndef MTUSCOPE_CLI_METRICS_TEXT_H_
#define MTUSCOPE_CLI_METRICS_TEXT_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/evidence/path_stats.h"
#include "analysis/report/finding.h"

namespace mtuscope {

inline constexpr size_t kMeteredPaths = 100;
inline constexpr size_t kMeteredFindings = 200;

struct Metrics {
  std::string interfaces;  // "wg0, eth0"
  Timestamp started;
  AnalyzerCounts counts;
  uint64_t captured = 0, dropped = 0;    // packets: handed over by the kernel, and not
  std::map<FindingKind, uint64_t> told;  // findings, ever
  std::vector<Finding> held;             // what is wrong now
  std::vector<PathStats> paths;          // the busiest ones
};

// The largest `held` and `paths` are cut to the bounds above.
std::string metrics_text(const Metrics& metrics);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_METRICS_TEXT_H_
