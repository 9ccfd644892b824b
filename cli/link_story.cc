#include "cli/link_story.h"

#include <fmt/format.h>

#include "analysis/evidence/evidence_text.h"

namespace mtuscope {
namespace {

// The first packet that is lost may be sent some time after the link went down, and the first that
// arrives after it came back waits for its timeout.
constexpr Duration kBefore = Duration::milliseconds(5000);
constexpr Duration kAfter = Duration::milliseconds(5000);

Severity severity_of(LinkChange change) {
  const bool bad = change == LinkChange::kDown || change == LinkChange::kRemoved;
  return bad ? Severity::kWarning : Severity::kInfo;
}

bool is_about(const LinkEvent& event, const Finding& finding) {
  if (event.address) return event.address == finding.dst || event.address == finding.src;
  // Packets of a tunnel are captured on another interface than the one that carries them.
  return true;
}

}  // namespace

WatchEvent LinkStory::add(const LinkEvent& event, Timestamp time) {
  chapters_.push_back({time, event});
  if (chapters_.size() > kRemembered) chapters_.pop_front();
  WatchEvent told{.kind = std::string(to_string(event.change)),
                  .time = time,
                  .explanation = event.explanation,
                  .severity = severity_of(event.change)};
  if (!event.interface.empty()) told.interface = event.interface;
  return told;
}

void LinkStory::explain(Finding& finding) const {
  const bool concerned = finding.kind == FindingKind::kPathOutage || finding.shrinkage;
  if (!concerned || !finding.first_time) return;
  const Timestamp end = finding.last_time.value_or(*finding.first_time) + kAfter;
  for (const Chapter& chapter : chapters_) {
    if (chapter.time < *finding.first_time - kBefore || chapter.time > end) continue;
    if (!is_about(chapter.event, finding)) continue;
    std::string said = chapter.event.explanation;
    if (said.ends_with('.')) said.pop_back();
    finding.evidence_for.push_back(
        fmt::format("on this host at {}: {}", clock_time(chapter.time), said));
  }
}

}  // namespace mtuscope
