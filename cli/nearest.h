// What somebody who mistyped a word probably meant.

#ifndef MTUSCOPE_CLI_NEAREST_H_
#define MTUSCOPE_CLI_NEAREST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtuscope {

// The candidate that `word` abbreviates, or else the one with the fewest typing errors (a letter
// missing, added, replaced, or two swapped), if they are at most a third of it.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_NEAREST_H_
