// What is said of packets that failed: the black hole, or what else it can be. Each with its
// evidence for and against, in sentences.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_FAILURE_FINDING_H_
#define MTUSCOPE_ANALYSIS_JUDGES_FAILURE_FINDING_H_

#include <optional>

#include "analysis/evidence/path.h"
#include "analysis/evidence/size_case.h"
#include "analysis/report/finding.h"

namespace mtuscope {

Finding black_hole_finding(const Path& path, unsigned direction, const SizeCase& c,
                           Confidence confidence);

// data-undelivered: the handshake passes and then no data of any size does, down to small packets.
std::optional<Finding> data_undelivered(const Path& path, unsigned direction, const SizeCase& c);

// data-undelivered of some flows: nothing of theirs arrives any more, whatever its size. Nullopt
// unless `own` says so. The caller knows that other flows go on.
std::optional<Finding> stopped_flows(const Path& path, unsigned direction,
                                     const std::vector<const FailedRange*>& ranges,
                                     const OwnFlows& own);

// What such findings have in common: direction, flows, frames, times and chance; no kind yet.
Finding without_size(const Path& path, unsigned direction, const SizeCase& c);

// not-tested: what the failures leave open, and what would tell.
Finding open_question(const Path& path, unsigned direction, const SizeCase& c);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_FAILURE_FINDING_H_
