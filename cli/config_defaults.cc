#include "cli/config_defaults.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "capture/error.h"
#include "cli/nearest.h"

namespace mtuscope {
namespace {

bool takes(const CommandOptions& command, const std::string& key) {
  return std::ranges::find(command.long_names, key) != command.long_names.end();
}

[[noreturn]] void refuse(const ConfigEntry& entry, const std::string& what, const std::string& word,
                         const std::vector<std::string>& known) {
  const auto meant = nearest(word, known);
  throw Error(ErrorKind::kUsage, fmt::format("{}: {}", entry.origin, what),
              meant ? fmt::format("Did you mean {}?", *meant)
                    : fmt::format("Known: {}", fmt::join(known, ", ")));
}

void require_section(const ConfigEntry& entry, const std::vector<CommandOptions>& all) {
  std::vector<std::string> names;
  for (const CommandOptions& command : all) names.push_back(command.name);
  if (std::ranges::find(names, entry.section) != names.end()) return;
  refuse(entry,
         fmt::format("there is no command '{}' for section [{}]", entry.section, entry.section),
         entry.section, names);
}

}  // namespace

std::vector<std::string> option_names(const std::string& help) {
  std::vector<std::string> names;
  std::istringstream stream(help);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("  -")) continue;
    const size_t begin = line.find("--");
    if (begin == std::string::npos) continue;
    const size_t end = std::min(line.find_first_of(" ,", begin), line.size());
    const std::string name = line.substr(begin + 2, end - begin - 2);
    if (name != "help" && name != "config") names.push_back(name);
  }
  return names;
}

std::vector<ConfigEntry> entries_for(const std::string& command,
                                     const std::vector<ConfigEntry>& entries,
                                     const std::vector<CommandOptions>& all) {
  std::vector<ConfigEntry> own, general;
  for (const ConfigEntry& entry : entries) {
    if (!entry.section.empty()) require_section(entry, all);
    std::vector<std::string> known;
    bool is_known = false, is_ours = false;
    for (const CommandOptions& other : all) {
      if (!entry.section.empty() && other.name != entry.section) continue;
      for (const std::string& name : other.long_names) {
        if (std::ranges::find(known, name) == known.end()) known.push_back(name);
      }
      is_known = is_known || takes(other, entry.key);
      is_ours = is_ours || (other.name == command && takes(other, entry.key));
    }
    if (!is_known)
      refuse(entry, fmt::format("there is no option '{}'", entry.key), entry.key, known);
    if (is_ours) (entry.section.empty() ? general : own).push_back(entry);
  }
  own.insert(own.end(), general.begin(), general.end());
  return own;
}

}  // namespace mtuscope
