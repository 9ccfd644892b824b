// `mtuscope advise`: the arithmetic alone.

#ifndef MTUSCOPE_CLI_ADVISE_COMMAND_H_
#define MTUSCOPE_CLI_ADVISE_COMMAND_H_

#include "cli/advise_options.h"

namespace mtuscope {

// Writes the answer to standard output. Returns the exit status.
int run_advise(const AdviseOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ADVISE_COMMAND_H_
