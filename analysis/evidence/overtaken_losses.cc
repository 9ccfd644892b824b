#include "analysis/evidence/overtaken_losses.h"

#include <algorithm>

namespace mtuscope {

void OvertakenLosses::lost(const Lost& packet, const std::optional<Delivery>& later) {
  if (events_.size() == kMaxEvents) return;
  if (pending_.size() < kMaxPending) pending_.push_back(packet);
  if (!later || later->sent <= packet.sent) return;
  // A loss is known late, and others may have come since: the first to overtake it counts.
  Arrived first{later->size, later->sent};
  for (const Arrived& a : recent_) {
    if (a.size >= packet.size && a.sent > packet.sent && a.sent < first.sent) first = a;
  }
  overtake(first);
}

void OvertakenLosses::overtake(const Arrived& by) {
  std::erase_if(pending_, [&](const Lost& p) {
    if (p.size > by.size || p.sent >= by.sent) return false;
    if (!events_.empty() && p.sent < overtaken_by_) {
      events_.back().came_by = events_.back().came_by && p.came_by;
      return true;
    }
    if (events_.size() < kMaxEvents) events_.push_back(p);
    overtaken_by_ = by.sent;
    return true;
  });
}

size_t OvertakenLosses::events(IpSize below, bool unseen_only) const {
  return static_cast<size_t>(std::ranges::count_if(events_, [&](const Lost& event) {
    return event.size < below && !(unseen_only && event.came_by);
  }));
}

}  // namespace mtuscope
