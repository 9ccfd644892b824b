// The results of `mtuscope check` for a person.

#ifndef MTUSCOPE_CLI_CHECK_TEXT_H_
#define MTUSCOPE_CLI_CHECK_TEXT_H_

#include <span>
#include <string>

#include "cli/check_options.h"
#include "cli/check_result.h"
#include "cli/text_page.h"

namespace mtuscope {

// What is not as expected, each with the reason; what --update changed; a summary at the end.
// Quiet: only what failed. Verbose: every case.
std::string check_text(std::span<const CheckResult> results, Verbosity verbosity, PageStyle style);

// One failed case without its heading: the lines below it there, and the text of JUnit's failure.
void write_failure(TextPage& page, const CheckResult& result);

// "103 of 104 captures as expected: 1 differs".
std::string check_summary(const CheckTotals& totals);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_TEXT_H_
