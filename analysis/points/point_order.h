// The order in which the packets of a direction pass several capture points, and one name for a
// direction that a NAT gives other addresses at each of them.

#ifndef MTUSCOPE_ANALYSIS_POINTS_POINT_ORDER_H_
#define MTUSCOPE_ANALYSIS_POINTS_POINT_ORDER_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "analysis/points/crossing_verdict.h"
#include "analysis/points/point_claims.h"

namespace mtuscope {

// One direction at two points, where it is known which of them its packets pass first.
struct Comparison {
  const PointPair* pair;
  const DirectionCrossings* direction;
  unsigned from;  // 0 or 1: the point of the pair that they pass first
  uint32_t entry() const { return pair->point(from); }
  uint32_t exit() const { return pair->point(1 - from); }
};

class PointOrder {
 public:
  // Keeps pointers into `pairs`.
  explicit PointOrder(const std::vector<PointPair>& pairs);

  // The addresses at the first point of a direction that has `way` at this one; `way` itself where
  // nobody knows.
  Way name_of(uint32_t point, const Way& way) const;
  // Of a direction, by its name.
  const std::vector<Comparison>& comparisons_of(const Way& name) const;
  bool enters_before(uint32_t a, uint32_t b, const Way& name) const;

 private:
  void learn_names(const std::vector<PointPair>& pairs);

  std::map<std::pair<uint32_t, Way>, Way> first_;
  std::map<Way, std::vector<Comparison>> comparisons_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_POINT_ORDER_H_
