// From capture files to a report, and the loop that every packet passes on the way: read, decode,
// analyze.

#ifndef MTUSCOPE_CLI_READ_CAPTURES_H_
#define MTUSCOPE_CLI_READ_CAPTURES_H_

#include <atomic>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "capture/source.h"
#include "cli/progress.h"

namespace mtuscope {

struct AnalyzedCaptures {
  Report report;
  std::vector<SourceInfo> sources;
};

// Captures of one point are read as one, those of several points (find_points.h) each by itself and
// then together; to the end or until `stop` becomes true. `filter` in tcpdump syntax. Throws what
// open_captures() and FrameSource::next() throw.
AnalyzedCaptures analyze_captures(const std::vector<std::string>& paths, const std::string& filter,
                                  Progress& progress, const std::atomic<bool>& stop);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_READ_CAPTURES_H_
