#include "probes/consistency.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "analysis/statistics/log_gamma.h"

namespace mtuscope {
namespace {

constexpr double kNotable = 0.05;
// The first round sends the largest size twice: at 5 % loss, one path in 400 loses both.
constexpr uint32_t kLeastFailures = 3;
// A search goes where losses lead it: it asks for smaller sizes until it is shown that the larger
// one passes, so that losses look like failures at first more often than by chance.
constexpr double kMisled = 5;

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

// What was lost in a row counts once, as the smallest of it: one burst took all of them, unless all
// of them were too large.
Records without_bursts(const Records& probes) {
  Records events;
  const ProbeRecord* before = nullptr;
  for (const ProbeRecord& probe : probes) {
    const bool lost = probe.fate != ProbeFate::kAnswered;
    if (before != nullptr && lost && before->fate != ProbeFate::kAnswered) {
      events.back().size = std::min(events.back().size, probe.size);
    } else {
      events.push_back(probe);
    }
    before = &probe;
  }
  return events;
}

std::vector<IpSize> failed_sizes(const Records& probes) {
  std::vector<IpSize> sizes;
  for (const ProbeRecord& probe : probes) {
    if (probe.fate != ProbeFate::kAnswered) sizes.push_back(probe.size);
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

struct Division {
  double chance = 1;  // not yet corrected for the number of tests
  IpSize from;
};

void take_least(Division& least, const Division& other) {
  if (other.chance < least.chance) least = other;
}

// The least probable division of these probes' sizes.
Division divide(const Records& probes, size_t& tests) {
  Division best;
  const std::vector<IpSize> divisions = failed_sizes(probes);
  for (const IpSize from : divisions) {
    Tally small, large;
    for (const ProbeRecord& probe : probes) {
      Tally& side = probe.size < from ? small : large;
      ++(probe.fate == ProbeFate::kAnswered ? side.answered : side.lost);
    }
    take_least(best, {fisher(small, large), from});
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
  Division division;
  uint32_t failures = 0;
};

// The least probable division into smaller ones and larger ones that failed at first.
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
    if (chance < least.division.chance) least = {{chance, from}, failures};
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
  std::vector<Records> views = {std::move(all)};
  for (auto& [round, records] : rounds) views.push_back(std::move(records));
  if (views.size() == 2) views.pop_back();  // one round is all there is

  Division proof, suspicion;
  size_t tests = 0, every_loss = 0;
  for (const Records& view : views) {
    take_least(proof, divide(without_bursts(view), tests));
    take_least(suspicion, divide(view, every_loss));
  }
  const auto [by_time, failures] = divide_by_time(views.front(), tests);
  if (failures >= kLeastFailures) {
    const Division not_misled{kMisled * by_time.chance, by_time.from};
    take_least(proof, not_misled);
    take_least(suspicion, not_misled);
  }
  const auto number = static_cast<double>(std::max<size_t>(tests, 1));
  return {.chance = std::min(1.0, proof.chance * number),
          .from = proof.from,
          .suspicion = std::min(1.0, suspicion.chance * number),
          .alone = suspicion.chance,
          .suspicious_from = suspicion.from,
          .failed_first = by_time.chance <= kNotable ? by_time.from : IpSize{0}};
}

}  // namespace mtuscope
