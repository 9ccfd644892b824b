// What `watch` tells while it runs, for people; json_report.h has the same for programs.

#ifndef MTUSCOPE_CLI_WATCH_EVENT_H_
#define MTUSCOPE_CLI_WATCH_EVENT_H_

#include <optional>
#include <string>

#include "analysis/live/finding_log.h"
#include "cli/text_page.h"

namespace mtuscope {

struct WatchEvent {
  std::string kind;  // "start", "found", "changed", "over", "dropped", "interface-lost"
  Timestamp time;
  std::string explanation;  // one plain sentence
  Severity severity = Severity::kInfo;
  std::optional<std::string> interface;  // that it is about
  std::optional<Finding> finding;
  std::optional<Recommendation> advice;
};

WatchEvent event_of(const FindingNews& news);

// One paragraph or two, the time of day (UTC) before them.
std::string event_text(const WatchEvent& event, PageStyle style);
}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_WATCH_EVENT_H_
