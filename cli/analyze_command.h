// `mtuscope analyze CAPTURE...`: recorded packets in, a report out.

#ifndef MTUSCOPE_CLI_ANALYZE_COMMAND_H_
#define MTUSCOPE_CLI_ANALYZE_COMMAND_H_

#include "analysis/report/report.h"
#include "cli/analyze_options.h"

namespace mtuscope {

// 1 when a finding is at least as severe as `fail_on`, else 3 when the report is inconclusive,
// else 0.
int exit_status(const Report& report, std::optional<Severity> fail_on);

// Reads, analyzes, writes the report to standard output. Returns the exit status; throws Error.
int run_analyze(const AnalyzeOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ANALYZE_COMMAND_H_
