// What several capture points claim, and when two of them claim the same: then it is one finding,
// told from the point that could see most, with the evidence of both.

#ifndef MTUSCOPE_ANALYSIS_POINTS_POINT_CLAIMS_H_
#define MTUSCOPE_ANALYSIS_POINTS_POINT_CLAIMS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/points/point_plan.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

using Way = std::pair<IpAddress, IpAddress>;  // src -> dst

// A finding, the point that it comes from, and its direction as the first point names it.
struct Claim {
  Finding finding;
  uint32_t point = 0;
  std::optional<Way> way;
  std::vector<std::string> also;  // what other points say
};

// One claim for each kind, direction and, where there may be several, moment. `points` supplies the
// names.
std::vector<Claim> merge(std::vector<Claim> claims, const PointPlan& plan,
                         const std::vector<PointReport>& points);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_POINT_CLAIMS_H_
