// Which paths are to be looked at while packets still come, and which of their flows are in
// trouble. Filled by rare packets only (something was repeated, asked for, reported, refused), so
// that it costs nothing while all is well; and a path is looked at again soon after something new,
// later where it stays as it is, and not at all when all of it is settled.

#ifndef MTUSCOPE_ANALYSIS_TCP_TROUBLE_LIST_H_
#define MTUSCOPE_ANALYSIS_TCP_TROUBLE_LIST_H_

#include <cstddef>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/tcp/tcp_flow.h"
#include "capture/units.h"

namespace mtuscope {

class TroubleList {
 public:
  // `now`: the time of the packet that says so. Flows must be forgotten before they go.
  void note(TcpFlow& flow, Timestamp now);
  void forget(TcpFlow& flow);
  // No flow of it may be left.
  void forget(Path& path);

  // A path whose time has come, null when there is none. It is looked_at() next.
  Path* next_due(Timestamp now);
  // Open flows of this path that were in trouble, at most kMaxFlows.
  std::vector<TcpFlow*> flows(Path& path) const;
  // Looked at: the flows in `settled` need no further look; nor does the path, unless flows are
  // left or `unsettled`.
  void looked_at(Path& path, Timestamp now, const std::vector<TcpFlow*>& settled, bool unsettled);

  size_t paths() const { return entries_.size(); }
  uint64_t not_listed() const { return not_listed_; }  // for want of room; judged at the end

 private:
  static constexpr size_t kMaxPaths = 4096;
  static constexpr size_t kMaxFlows = 256;
  // No sooner than that after the last look.
  static constexpr Duration kGap = Duration::milliseconds(100);
  static constexpr Duration kFirstPause = Duration::milliseconds(500);
  static constexpr Duration kLongestPause = Duration::milliseconds(8000);

  struct Entry {
    std::vector<TcpFlow*> flows;
    std::optional<Timestamp> due, looked;
    Duration pause = kFirstPause;
    uint64_t packets = 0;  // of the path, at the last look
    bool looked_when_quiet = false;
  };
  bool drop_quiet();
  void schedule(Path& path, Entry& entry, std::optional<Timestamp> due);

  std::unordered_map<Path*, Entry> entries_;
  std::set<std::pair<Timestamp, Path*>> due_;
  Timestamp now_;
  uint64_t not_listed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TROUBLE_LIST_H_
