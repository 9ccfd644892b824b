#include "cli/nearest.h"

#include <algorithm>

namespace mtuscope {
namespace {

// Optimal string alignment distance, by the usual table.
size_t typing_errors(std::string_view a, std::string_view b) {
  const size_t columns = b.size() + 1;
  std::vector<size_t> table((a.size() + 1) * columns);
  const auto at = [&](size_t i, size_t j) -> size_t& { return table[i * columns + j]; };
  for (size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
  for (size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
      at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
      }
    }
  }
  return at(a.size(), b.size());
}

std::string_view without_dashes(std::string_view word) {
  word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
  return word;
}

}  // namespace

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  constexpr size_t kLongestWord = 40;  // nobody mistypes more; bounds the table
  const std::string_view bare = without_dashes(word);
  if (bare.empty() || bare.size() > kLongestWord) return std::nullopt;
  const std::string* best = nullptr;
  size_t best_errors = 0;
  for (const std::string& candidate : candidates) {
    const std::string_view target = without_dashes(candidate);
    const bool abbreviated = bare.size() > 1 && target.starts_with(bare);
    const size_t errors = abbreviated ? 0 : typing_errors(bare, target);
    const size_t allowed = std::max<size_t>(1, std::min(bare.size(), target.size()) / 3);
    if (target.size() < 2 || errors > allowed) continue;
    if (best == nullptr || errors < best_errors) {
      best = &candidate;
      best_errors = errors;
    }
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace mtuscope
