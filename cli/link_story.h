// Outages, and what happened to the interfaces of this host meanwhile.

#ifndef MTUSCOPE_CLI_LINK_STORY_H_
#define MTUSCOPE_CLI_LINK_STORY_H_

#include <deque>

#include "analysis/report/finding.h"
#include "cli/watch_event.h"
#include "probes/link_watch.h"

namespace mtuscope {

class LinkStory {
 public:
  // Remembers the event, and returns it as one of the watch.
  WatchEvent add(const LinkEvent& event, Timestamp time);
  // Adds to a path-outage, or to a black hole of a path that shrank, what explains it.
  void explain(Finding& finding) const;

 private:
  static constexpr size_t kRemembered = 256;
  struct Chapter {
    Timestamp time;
    LinkEvent event;
  };
  std::deque<Chapter> chapters_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_LINK_STORY_H_
