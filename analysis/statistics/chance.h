// How likely luck alone would have lost every large packet.
//
// The model: a packet of any size is lost with one unknown rate. Before looking, the rate has a
// Beta(1, 6) distribution: one packet in seven is expected to be lost, and heavy loss is taken
// seriously, because a false alarm costs more than a late one. What packets smaller than the
// suspected limit suffered updates it; the answer is the predictive probability that all of the
// large packets' loss events happened (the Beta-binomial distribution).

#ifndef MTUSCOPE_ANALYSIS_STATISTICS_CHANCE_H_
#define MTUSCOPE_ANALYSIS_STATISTICS_CHANCE_H_

#include <cstdint>

namespace mtuscope {

// Below this probability of luck a finding is confirmed, or at least suspected (docs/findings.md,
// "Confidence").
inline constexpr double kConfirmedBelow = 0.001;
inline constexpr double kSuspectedBelow = 0.05;

struct LossCount {
  uint64_t delivered = 0;
  uint64_t lost = 0;
};

// Probability that `failures` independent loss events in a row are luck, given what smaller packets
// suffered, times the number of `opportunities` (large ranges that could have failed); at most 1.
// Failures within one RTT of each other are one event: the caller counts them so.
double chance_of_luck(LossCount smaller, uint64_t failures, uint64_t opportunities);

// Probability of `hits` or more in `trials` independent trials that succeed with `probability`
// each. Where the trials differ, their mean probability gives an upper bound for any number of hits
// above what it expects (Hoeffding 1956, theorem 5); below that the answer is 1.
double chance_of_hits(uint64_t trials, uint64_t hits, double probability);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_STATISTICS_CHANCE_H_
