// The options of `mtuscope doctor`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_DOCTOR_OPTIONS_H_
#define MTUSCOPE_CLI_DOCTOR_OPTIONS_H_

#include <string>
#include <vector>

#include "cli/doctor_facts.h"
#include "cli/output_options.h"
#include "cli/parsed.h"

namespace mtuscope {

struct DoctorOptions {
  DoctorPlan plan;
  OutputOptions output;  // fail_on means nothing here
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<DoctorOptions> parse_doctor(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_OPTIONS_H_
