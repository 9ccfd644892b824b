// What follows from PTBs about bytes in flight: path MTU discovery at work, or PTBs that were not
// obeyed. From the cases of one direction of a path alone (ptb.h).

#ifndef MTUSCOPE_ANALYSIS_JUDGES_PTB_FINDINGS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_PTB_FINDINGS_H_

#include <optional>

#include "analysis/evidence/path.h"
#include "analysis/evidence/ptb.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// Was the limit that this range failed at announced while it failed? Then it is no silent one. A
// PTB for a larger MTU, or from another time, says nothing about it.
bool was_announced(const FailedRange& failure, const PathDirection& direction);

// ptb-ignored: after a PTB about bytes in flight, two or more packets above its MTU that are not
// seen to arrive, later than an RTT; or other flows of the path that went on and failed.
std::optional<Finding> ptb_ignored(const Path& path, unsigned direction);

// pmtud-working: after such a PTB the same bytes were sent within its MTU, and arrived.
std::optional<Finding> pmtud_working(const Path& path, unsigned direction);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_PTB_FINDINGS_H_
