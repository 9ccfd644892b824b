// `mtuscope check DIR...`: recorded captures held against their expected findings (docs/check.md).

#ifndef MTUSCOPE_CLI_CHECK_COMMAND_H_
#define MTUSCOPE_CLI_CHECK_COMMAND_H_

#include "cli/check_cases.h"
#include "cli/check_options.h"
#include "cli/check_result.h"

namespace mtuscope {

// Analyzes the captures of one case and compares; with `update`, writes the expectation. What goes
// wrong is in the result. Cases are independent: several threads may each judge one.
CheckResult judge(const CheckCase& wanted, bool update);

// Judges all cases, writes the results to standard output and to the JUnit file. Returns the exit
// status; throws Error where not even the cases could be found.
int run_check(const CheckOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_COMMAND_H_
