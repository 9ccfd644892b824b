#include "analysis/evidence/deliveries.h"

#include <algorithm>

namespace mtuscope {

std::optional<Delivery> DeliveryFront::largest() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.front();
}

std::optional<Delivery> DeliveryFront::latest() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.back();
}

std::optional<Delivery> DeliveryFront::latest_of_at_least(IpSize size) const {
  const auto smaller =
      std::ranges::find_if(entries_, [&](const Delivery& d) { return d.size < size; });
  if (smaller == entries_.begin()) return std::nullopt;
  return *(smaller - 1);
}

std::optional<Delivery> DeliveryFront::largest_below(IpSize size, Timestamp after) const {
  const auto found = std::ranges::find_if(
      entries_, [&](const Delivery& d) { return d.size < size && d.sent > after; });
  if (found == entries_.end()) return std::nullopt;
  return *found;
}

void DeliveryFront::insert(const Delivery& delivery) {
  // First entry that is not larger: everything before it is.
  auto at =
      std::ranges::find_if(entries_, [&](const Delivery& d) { return d.size <= delivery.size; });
  if (at != entries_.begin() && (at - 1)->sent >= delivery.sent) return;  // beaten by a larger one
  if (at != entries_.end() && at->size == delivery.size && at->sent > delivery.sent) return;
  auto beaten = at;
  while (beaten != entries_.end() && beaten->sent <= delivery.sent) ++beaten;
  at = entries_.erase(at, beaten);
  entries_.insert(at, delivery);
  if (entries_.size() <= kMaxEntries) return;
  // Too many different sizes: merge the two that differ least. The larger size takes the later
  // time, which can only add a veto, never a false alarm.
  size_t best = 1;
  for (size_t i = 2; i + 1 < entries_.size(); ++i) {
    if (entries_[i - 1].size.bytes - entries_[i].size.bytes <
        entries_[best - 1].size.bytes - entries_[best].size.bytes) {
      best = i;
    }
  }
  entries_[best].size = entries_[best - 1].size;
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(best) - 1);
}

LossCount SizeHistogram::below(IpSize size) const {
  LossCount sum;
  for (const Entry& e : entries_) {
    if (e.size >= size.bytes) break;
    sum.delivered += e.delivered;
    sum.lost += e.lost;
  }
  return sum;
}

LossCount SizeHistogram::from(IpSize size) const {
  LossCount sum;
  for (const Entry& e : entries_) {
    if (e.size < size.bytes) continue;
    sum.delivered += e.delivered;
    sum.lost += e.lost;
  }
  return sum;
}

std::optional<IpSize> SizeHistogram::largest_sent() const {
  if (entries_.empty()) return std::nullopt;
  return IpSize{entries_.back().size};
}

SizeHistogram::Entry& SizeHistogram::find(IpSize size) {
  auto at = std::ranges::lower_bound(entries_, size.bytes, {}, &Entry::size);
  if (at == entries_.end() || at->size != size.bytes) {
    if (entries_.size() >= kMaxEntries && at != entries_.begin()) {
      --at;
    } else {
      at = entries_.insert(at, Entry{.size = size.bytes});
    }
  }
  recent_ = static_cast<uint32_t>(at - entries_.begin());
  return *at;
}

}  // namespace mtuscope
