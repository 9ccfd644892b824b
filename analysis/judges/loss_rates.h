// How much of what was lost: by size, and of the SYNs, in the words of loss findings.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_LOSS_RATES_H_
#define MTUSCOPE_ANALYSIS_JUDGES_LOSS_RATES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// Below this probability a pattern among the losses is told, after correcting for the number of
// splits that were tried.
inline constexpr double kSignificant = 0.001;
// A difference that nobody would notice is not worth a finding, however certain.
inline constexpr double kNoticeable = 2;

// 0 to 1; 0 where there were none.
double rate_of(const LossCount& count);
// "12.5 % (3 of 24)".
std::string share_of(const LossCount& count);

// Where small and large packets fared so differently that the average says nothing of either: words
// that go on after the average. That is no claim that size is the reason: they may have been sent
// at other times. Sizes are IP packets below `below`.
std::string rates_apart(const SizeHistogram& sizes, IpSize below);

// Where SYNs fared far worse than all other packets: of these, and of those.
struct SynLoss {
  LossCount syns, others;
};
// `lost`: packets of any kind. Nullopt where luck may have done it.
std::optional<SynLoss> syns_apart(const PathDirection& direction, const LossCount& lost);
// Words that go on after the average.
std::string to_string(const SynLoss& apart);

// The loss rate in a few classes that people know: small, up to the IPv6 minimum, large.
// `not_counted`: of outages and unanswered FINs, which no other number of the finding holds.
void add_rates_by_size(const SizeHistogram& sizes, IpSize below, uint64_t not_counted, Finding& f);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_LOSS_RATES_H_
