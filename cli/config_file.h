// mtuscope's own configuration: defaults of options, in INI files (docs/config.md). A key is an
// option's long name; before the first section it counts for every command that has the option, in
// a section for the command of that name.

#ifndef MTUSCOPE_CLI_CONFIG_FILE_H_
#define MTUSCOPE_CLI_CONFIG_FILE_H_

#include <string>
#include <string_view>
#include <vector>

namespace mtuscope {

struct ConfigEntry {
  std::string section, key, value;  // section: empty before the first one
  std::string origin;               // "/etc/mtuscope.conf:3"
};

// Throws Error kFormat that names `path` and the line.
std::vector<ConfigEntry> parse_config(std::string_view text, const std::string& path);

// Where it is looked for, the first that exists counts: $XDG_CONFIG_HOME/mtuscope/mtuscope.conf, or
// $HOME/.config/..., then /etc/mtuscope.conf. Null or empty: that variable is not set.
std::vector<std::string> usual_config_files(const char* xdg_config_home, const char* home);

// Takes every `--config FILE` out of `args`, and reads the last one, or the first of `usual` that
// exists. `--config ''` reads none. Throws Error.
std::vector<ConfigEntry> read_config(std::vector<std::string>& args,
                                     const std::vector<std::string>& usual);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CONFIG_FILE_H_
