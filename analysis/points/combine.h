// One report from those of several capture points and from what their comparison has shown. The
// same claim from two points is one finding with the evidence of both, told from the point that
// could see most; what one point had to leave open is answered where another one saw it; a loss is
// located between, before or behind the points.

#ifndef MTUSCOPE_ANALYSIS_POINTS_COMBINE_H_
#define MTUSCOPE_ANALYSIS_POINTS_COMBINE_H_

#include <vector>

#include "analysis/points/crossing_verdict.h"
#include "analysis/points/point_plan.h"
#include "analysis/report/report.h"
#include "capture/source.h"

namespace mtuscope {

// `reports` and `points` by point; `pairs` in any order.
Report combine(std::vector<Report> reports, const std::vector<PointPair>& pairs,
               const PointPlan& plan, std::vector<PointReport> points,
               const std::vector<SourceInfo>& sources);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_COMBINE_H_
