// Which entries of a configuration file are for a command: default words of its command line.

#ifndef MTUSCOPE_CLI_CONFIG_DEFAULTS_H_
#define MTUSCOPE_CLI_CONFIG_DEFAULTS_H_

#include <string>
#include <vector>

#include "cli/config_file.h"

namespace mtuscope {

// A command, as far as its options go.
struct CommandOptions {
  std::string name;
  std::vector<std::string> option_names;  // "method", without dashes
};

// Of `entries`, those for `command`: first its section's, then the general ones. Throws Error
// kUsage for a section that is no command, and for a key that no command of its section takes; with
// the file, the line, and what was probably meant.
std::vector<ConfigEntry> entries_for(const std::string& command,
                                     const std::vector<ConfigEntry>& entries,
                                     const std::vector<CommandOptions>& all);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CONFIG_DEFAULTS_H_
