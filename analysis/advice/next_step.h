// What a person does about a finding that no size mends; for the others the recommendations say it.
// docs/findings.md has the same at more length, under "What to do".

#ifndef MTUSCOPE_ANALYSIS_ADVICE_NEXT_STEP_H_
#define MTUSCOPE_ANALYSIS_ADVICE_NEXT_STEP_H_

#include <string>

#include "analysis/report/finding.h"

namespace mtuscope {

// A sentence without its full stop; empty for what is merely worth knowing, and for what is mended
// by setting a size.
std::string next_step(const Finding& finding);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_NEXT_STEP_H_
