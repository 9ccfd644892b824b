// Running a system tool for its output, where no other interface exists.

#ifndef MTUSCOPE_PROBES_TOOL_OUTPUT_H_
#define MTUSCOPE_PROBES_TOOL_OUTPUT_H_

#include <optional>
#include <string>
#include <vector>

namespace mtuscope {

// What `name` wrote to its standard output, at most 4 MiB; nullopt when it is not in one of the
// system's own folders for programs (PATH is not believed), fails, or takes longer than 3 seconds.
// Its standard error goes nowhere.
std::optional<std::string> tool_output(const std::string& name,
                                       const std::vector<std::string>& arguments);

// The path that tool_output() would run; empty when there is none.
std::string find_tool(const std::string& name);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TOOL_OUTPUT_H_
