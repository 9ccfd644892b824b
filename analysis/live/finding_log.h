// What was found so far while packets still come, and what of it is news: a finding is told once,
// again when it says something else, and once more when it is over.
//
// A finding is known by its kind, its direction and who reported it; by nothing that grows with
// every packet. It is over only when it has not been found for a while: judgements in the middle of
// things may waver. random-loss is what remains when nothing else explains a loss, and that takes a
// while to be known: it is told when it has held for as long.

#ifndef MTUSCOPE_ANALYSIS_LIVE_FINDING_LOG_H_
#define MTUSCOPE_ANALYSIS_LIVE_FINDING_LOG_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

enum class NewsKind : uint8_t { kFound, kChanged, kOver };
std::string_view to_string(NewsKind kind);  // "found", "changed", "over"

struct FindingNews {
  NewsKind kind{};
  Timestamp time;  // when it was known
  Finding finding;
  std::optional<Recommendation> advice;  // of what says which sizes pass
};

class FindingLog {
 public:
  // Findings are judged in groups (one path, all of DNS): `group` names one, and `found` is all
  // that is found about it now. What is news of that is added to `news`.
  void update(const void* group, std::vector<Finding> found,
              const std::optional<Recommendation>& advice, Timestamp now,
              std::vector<FindingNews>& news);
  // The group goes; what was found about it stays among past().
  void close(const void* group);
  // Of a group that is about many: what concerns these two goes.
  void close(const void* group, const IpAddress& src, const IpAddress& dst);

  // True while something that was found about the group is not over.
  bool holds(const void* group) const;
  // Confirmed problems that are over, or whose group has gone; at most kMaxPast, the first ones.
  const std::vector<Finding>& past() const { return past_; }
  // What was told and is not over, as it was told last.
  std::vector<Finding> held() const;

 private:
  static constexpr size_t kMaxKnown = 4096;
  static constexpr size_t kMaxPast = 256;
  static constexpr Duration kAWhile = Duration::milliseconds(10'000);

  struct Known {
    const void* group = nullptr;
    Finding finding;                // as it was told last
    std::optional<Timestamp> gone;  // not found since
    bool told = true;               // false: found `since`, and must hold for a while
    Timestamp since;
  };
  Known* find(const void* group, const Finding& finding);
  bool is_over(const Known& known, Timestamp now) const;
  void end(Finding finding, std::optional<Timestamp> over);

  std::vector<Known> known_;
  std::vector<Finding> past_;
};

// Whether a person would call it the same news: kind, direction and reporter.
bool same_finding(const Finding& a, const Finding& b);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_LIVE_FINDING_LOG_H_
