// Judges while packets still come: what was found, has changed, or is over since the last time.
// Looks only where something happened (trouble_list.h), at a few paths at a time, so that a flood
// of trouble can't keep it from the packets; what it has no time for is judged a moment later.

#ifndef MTUSCOPE_ANALYSIS_LIVE_LIVE_JUDGE_H_
#define MTUSCOPE_ANALYSIS_LIVE_LIVE_JUDGE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "analysis/datagrams/dns_tracker.h"
#include "analysis/datagrams/fragment_tracker.h"
#include "analysis/evidence/path_table.h"
#include "analysis/judges/path_judge.h"
#include "analysis/live/finding_log.h"
#include "analysis/tcp/tcp_tracker.h"
#include "analysis/tcp/trouble_list.h"

namespace mtuscope {

class LiveJudge {
 public:
  using Context = std::function<JudgeContext(const std::vector<SourceInfo>&)>;
  // All four must stay. `context` is asked for what is known beside a path.
  LiveJudge(TcpTracker& tcp, DnsTracker& dns, FragmentTracker& fragments, PathTable& paths,
            Context context);

  // `now`: of the clock that stamps the packets. Problems only: nothing of severity info.
  std::vector<FindingNews> news(Timestamp now, const std::vector<SourceInfo>& sources);
  // The path goes, its flows have ended: what they proved is judged for the last time.
  void path_ends(Path& path);
  // These are forgotten; what was found about them stays.
  void dns_service_ends(const DnsTracker::Ends& ends);
  void fragments_end(const FragmentTracker::Ends& ends);

  FindingLog& log() { return log_; }
  TroubleList& troubles() { return troubles_; }

 private:
  void look(Path& path);
  void look_at_datagrams();
  void update(const void* group, std::vector<Finding> findings,
              const std::optional<Recommendation>& advice = std::nullopt);

  TcpTracker& tcp_;
  DnsTracker& dns_;
  FragmentTracker& fragments_;
  PathTable& paths_;
  TroubleList troubles_;
  FindingLog log_;
  Context context_;
  // As of the last call.
  Timestamp now_;
  std::vector<SourceInfo> sources_;
  std::vector<FindingNews> news_;  // not told so far
  size_t outcomes_left_ = 0;       // so many looks may compare with other flows of the path
  std::optional<Timestamp> datagrams_looked_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_LIVE_LIVE_JUDGE_H_
