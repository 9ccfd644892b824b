#include "analysis/tcp/trouble_list.h"

#include <algorithm>

#include "analysis/evidence/path.h"

namespace mtuscope {

namespace {

// A clock that was set back by more than packets are out of order.
constexpr Duration kSetBack = Duration::milliseconds(1000);

uint64_t packets_of(const Path& path) {
  return path.directions[0].packets + path.directions[1].packets;
}

}  // namespace

void TroubleList::schedule(Path& path, Entry& entry, std::optional<Timestamp> due) {
  if (entry.due) due_.erase({*entry.due, &path});
  entry.due = due;
  if (due) due_.insert({*due, &path});
}

// Makes room: a path on which nothing has come since it was looked at comes back with its next
// news.
bool TroubleList::drop_quiet() {
  const auto quiet = std::ranges::find_if(entries_, [](const auto& listed) {
    return listed.second.looked && listed.second.packets == packets_of(*listed.first);
  });
  if (quiet == entries_.end()) return false;
  for (TcpFlow* const flow : quiet->second.flows) flow->troubled = false;
  forget(*quiet->first);
  return true;
}

void TroubleList::note(TcpFlow& flow, Timestamp now) {
  auto at = entries_.find(flow.path);
  if (at == entries_.end()) {
    if (entries_.size() >= kMaxPaths && !drop_quiet()) {
      ++not_listed_;
      return;
    }
    at = entries_.emplace(flow.path, Entry{}).first;
  }
  Entry& entry = at->second;
  if (!flow.troubled && entry.flows.size() < kMaxFlows) {
    flow.troubled = true;
    entry.flows.push_back(&flow);
  }
  entry.pause = kFirstPause;
  entry.packets = 0;
  Timestamp due = now;
  if (entry.looked && *entry.looked <= now) due = std::max(due, *entry.looked + kGap);
  if (!entry.due || due < *entry.due) schedule(*flow.path, entry, due);
}

void TroubleList::forget(TcpFlow& flow) {
  if (!flow.troubled) return;
  flow.troubled = false;
  const auto at = entries_.find(flow.path);
  if (at != entries_.end()) std::erase(at->second.flows, &flow);
}

void TroubleList::forget(Path& path) {
  const auto at = entries_.find(&path);
  if (at == entries_.end()) return;
  if (at->second.due) due_.erase({*at->second.due, &path});
  entries_.erase(at);
}

Path* TroubleList::next_due(Timestamp now) {
  if (now_ > now + kSetBack) {
    for (auto& [path, entry] : entries_) entry.looked.reset();
    std::set<std::pair<Timestamp, Path*>> sooner;
    for (const auto& [due, path] : due_) {
      entries_.at(path).due = now;
      sooner.insert({now, path});
    }
    due_.swap(sooner);
  }
  now_ = now;
  while (!due_.empty() && due_.begin()->first <= now) {
    Path& path = *due_.begin()->second;
    Entry& entry = entries_.at(&path);
    // Without packets there is nothing new, but that the last ones were not answered: that needs
    // one look.
    const bool quiet = entry.packets == packets_of(path);
    if (!quiet || !entry.looked_when_quiet) {
      entry.looked_when_quiet = quiet;
      return &path;
    }
    schedule(path, entry, now + entry.pause);
  }
  return nullptr;
}

std::vector<TcpFlow*> TroubleList::flows(Path& path) const {
  const auto at = entries_.find(&path);
  return at == entries_.end() ? std::vector<TcpFlow*>() : at->second.flows;
}

void TroubleList::looked_at(Path& path, Timestamp now, const std::vector<TcpFlow*>& settled,
                            bool unsettled) {
  const auto at = entries_.find(&path);
  if (at == entries_.end()) return;
  Entry& entry = at->second;
  for (TcpFlow* const flow : settled) forget(*flow);
  entry.looked = now;
  entry.packets = packets_of(path);
  if (entry.flows.empty() && !unsettled) {
    forget(path);
    return;
  }
  schedule(path, entry, now + entry.pause);
  entry.pause = std::min(entry.pause + entry.pause, kLongestPause);
}

}  // namespace mtuscope
