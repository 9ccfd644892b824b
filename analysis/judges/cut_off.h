// What the end of the capture left open: packets larger than all that is known to have arrived were
// sent, and there was no time to answer them.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_CUT_OFF_H_
#define MTUSCOPE_ANALYSIS_JUDGES_CUT_OFF_H_

#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// not-tested, with its size in Finding::cut_off. Nullopt where something as large had arrived: then
// a capture may end with data under way.
std::optional<Finding> cut_off(const Path& path, unsigned direction);

// Some connection is always about to begin, and says nothing of the others. It is a question where
// the answer would be about that path (`paths`, the busiest first), or where nothing as large
// arrived on any.
bool leaves_open(const Finding& cut_off, const std::vector<PathReport>& paths);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_CUT_OFF_H_
