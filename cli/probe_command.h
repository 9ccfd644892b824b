// `mtuscope probe HOST`: measures the path MTU now.

#ifndef MTUSCOPE_CLI_PROBE_COMMAND_H_
#define MTUSCOPE_CLI_PROBE_COMMAND_H_

#include "cli/probe_options.h"

namespace mtuscope {

// Measures and writes the report to standard output. Returns the exit status; throws Error.
int run_probe(const ProbeOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PROBE_COMMAND_H_
