#include "probes/consistency.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "analysis/log_gamma.h"

namespace mtuscope {
namespace {

constexpr double kNotable = 0.05;
// The first round sends the largest size twice: at 5 % loss, one path in 400 loses both.
constexpr uint32_t kLeastFailures = 3;
// Loss that happens to look like this is more frequent than tunnels that learn.
constexpr double kRarity = 5;

struct Tally {
  uint32_t answered = 0, lost = 0;
  uint32_t all() const { return answered + lost; }
};

double log_choose(uint32_t n, uint32_t k) {
  return log_gamma(n + 1.0) - log_gamma(k + 1.0) - log_gamma(n - k + 1.0);
}

// P(at least large.lost of all losses fall on the large ones): the hypergeometric tail.
double fisher(const Tally& small, const Tally& large) {
  const uint32_t lost = small.lost + large.lost;
  const uint32_t all = small.all() + large.all();
  double chance = 0;
  for (uint32_t k = large.lost; k <= std::min(lost, large.all()); ++k) {
    if (lost - k > small.all()) continue;
    chance += std::exp(log_choose(large.all(), k) + log_choose(small.all(), lost - k) -
                       log_choose(all, lost));
  }
  return std::min(chance, 1.0);
}

bool counts(const ProbeRecord& probe, IpSize lower) {
  return probe.size <= lower && (probe.fate == ProbeFate::kAnswered ||
                                 probe.fate == ProbeFate::kLost || probe.fate == ProbeFate::kPtb);
}

using Records = std::vector<ProbeRecord>;

std::vector<IpSize> failed_sizes(const Records& probes) {
  std::vector<IpSize> sizes;
  for (const ProbeRecord& probe : probes) {
    if (probe.fate != ProbeFate::kAnswered) sizes.push_back(probe.size);
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

// The best division of these probes' sizes; chance is not yet corrected for the number of tests.
Consistency divide(const Records& probes, size_t& tests) {
  Consistency best;
  const std::vector<IpSize> divisions = failed_sizes(probes);
  for (const IpSize from : divisions) {
    Tally small, large;
    for (const ProbeRecord& probe : probes) {
      Tally& side = probe.size < from ? small : large;
      ++(probe.fate == ProbeFate::kAnswered ? side.answered : side.lost);
    }
    const double chance = fisher(small, large);
    if (chance < best.chance) best = {.chance = chance, .from = from};
  }
  tests += divisions.size();
  return best;
}

// How often one of `from` or larger failed before one passed: what was lost in a row counts once.
uint32_t failures_at_first(const Records& probes, IpSize from) {
  uint32_t failures = 0;
  bool waiting = false;
  for (const ProbeRecord& probe : probes) {
    if (probe.fate != ProbeFate::kAnswered) {
      waiting |= probe.size >= from;
      continue;
    }
    failures += waiting;
    waiting = false;
    if (probe.size >= from) return failures;
  }
  return 0;  // none passed
}

struct FailedFirst {
  IpSize from;
  uint32_t failures = 0;
  double chance = 1;
};

// The least probable division into smaller ones and larger ones that failed at first; chance is not
// yet corrected for the number of tests.
FailedFirst divide_by_time(const Records& probes, size_t& tests) {
  FailedFirst least;
  const auto lost = static_cast<uint32_t>(std::ranges::count_if(
      probes, [](const ProbeRecord& probe) { return probe.fate != ProbeFate::kAnswered; }));
  for (const IpSize from : failed_sizes(probes)) {
    const uint32_t failures = failures_at_first(probes, from);
    if (failures == 0) continue;
    ++tests;
    double chance = 1;
    for (uint32_t i = 0; i < failures; ++i) {
      chance *= (lost - i) / static_cast<double>(probes.size() - i);
    }
    if (chance < least.chance) least = {from, failures, chance};
  }
  return least;
}

}  // namespace

Consistency check_consistency(std::span<const ProbeRecord> probes, IpSize lower) {
  Records all;
  std::map<uint32_t, Records> rounds;
  for (const ProbeRecord& probe : probes) {
    if (!counts(probe, lower)) continue;
    all.push_back(probe);
    rounds[probe.round].push_back(probe);
  }
  size_t tests = 0;
  Consistency best = divide(all, tests);
  if (rounds.size() > 1) {
    for (const auto& [round, records] : rounds) {
      const Consistency result = divide(records, tests);
      if (result.chance < best.chance) best = result;
    }
  }
  const FailedFirst by_time = divide_by_time(all, tests);
  if (by_time.failures >= kLeastFailures && kRarity * by_time.chance < best.chance) {
    best = {.chance = kRarity * by_time.chance, .from = by_time.from};
  }
  best.failed_first = by_time.chance <= kNotable ? by_time.from : IpSize{0};
  best.alone = best.chance;
  best.chance = std::min(1.0, best.chance * static_cast<double>(std::max<size_t>(tests, 1)));
  return best;
}

}  // namespace mtuscope
