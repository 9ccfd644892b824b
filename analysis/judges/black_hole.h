// The rule for a black hole (docs/findings.md), applied to the evidence of one direction of a path.
// Pure: the same evidence gives the same verdict.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_BLACK_HOLE_H_
#define MTUSCOPE_ANALYSIS_JUDGES_BLACK_HOLE_H_

#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

struct BlackHoleVerdict {
  // pmtu-blackhole when it holds; path-outage or data-undelivered when the failures are real but
  // speak against the size as their reason.
  std::optional<Finding> finding;
  // Failures that are left without a verdict: a not-tested finding that says what they leave open
  // and what would tell.
  std::optional<Finding> undecided;
  // The smallest size that either of them is about: what was lost from there up is no random loss.
  std::optional<IpSize> lost_from;
};

BlackHoleVerdict judge_black_hole(const Path& path, unsigned direction);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_BLACK_HOLE_H_
