// path-outage: what the times in which nothing of any size passed, over all flows of a path, prove.
// They are noticed in outage_log.h.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_OUTAGE_H_
#define MTUSCOPE_ANALYSIS_JUDGES_OUTAGE_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/evidence/outage_log.h"
#include "analysis/report/finding.h"
#include "capture/units.h"

namespace mtuscope {

struct Path;
struct PathDirection;
struct SizeCase;

// The outages of one direction that neither luck nor size explains. `lost_from`: packets from this
// size on are known to be lost for their size, on all flows or some.
struct ProvenOutages {
  std::vector<const Outage*> outages;  // in order of time
  double least_chance = 1;
  bool one_way = false;  // the other direction was alive during the longest
  // The D-SACK that tells that packets arrived during the longest: the other direction was broken.
  FrameRef answers_lost;

  const Outage& longest() const;
  IpSize smallest() const;  // that was lost in them
  bool only_syns() const;
  uint64_t losses() const;  // in all of them
};
ProvenOutages proven_outages(const PathDirection& direction,
                             std::optional<IpSize> lost_from = std::nullopt);

// path-outage that ended: nothing of any size arrived for a while, and then it did. One finding for
// both directions where it cannot be told which of them was broken. `lost_from`: of each direction.
std::vector<Finding> past_outages(const Path& path,
                                  const std::array<std::optional<IpSize>, 2>& lost_from);

// path-outage that did not end before the capture, with small packets among those that were lost:
// so it is not a narrower path.
std::optional<Finding> open_outage(const Path& path, unsigned direction);

// The same where only failed ranges tell: `c` has no control of any size.
std::optional<Finding> lasting_outage(const Path& path, unsigned direction, const SizeCase& c);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_OUTAGE_H_
