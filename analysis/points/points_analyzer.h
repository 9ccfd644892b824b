// The analysis of a capture that was taken at several points: each point has an Analyzer of its
// own, with its own clock and its own ledgers; what two points have in common is compared packet by
// packet. One report comes out (combine.h).

#ifndef MTUSCOPE_ANALYSIS_POINTS_POINTS_ANALYZER_H_
#define MTUSCOPE_ANALYSIS_POINTS_POINTS_ANALYZER_H_

#include <memory>
#include <vector>

#include "analysis/analyzer.h"
#include "analysis/points/packet_matcher.h"
#include "analysis/points/point_plan.h"

namespace mtuscope {

class PointsAnalyzer {
 public:
  explicit PointsAnalyzer(PointPlan plan);

  // In the order of the common clock (the packet's time less PointPlan::ahead).
  void add(const Packet& packet);
  void add_undecoded(Undecoded reason, uint16_t link_type);
  // Once, after the last packet.
  Report finish(const std::vector<SourceInfo>& sources);

 private:
  struct Comparison {
    uint32_t a = 0, b = 0;  // points
    PacketMatcher matcher;
  };

  PointPlan plan_;
  std::vector<std::unique_ptr<Analyzer>> analyzers_;  // by point
  std::vector<Comparison> comparisons_;
  std::vector<uint64_t> packets_;  // by point
  CapturePlace last_place_;
  uint32_t last_point_ = 0;
  bool any_ = false;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_POINTS_ANALYZER_H_
