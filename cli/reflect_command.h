// `mtuscope reflect`: the cooperating far end of a measurement.

#ifndef MTUSCOPE_CLI_REFLECT_COMMAND_H_
#define MTUSCOPE_CLI_REFLECT_COMMAND_H_

#include "cli/reflect_options.h"

namespace mtuscope {

// Answers until SIGINT or SIGTERM. Returns the exit status; throws Error.
int run_reflect(const ReflectOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_REFLECT_COMMAND_H_
