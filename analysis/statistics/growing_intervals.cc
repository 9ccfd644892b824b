#include "analysis/statistics/growing_intervals.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace mtuscope {

namespace {

constexpr Duration kLeastFirst = Duration::milliseconds(150);
constexpr Duration kMostFirst = Duration::milliseconds(4000);
// Twice, with the jitter of timers and paths.
constexpr double kLeastGrowth = 1.6, kMostGrowth = 2.6;
// Where timers reach their largest value: 60 s (RFC 6298 2.5), 64 s (BSD), 120 s (Linux).
constexpr Duration kLongest = Duration::milliseconds(50'000);
constexpr double kLeastAtLongest = 0.9;
constexpr Duration kFirstWindow = Duration::milliseconds(1000);

bool may_be_first(Duration interval) { return interval >= kLeastFirst && interval <= kMostFirst; }

bool may_follow(Duration before, Duration next) {
  const double growth = next.seconds() / before.seconds();
  return growth <= kMostGrowth && growth >= (next >= kLongest ? kLeastAtLongest : kLeastGrowth);
}

// The longest series of those of `times` that are named by `left` (ascending indices).
std::vector<size_t> longest_series(const std::vector<Timestamp>& times,
                                   const std::vector<size_t>& left) {
  // For each two that may be neighbours in a series: how long it is there, and who stands before.
  struct Pair {
    size_t length = 0, before = 0;
  };
  const size_t n = left.size();
  std::vector<Pair> pairs(n * n);
  size_t best_a = 0, best_b = 0, best = 0;
  for (size_t b = 0; b < n; ++b) {
    for (size_t a = 0; a < b; ++a) {
      const Duration interval = times[left[b]] - times[left[a]];
      Pair& pair = pairs[a * n + b];
      if (may_be_first(interval)) pair = {2, a};
      for (size_t before = 0; before < a; ++before) {
        const size_t length = pairs[before * n + a].length;
        if (length < pair.length || length == 0) continue;
        if (may_follow(times[left[a]] - times[left[before]], interval)) pair = {length + 1, before};
      }
      if (pair.length > best) best = pair.length, best_a = a, best_b = b;
    }
  }
  std::vector<size_t> series;
  if (best < kFewestRepeated) return series;
  for (size_t a = best_a, b = best_b;;) {
    series.push_back(left[b]);
    const size_t before = pairs[a * n + b].before;
    if (before == a) {
      series.push_back(left[a]);
      break;
    }
    b = a;
    a = before;
  }
  std::ranges::reverse(series);
  return series;
}

}  // namespace

std::optional<std::vector<size_t>> only_growing_intervals(const std::vector<Timestamp>& times) {
  if (times.size() > kMostTimes) return std::nullopt;
  std::vector<size_t> left(times.size());
  std::iota(left.begin(), left.end(), size_t{0});
  std::optional<std::vector<size_t>> longest;
  std::vector<Timestamp> beginnings;
  for (;;) {
    std::vector<size_t> series = longest_series(times, left);
    if (series.empty()) break;
    beginnings.push_back(times[series.front()]);
    std::erase_if(left, [&](size_t i) { return std::ranges::binary_search(series, i); });
    if (!longest) longest = std::move(series);
  }
  const auto at_a_beginning = [&](size_t i) {
    return std::ranges::any_of(beginnings, [&](Timestamp begin) {
      const Duration later = times[i] - begin;
      return later <= kFirstWindow && later.ns >= -kFirstWindow.ns;
    });
  };
  return std::ranges::all_of(left, at_a_beginning) ? longest : std::nullopt;
}

}  // namespace mtuscope
