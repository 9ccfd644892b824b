// The tables of one report from those of several capture points: paths, flows, counters.

#ifndef MTUSCOPE_ANALYSIS_POINTS_COMBINED_TABLES_H_
#define MTUSCOPE_ANALYSIS_POINTS_COMBINED_TABLES_H_

#include <vector>

#include "analysis/points/point_claims.h"
#include "analysis/points/point_order.h"
#include "analysis/report/report.h"

namespace mtuscope {

// `reports` by point. Each path once, by its addresses at the first point, with what the points
// know of it together; those of which `claims` say something wrong come first.
void combine_paths(const std::vector<Report>& reports, const std::vector<Claim>& claims,
                   const PointOrder& order, Report& report);

// Each flow from the point that its data passes first, which sees what was sent and how often.
void combine_flows(const std::vector<Report>& reports, const PointOrder& order, Report& report);

// Packets, what limits the conclusions, and the encrypted tunnels seen from outside.
void combine_counts(const std::vector<Report>& reports, Report& report);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_COMBINED_TABLES_H_
