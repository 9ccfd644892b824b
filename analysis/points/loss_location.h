// Where packets are lost, told from several capture points: behind a point that they were seen to
// reach, or before one that they did not.

#ifndef MTUSCOPE_ANALYSIS_POINTS_LOSS_LOCATION_H_
#define MTUSCOPE_ANALYSIS_POINTS_LOSS_LOCATION_H_

#include <vector>

#include "analysis/points/point_claims.h"
#include "analysis/points/point_order.h"
#include "analysis/report/report.h"

namespace mtuscope {

// Of a black hole that does not lie between two of the points: a loss between them is located by
// black_hole_between(). Leaves the claim as it is where the points do not tell. `points` supplies
// the names.
void locate_black_hole(Claim& claim, const PointOrder& order,
                       const std::vector<PointReport>& points);

// Of loss whatever the size: how many packets each pair of points lost between them, as evidence.
void locate_losses(Claim& claim, const PointOrder& order, const std::vector<PointReport>& points);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_LOSS_LOCATION_H_
