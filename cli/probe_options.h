// The options of `mtuscope probe`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_PROBE_OPTIONS_H_
#define MTUSCOPE_CLI_PROBE_OPTIONS_H_

#include <string>
#include <vector>

#include "cli/output_options.h"
#include "cli/parsed.h"
#include "probes/measurement.h"

namespace mtuscope {

struct ProbeOptions {
  ProbePlan plan;
  OutputOptions output;  // fail_on means nothing here
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<ProbeOptions> parse_probe(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PROBE_OPTIONS_H_
