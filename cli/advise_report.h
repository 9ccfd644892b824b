// What `mtuscope advise` answers, as the report that every command ends in.

#ifndef MTUSCOPE_CLI_ADVISE_REPORT_H_
#define MTUSCOPE_CLI_ADVISE_REPORT_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/advise_options.h"

namespace mtuscope {

// Headline, and a recommendation for each tunnel's interface, the innermost first. For the reverse
// question, one for the link.
Report advise_report(const AdviseOptions& options);

// What the numbers don't say, one sentence each: what else would change them.
std::vector<std::string> advise_notes(const AdviseOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ADVISE_REPORT_H_
