// What follows from a comparison of two capture points: which way packets go, what one clock is
// ahead of the other, which sizes come through, and where packets are lost or rewritten. The rules
// are those of black_hole.h, applied to what was seen rather than to what acknowledgements tell.

#ifndef MTUSCOPE_ANALYSIS_POINTS_CROSSING_VERDICT_H_
#define MTUSCOPE_ANALYSIS_POINTS_CROSSING_VERDICT_H_

#include <optional>
#include <vector>

#include "analysis/points/crossings.h"
#include "analysis/points/point_plan.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// Two points that were compared; point 0 of the crossings is `a`.
struct PointPair {
  uint32_t a = 0, b = 0;  // indices of the points
  bool same_clock = false;
  Crossings crossings;

  uint32_t point(unsigned which) const { return which == 0 ? a : b; }
};

// The point (0 or 1) that the packets of this direction pass first: the TTL falls on the way, and
// time passes. Nullopt when neither tells.
std::optional<unsigned> enters_at(const PointPair& pair, const DirectionCrossings& direction);

Between describe_between(const PointPair& pair, const PointPlan& plan);

// pmtu-blackhole: packets from some size on entered and never came out, while smaller ones did.
// `points` supplies the names. Addresses are those at the point where the packets enter.
std::optional<Finding> black_hole_between(const PointPair& pair, const DirectionCrossings& d,
                                          const PointPlan& plan,
                                          const std::vector<PointReport>& points);

// mss-clamped: the MSS option differs between the points.
std::vector<Finding> mss_rewritten(const PointPair& pair, const DirectionCrossings& d,
                                   const std::vector<PointReport>& points);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_CROSSING_VERDICT_H_
