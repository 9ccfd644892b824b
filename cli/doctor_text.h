// What `mtuscope doctor` says to people: the answer, what was checked, and what to set.

#ifndef MTUSCOPE_CLI_DOCTOR_TEXT_H_
#define MTUSCOPE_CLI_DOCTOR_TEXT_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/doctor_checks.h"
#include "cli/output_options.h"
#include "cli/text_page.h"

namespace mtuscope {

std::string doctor_text(const Report& report, const std::vector<Check>& checks, Verbosity verbosity,
                        PageStyle style);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_TEXT_H_
