// All that is said of one path, from its evidence: the judges of both directions, in the order in
// which one explains the other.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_PATH_JUDGE_H_
#define MTUSCOPE_ANALYSIS_JUDGES_PATH_JUDGE_H_

#include <array>
#include <optional>
#include <vector>

#include "analysis/advice/next_hop.h"
#include "analysis/datagrams/outer_tunnels.h"
#include "analysis/datagrams/tunnel_ties.h"
#include "analysis/evidence/mss_watch.h"
#include "analysis/evidence/path.h"
#include "analysis/evidence/syn_refusals.h"
#include "analysis/report/report.h"

namespace mtuscope {

// What the whole capture knows beside the path.
struct JudgeContext {
  const MssWatch& mss_watch;
  const SynRefusals& refusals;
  const OuterTunnels& outer;
  const TunnelTies& ties;
  const std::vector<NextHop>& next_hops;
  const std::vector<SourceInfo>& sources;
};

// What was found about a direction that explains why its packets were lost.
struct LossReason {
  std::optional<IpSize> limit;  // packets from this size on never get through
  bool broken = false;          // from some time on nothing got through
};

struct DirectionJudgement {
  PathReport report;
  bool found = false;  // something about the size that passes
  LossReason reason;
  std::optional<Finding> open;  // what is not known: an open question, or never tested
};

struct PathJudgement {
  std::vector<Finding> findings;
  std::optional<Recommendation> advice;
  std::array<std::optional<DirectionJudgement>, 2> directions;  // those with packets
};

PathJudgement judge_path(const Path& path, const JudgeContext& context);

// Where frames of this interface were captured; without a name where the sources don't say.
InterfaceInfo interface_at(const std::vector<SourceInfo>& sources, uint32_t source,
                           uint32_t interface);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_PATH_JUDGE_H_
