// What was measured, for programs: the key "probe" of a report.

#ifndef MTUSCOPE_CLI_JSON_PROBE_H_
#define MTUSCOPE_CLI_JSON_PROBE_H_

#include <vector>

#include "cli/json_parts.h"
#include "cli/probe_report.h"

namespace mtuscope {

// An object for one measurement, an array for several.
Json probe_json(const std::vector<ProbedPath>& paths);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_JSON_PROBE_H_
