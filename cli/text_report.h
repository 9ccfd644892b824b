// The report for a person: the headline, what vanishes and on what evidence, what to set, how to
// verify it; then what limits the answer.

#ifndef MTUSCOPE_CLI_TEXT_REPORT_H_
#define MTUSCOPE_CLI_TEXT_REPORT_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/output_options.h"
#include "cli/text_page.h"

namespace mtuscope {

// Ends with a newline. `sources` are those that the findings' frame numbers count in. `flows`: with
// the table of flows.
std::string text_report(const Report& report, const std::vector<SourceInfo>& sources,
                        Verbosity verbosity, PageStyle style, bool flows = false);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TEXT_REPORT_H_
