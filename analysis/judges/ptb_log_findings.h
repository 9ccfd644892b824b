// What follows from the other PTBs of a capture: those that cannot be right, and those about
// packets that are not followed.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_PTB_LOG_FINDINGS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_PTB_LOG_FINDINGS_H_

#include <vector>

#include "analysis/evidence/ptb.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// ptb-suspect: one for each reporter, reason and path. `complete`: no capture dropped packets, so
// that bytes which it does not show were not sent.
std::vector<Finding> suspect_ptbs(const PtbLog& log, bool complete);

// not-tested: PTBs that quote what is not followed (UDP, tunnels, ICMP, flows that are not in the
// capture), by name.
std::vector<Finding> unfollowed_ptbs(const PtbLog& log);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_PTB_LOG_FINDINGS_H_
