// Names with other spellings, as the tables of links, encapsulations and systems have them.

#ifndef MTUSCOPE_ANALYSIS_REPORT_SPELLING_H_
#define MTUSCOPE_ANALYSIS_REPORT_SPELLING_H_

#include <algorithm>
#include <string_view>

namespace mtuscope {

// `aliases` are separated by spaces.
constexpr bool is_spelled(std::string_view word, std::string_view name, std::string_view aliases) {
  if (word == name) return true;
  while (!aliases.empty()) {
    const size_t end = std::min(aliases.find(' '), aliases.size());
    if (aliases.substr(0, end) == word) return !word.empty();
    aliases.remove_prefix(std::min(end + 1, aliases.size()));
  }
  return false;
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_SPELLING_H_
