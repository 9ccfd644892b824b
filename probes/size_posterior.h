// How probable every path MTU is, given what became of the probes: loss told from size by
// likelihood.
//
// The model: a probe larger than the path MTU never arrives. One that fits is lost with one unknown
// rate, whose distribution before looking is Beta(1, 6) (as in analysis/statistics/chance.h);
// integrated out, the probability of the losses that a path MTU of m leaves to chance is that of
// the Beta-binomial distribution. An answer is certain: nothing below an answered size is possible.
//
// Counted with care, because losses come in bursts and hosts limit how often they answer:
// - A probe above the largest answered size counts as lost only when something sent after it in the
//   same round was answered; several in a row without an answer between them are one loss.
// - Lost probes of sizes that are known to fit count each: they make loss more likely, and the
//   conclusion later.

#ifndef MTUSCOPE_PROBES_SIZE_POSTERIOR_H_
#define MTUSCOPE_PROBES_SIZE_POSTERIOR_H_

#include <span>
#include <vector>

#include "capture/units.h"
#include "probes/probe_record.h"

namespace mtuscope {

// How probable each path MTU is before looking: some everywhere, most at the likely sizes.
class SizePrior {
 public:
  // `likely` are within [min, max], which must not be empty.
  SizePrior(IpSize min, IpSize max, std::span<const IpSize> likely);

  // A PTB, or a fragment, said that the path MTU is one of these: a hint, to be verified. Makes
  // them together as probable as all sizes were. No effect outside [min, max].
  void hint(IpSize first, IpSize last);

  IpSize min() const { return min_; }
  double weight(IpSize size) const { return weights_[size.bytes - min_.bytes]; }

 private:
  IpSize min_;
  std::vector<double> weights_;  // of min + index; their sum does not matter
};

class SizePosterior {
 public:
  // `max` may be smaller than the prior's; `lower` (the largest answered size, or prior.min()) is
  // within [prior.min(), max].
  SizePosterior(const SizePrior& prior, IpSize lower, IpSize max,
                std::span<const ProbeRecord> probes);

  IpSize lower() const { return lower_; }
  // P(path MTU >= size).
  double at_least(IpSize size) const;
  // P(path MTU == lower()): 1 when nothing larger is possible.
  double confidence() const { return 1 - at_least(IpSize{lower_.bytes + 1}); }
  // How much likelier the losses are if lower() is the path MTU, as the probability that luck alone
  // took everything of the next size: what at_least() says without any opinion beforehand.
  double luck() const { return luck_; }
  // The size above lower() whose fate divides the possibilities best at this quantile: P(path MTU <
  // size) is as near to `share` as it can be. Needs lower() < max.
  IpSize split(double share) const;
  // The smallest size above lower() with at_least(size) <= chance; 0 when there is none up to max.
  IpSize upper(double chance) const;

 private:
  IpSize lower_, max_;
  double luck_ = 0;
  std::vector<double> above_;  // [i] = P(path MTU >= lower + i), i from 0 to max - lower + 1
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_SIZE_POSTERIOR_H_
