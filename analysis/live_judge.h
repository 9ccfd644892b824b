// Judges while packets still come: what was found, has changed, or is over since the last time.
// Looks only where something happened (trouble_list.h), at a few paths at a time, so that a flood
// of trouble can't keep it from the packets; what it has no time for is judged a moment later.

#ifndef MTUSCOPE_ANALYSIS_LIVE_JUDGE_H_
#define MTUSCOPE_ANALYSIS_LIVE_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/dns_tracker.h"
#include "analysis/finding_log.h"
#include "analysis/fragment_tracker.h"
#include "analysis/path_judge.h"
#include "analysis/path_table.h"
#include "analysis/tcp_tracker.h"
#include "analysis/trouble_list.h"

namespace mtuscope {

class LiveJudge {
 public:
  // All four must stay.
  LiveJudge(TcpTracker& tcp, DnsTracker& dns, FragmentTracker& fragments, PathTable& paths);

  // `now`: of the clock that stamps the packets. Problems only: nothing of severity info.
  std::vector<FindingNews> news(Timestamp now, const JudgeContext& context);

  FindingLog& log() { return log_; }
  TroubleList& troubles() { return troubles_; }

 private:
  void look(Path& path, Timestamp now, const JudgeContext& context, std::vector<FindingNews>& news);
  void look_at_datagrams(Timestamp now, const JudgeContext& context,
                         std::vector<FindingNews>& news);

  TcpTracker& tcp_;
  DnsTracker& dns_;
  FragmentTracker& fragments_;
  PathTable& paths_;
  TroubleList troubles_;
  FindingLog log_;
  size_t outcomes_left_ = 0;  // so many looks may compare with other flows of the path
  std::optional<Timestamp> datagrams_looked_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_LIVE_JUDGE_H_
