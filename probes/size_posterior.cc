#include "probes/size_posterior.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "analysis/statistics/log_gamma.h"

namespace mtuscope {
namespace {

constexpr double kPriorLost = 1.0;
constexpr double kPriorDelivered = 6.0;
// The share of all probability that lies anywhere; the rest lies at the likely sizes.
constexpr double kAnywhere = 0.15;
// The interface's own MTU is by far the likeliest: most paths have no limit below it.
constexpr double kNoLimit = 0.3;
// A PTB comes from a router that dropped the probe for its size, or it lies. How probable the lie
// is.
constexpr double kLyingPtb = 0.01;

// What became of the probes, as far as it bears on a path MTU of m >= lower.
struct Losses {
  uint32_t answered = 0;
  uint32_t known_lost = 0;         // of sizes up to lower, one by one
  std::vector<uint32_t> too_long;  // sizes above lower that were lost or met a PTB, ascending
};

// Loss events among the probes of sizes in (lower, m]; see the header for what counts.
uint32_t loss_events(std::span<const ProbeRecord> probes, IpSize lower, IpSize m) {
  uint32_t events = 0;
  uint32_t waiting_round = 0;
  bool waiting = false;  // lost probes that nothing answered has followed yet
  for (const ProbeRecord& probe : probes) {
    if (waiting && probe.round != waiting_round) waiting = false;
    if (probe.fate == ProbeFate::kAnswered) {
      events += waiting;
      waiting = false;
    } else if (probe.fate == ProbeFate::kLost && probe.size > lower && probe.size <= m) {
      waiting = true;
      waiting_round = probe.round;
    }
  }
  return events;
}

uint32_t ptb_count(std::span<const ProbeRecord> probes, IpSize lower, IpSize m) {
  return static_cast<uint32_t>(std::ranges::count_if(probes, [&](const ProbeRecord& probe) {
    return probe.fate == ProbeFate::kPtb && probe.size > lower && probe.size <= m;
  }));
}

Losses count_losses(std::span<const ProbeRecord> probes, IpSize lower) {
  Losses losses;
  for (const ProbeRecord& probe : probes) {
    if (probe.fate == ProbeFate::kAnswered) ++losses.answered;
    if (probe.fate != ProbeFate::kLost && probe.fate != ProbeFate::kPtb) continue;
    if (probe.size <= lower) {
      ++losses.known_lost;
    } else {
      losses.too_long.push_back(probe.size.bytes);
    }
  }
  std::ranges::sort(losses.too_long);
  losses.too_long.erase(std::unique(losses.too_long.begin(), losses.too_long.end()),
                        losses.too_long.end());
  return losses;
}

// log of E[p^lost (1-p)^answered] under the prior, up to a constant for the same `answered`.
double log_likelihood(double lost, double answered) {
  return log_gamma(kPriorLost + lost) - log_gamma(kPriorLost + kPriorDelivered + answered + lost);
}

}  // namespace

SizePrior::SizePrior(IpSize min, IpSize max, std::span<const IpSize> likely) : min_(min) {
  assert(min <= max);
  const size_t count = max.bytes - min.bytes + 1;
  weights_.assign(count, kAnywhere / static_cast<double>(count));
  const double share =
      likely.empty() ? 0 : (1 - kAnywhere - kNoLimit) / static_cast<double>(likely.size());
  for (const IpSize size : likely) {
    if (size >= min && size <= max) weights_[size.bytes - min.bytes] += share;
  }
  weights_.back() += kNoLimit;
}

void SizePrior::hint(IpSize first, IpSize last) {
  const IpSize most{min_.bytes + static_cast<uint32_t>(weights_.size()) - 1};
  first = std::max(first, min_);
  last = std::min(last, most);
  if (first > last) return;
  const double all = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  const double share = all / (last.bytes - first.bytes + 1);
  for (uint32_t size = first.bytes; size <= last.bytes; ++size) {
    weights_[size - min_.bytes] += share;
  }
}

SizePosterior::SizePosterior(const SizePrior& prior, IpSize lower, IpSize max,
                             std::span<const ProbeRecord> probes)
    : lower_(lower), max_(max) {
  assert(prior.min() <= lower && lower <= max);
  const Losses losses = count_losses(probes, lower);
  const size_t count = max.bytes - lower.bytes + 1;
  std::vector<double> weights(count);
  double scale = 0;
  // Between two sizes that were lost, every path MTU explains the losses equally well.
  for (size_t i = 0, next_loss = 0; i < count;) {
    const IpSize m{lower.bytes + static_cast<uint32_t>(i)};
    while (next_loss < losses.too_long.size() && losses.too_long[next_loss] <= m.bytes) ++next_loss;
    const size_t end = next_loss < losses.too_long.size()
                           ? std::min<size_t>(count, losses.too_long[next_loss] - lower.bytes)
                           : count;
    const double lost = losses.known_lost + loss_events(probes, lower, m);
    const double log_chance =
        log_likelihood(lost, losses.answered) + ptb_count(probes, lower, m) * std::log(kLyingPtb);
    if (i == 0) scale = log_chance;  // the largest: losses only grow with m
    const double likelihood = std::exp(log_chance - scale);
    if (i <= 1 && count > 1) luck_ = likelihood;
    for (; i < end; ++i) {
      weights[i] = likelihood * prior.weight(IpSize{lower.bytes + static_cast<uint32_t>(i)});
    }
  }
  above_.assign(count + 1, 0.0);
  for (size_t i = count; i > 0; --i) above_[i - 1] = above_[i] + weights[i - 1];
  const double all = above_.front();
  for (double& probability : above_) probability /= all;
}

double SizePosterior::at_least(IpSize size) const {
  if (size <= lower_) return 1;
  const size_t index = size.bytes - lower_.bytes;
  return index < above_.size() ? above_[index] : 0;
}

IpSize SizePosterior::split(double share) const {
  assert(lower_ < max_);
  // above_ falls; the first size with P(path MTU < size) >= share, or the one before.
  const auto begin = above_.begin() + 1, end = above_.end() - 1;
  auto at = std::partition_point(begin, end, [&](double above) { return 1 - above < share; });
  if (at == end) --at;
  if (at != begin && share - (1 - *(at - 1)) < (1 - *at) - share) --at;
  return IpSize{lower_.bytes + static_cast<uint32_t>(at - above_.begin())};
}

IpSize SizePosterior::upper(double chance) const {
  const auto begin = above_.begin() + 1, end = above_.end() - 1;
  const auto at = std::partition_point(begin, end, [&](double above) { return above > chance; });
  return at == end ? IpSize{0} : IpSize{lower_.bytes + static_cast<uint32_t>(at - above_.begin())};
}

}  // namespace mtuscope
