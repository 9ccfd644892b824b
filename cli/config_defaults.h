// Puts what a configuration file says before the words of the command line.

#ifndef MTUSCOPE_CLI_CONFIG_DEFAULTS_H_
#define MTUSCOPE_CLI_CONFIG_DEFAULTS_H_

#include <functional>
#include <string>
#include <vector>

#include "cli/config_file.h"

namespace mtuscope {

// A command, as far as its options go.
struct CommandOptions {
  std::string name;
  std::vector<std::string> long_names;  // "method", without dashes
};

// The long names in a command's help text: the entries that begin with an option.
std::vector<std::string> option_names(const std::string& help);

// Of `entries`, those for `command`: first its section's, then the general ones. Throws Error
// kUsage for a section that is no command, and for a key that no command of its section takes; with
// the file, the line, and what was probably meant.
std::vector<ConfigEntry> entries_for(const std::string& command,
                                     const std::vector<ConfigEntry>& entries,
                                     const std::vector<CommandOptions>& all);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CONFIG_DEFAULTS_H_
