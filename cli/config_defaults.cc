#include "cli/config_defaults.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/error.h"
#include "cli/nearest.h"

namespace mtuscope {
namespace {

bool takes(const CommandOptions& command, const std::string& key) {
  return std::ranges::find(command.option_names, key) != command.option_names.end();
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
      for (const std::string& name : other.option_names) {
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
