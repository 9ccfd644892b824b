// What is said of packets that had to be sent again and arrived in the end: size-dependent-loss and
// random-loss, from the counts by size and from what the losses have in common.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_LOSS_FINDING_H_
#define MTUSCOPE_ANALYSIS_JUDGES_LOSS_FINDING_H_

#include <optional>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// size-dependent-loss: from some size on packets are lost significantly more often, yet some
// arrive. The bracket tells where the rate changes: up to `lower` few are lost, from `upper` on
// many.
// Nullopt where the direction has a `limit`: what is lost from there up is explained already.
std::optional<Finding> size_dependent_loss(const Path& path, unsigned direction,
                                           std::optional<IpSize> limit);

// random-loss: packets below `limit` (all packets, when there is none) that had to be repeated; how
// often, at what sizes, whether in bursts, and how they were recovered.
// Suspected unless three times something as large, sent later, got past lost packets, and no size
// is preferred. `broken`: nothing passes any more; what was lost since then is not counted.
std::optional<Finding> random_loss(const Path& path, unsigned direction,
                                   std::optional<IpSize> limit, bool broken = false);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_LOSS_FINDING_H_
