// The one line that a person reads first, and the status that the exit status follows.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_SUMMARY_H_
#define MTUSCOPE_ANALYSIS_JUDGES_SUMMARY_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"

namespace mtuscope {

// A finding as one line, without a full stop.
std::string headline_of(const Finding& finding);

// Sets status and headline from the rest of the report. `undecided`: what the evidence left open;
// `sources`: what a filter has taken away.
void summarize(Report& report, const std::vector<std::string>& undecided,
               const std::vector<SourceInfo>& sources);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_SUMMARY_H_
