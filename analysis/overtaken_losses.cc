#include "analysis/overtaken_losses.h"

#include <algorithm>

namespace mtuscope {

void OvertakenLosses::lost(IpSize size, Timestamp sent, const std::optional<Delivery>& later) {
  if (events_.size() == kMaxEvents) return;
  if (pending_.size() < kMaxPending) pending_.push_back({size, sent});
  if (!later || later->sent <= sent) return;
  // A loss is known late, and others may have come since: the first to overtake it counts.
  Packet first{later->size, later->sent};
  for (const Packet& p : recent_) {
    if (p.size >= size && p.sent > sent && p.sent < first.sent) first = p;
  }
  overtake(first);
}

void OvertakenLosses::overtake(const Packet& by) {
  std::erase_if(pending_, [&](const Packet& p) {
    if (p.size > by.size || p.sent >= by.sent) return false;
    const bool another = events_.empty() || p.sent >= overtaken_by_;
    if (another && events_.size() < kMaxEvents) events_.push_back(p.size);
    if (another) overtaken_by_ = by.sent;
    return true;
  });
}

size_t OvertakenLosses::events(IpSize below) const {
  return static_cast<size_t>(
      std::ranges::count_if(events_, [&](IpSize size) { return size < below; }));
}

}  // namespace mtuscope
