#include "probes/consistency.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "analysis/log_gamma.h"

namespace mtuscope {
namespace {

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

// The best division of these probes' sizes; chance is not yet corrected for the number of tests.
Consistency divide(const Records& probes, size_t& tests) {
  Consistency best;
  std::vector<IpSize> divisions;
  for (const ProbeRecord& probe : probes) {
    if (probe.fate != ProbeFate::kAnswered) divisions.push_back(probe.size);
  }
  std::ranges::sort(divisions);
  divisions.erase(std::unique(divisions.begin(), divisions.end()), divisions.end());
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
  best.alone = best.chance;
  best.chance = std::min(1.0, best.chance * static_cast<double>(std::max<size_t>(tests, 1)));
  return best;
}

}  // namespace mtuscope
