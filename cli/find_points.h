// A first look at the captures, before they are read: were they taken at several points that saw
// the same packets (point_finder.h)?

#ifndef MTUSCOPE_CLI_FIND_POINTS_H_
#define MTUSCOPE_CLI_FIND_POINTS_H_

#include <string>
#include <vector>

#include "analysis/points/point_plan.h"
#include "capture/source.h"
#include "cli/progress.h"

namespace mtuscope {

// Looks at the first frames of every regular file; of a single file only when it has several
// interfaces or is a cooked capture (`-i any`). What can't be read twice (standard input, a pipe)
// is left alone, and belongs to the first point. Throws what open_captures() throws.
PointPlan find_points(const std::vector<std::string>& paths, const CaptureOptions& options,
                      Progress& progress);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_FIND_POINTS_H_
