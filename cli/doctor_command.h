// `mtuscope doctor HOST`: what is wrong between here and there, and what to do about it.

#ifndef MTUSCOPE_CLI_DOCTOR_COMMAND_H_
#define MTUSCOPE_CLI_DOCTOR_COMMAND_H_

#include "cli/doctor_options.h"

namespace mtuscope {

// Looks, measures, and writes the report to standard output. Returns the exit status; throws Error.
int run_doctor(const DoctorOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_COMMAND_H_
