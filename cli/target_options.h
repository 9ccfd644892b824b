// The options of the commands that measure the way to a host (probe, doctor): which host, how it is
// reached, and how long it may take.

#ifndef MTUSCOPE_CLI_TARGET_OPTIONS_H_
#define MTUSCOPE_CLI_TARGET_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "probes/measurement.h"

namespace mtuscope {

class OptionParser;

// The raw values; --port is the command's own option, since it means something else in each.
struct RawTarget {
  bool v4 = false, v6 = false;
  std::optional<uint32_t> port;
  double timeout = ProbePlan().time_limit.seconds();
};

// HOST, --via, -4, -6 and --timeout.
void add_target_options(OptionParser& parser, ProbePlan& plan, RawTarget& raw);

// `plan` with family and time limit. Throws Error kUsage, also for the port.
ProbePlan validated(ProbePlan plan, const RawTarget& raw, const std::string& command);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TARGET_OPTIONS_H_
