// The findings beside the black hole, each from the evidence of one path or of the whole capture.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_OBSERVATIONS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_OBSERVATIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// not-tested: nothing larger than what was sent is known about. Nullopt for a
// direction in which nothing with data was sent.
std::optional<Finding> not_tested(const Path& path, unsigned direction);

// not-tested, where packets of a size that never arrived were sent again after a timeout, in vain,
// but not as often as the black-hole rule asks: the capture began or ended in the midst of it, or
// somebody gave up too soon.
struct TooFewTries {
  Finding question;
  IpSize size;  // the smallest of them
};
std::optional<TooFewTries> too_few_tries(const Path& path, unsigned direction);

// not-tested, where a request was acknowledged and nothing at all came back: a slow server looks
// like an answer whose first packet is lost.
std::optional<Finding> unanswered(const Path& path, unsigned direction);

// not-tested: what is known from behind the loss of a sender that has found a smaller path MTU, by
// a PTB that did not come by here, or by itself.
std::optional<Finding> cut_smaller(const Path& path, unsigned direction);

// Cut off within their headers by the snaplen.
uint64_t packets_cut_short(const CaptureQuality& quality);

// capture-quality: what limits the conclusions; nullopt when nothing does. `decoded`: how many
// packets were, beside those that quality.undecoded counts.
std::optional<Finding> capture_quality(const CaptureQuality& quality, uint64_t decoded,
                                       const std::vector<SourceInfo>& sources);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_OBSERVATIONS_H_
