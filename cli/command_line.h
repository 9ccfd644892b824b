// From the words of the command line to a command and its validated options.

#ifndef MTUSCOPE_CLI_COMMAND_LINE_H_
#define MTUSCOPE_CLI_COMMAND_LINE_H_

#include <string>
#include <variant>
#include <vector>

#include "cli/advise_options.h"
#include "cli/analyze_options.h"
#include "cli/check_options.h"
#include "cli/config_file.h"
#include "cli/doctor_options.h"
#include "cli/parsed.h"
#include "cli/probe_options.h"
#include "cli/reflect_options.h"
#include "cli/watch_options.h"

namespace mtuscope {

using Invocation = std::variant<ShowText, AdviseOptions, AnalyzeOptions, CheckOptions, ProbeOptions,
                                ReflectOptions, WatchOptions, DoctorOptions>;

// `args` without the program's name and without --config, whose `config` is for what they leave
// open. Throws Error kUsage, whose hint names what was probably meant.
Invocation parse_command_line(const std::vector<std::string>& args,
                              const std::vector<ConfigEntry>& config = {});

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_COMMAND_LINE_H_
