#include "probes/hop_search.h"

#include <algorithm>

namespace mtuscope {
namespace {

constexpr uint8_t kLargestTtl = 32;
constexpr uint8_t kHopsAtOnce = 4;
// So many times a large packet is not answered where a small one is, right behind it. Linux sends
// one host at most 6 errors at once, and one a second: two searches in a row must do with them.
constexpr uint8_t kAttempts = 3;
// ... where small ones are lost as well.
constexpr uint8_t kAttemptsWithLoss = 5;
constexpr uint8_t kMostPairs = 6;
// So many hops are looked at again at a time, the nearest ones.
constexpr int kCandidates = 2;
// So many hops in a row that answer nothing: the rest of the path is filtered.
constexpr uint8_t kSilentHops = 5;

}  // namespace

HopSearch::HopSearch(const HopOptions& options, Timestamp now) : options_(options), start_(now) {}

std::optional<HopSearch::Probe> HopSearch::next_probe(Timestamp now) {
  if (finished_) return std::nullopt;
  if (now >= start_ + options_.time_limit) {
    stop(now);
    return std::nullopt;
  }
  if (queue_.empty() && !outstanding(now)) plan(now);
  if (finished_ || queue_.empty()) return std::nullopt;
  Sent next = queue_.back();
  queue_.pop_back();
  next.at = now;
  sent_.push_back(next);
  if (!next.large) ++hops_[next.ttl].small_sent;
  return Probe{options_.first_id + static_cast<ProbeId>(sent_.size() - 1),
               next.large ? options_.large : options_.small, next.ttl};
}

Timestamp HopSearch::wake_time() const {
  Timestamp wake = start_ + options_.time_limit;
  if (!queue_.empty()) return start_;
  bool waiting = false;
  Timestamp last = start_;
  for (const Sent& sent : sent_) {
    if (sent.answered) continue;
    waiting = true;
    last = std::max(last, sent.at + options_.timeout);
  }
  return waiting ? std::min(wake, last) : start_;
}

bool HopSearch::outstanding(Timestamp now) const {
  return std::ranges::any_of(
      sent_, [&](const Sent& sent) { return !sent.answered && now < sent.at + options_.timeout; });
}

void HopSearch::add(uint8_t ttl, bool large) {
  queue_.push_back({.ttl = ttl, .large = large, .answered = false, .at = {}});
}

// The large one is sent first: the queue's end comes before its beginning.
void HopSearch::add_pair(uint8_t ttl) {
  add(ttl, false);
  add(ttl, true);
}

// First the whole path once, then again what is still open around the boundary.
void HopSearch::plan(Timestamp now) {
  uint8_t target = 0, last_heard = 0;
  for (uint8_t ttl = 1; ttl <= explored_; ++ttl) {
    if (hops_[ttl].small || hops_[ttl].large) last_heard = ttl;
    if (hops_[ttl].is_target && target == 0) target = ttl;
  }
  if (target == 0 && explored_ < kLargestTtl && explored_ < last_heard + kSilentHops) {
    const auto end = static_cast<uint8_t>(std::min<int>(explored_ + kHopsAtOnce, kLargestTtl));
    for (uint8_t ttl = end; ttl > explored_; --ttl) add_pair(ttl);
    explored_ = end;
    return;
  }
  const uint8_t end = target > 0 ? target : explored_;
  int candidates = 0;
  for (uint8_t ttl = static_cast<uint8_t>(boundary() + 1); ttl <= end && candidates < kCandidates;
       ++ttl) {
    const Answers& hop = hops_[ttl];
    if (hop.large) continue;
    if (is_behind(hop)) break;
    if (hop.small_sent >= (hop.small ? kMostPairs : kAttempts)) continue;
    ++candidates;
    if (hop.refused) {
      add(ttl, false);
    } else {
      add_pair(ttl);
    }
  }
  if (queue_.empty()) stop(now);
}

// Small ones get there, and large ones certainly don't.
bool HopSearch::is_behind(const Answers& hop) const {
  const bool loss = std::ranges::any_of(
      hops_, [](const Answers& h) { return h.small && h.small_answers < h.small_sent; });
  const uint8_t attempts = loss ? kAttemptsWithLoss : kAttempts;
  return hop.small && (hop.refused || hop.small_answers >= attempts);
}

uint8_t HopSearch::boundary() const {
  uint8_t last = 0;
  for (uint8_t ttl = 1; ttl <= explored_; ++ttl) {
    if (hops_[ttl].large && !hops_[ttl].is_target) last = ttl;
  }
  return last;
}

HopSearch::Sent* HopSearch::find(ProbeId id) {
  if (id < options_.first_id || id - options_.first_id >= sent_.size()) return nullptr;
  return &sent_[id - options_.first_id];
}

void HopSearch::note_answer(const Sent& sent, const IpAddress& reporter) {
  Answers& hop = hops_[sent.ttl];
  (sent.large ? hop.large : hop.small) = reporter;
  if (!sent.large) ++hop.small_answers;
}

void HopSearch::on_time_exceeded(ProbeId id, const IpAddress& reporter) {
  Sent* sent = find(id);
  if (sent == nullptr || sent->answered) return;
  sent->answered = true;
  note_answer(*sent, reporter);
}

void HopSearch::on_arrival(ProbeId id, const IpAddress& reporter) {
  Sent* sent = find(id);
  if (sent == nullptr || sent->answered) return;
  sent->answered = true;
  note_answer(*sent, reporter);
  hops_[sent->ttl].is_target = true;
}

void HopSearch::on_ptb(ProbeId id) {
  Sent* sent = find(id);
  if (sent == nullptr) return;
  sent->answered = true;
  hops_[sent->ttl].refused = true;
}

void HopSearch::stop(Timestamp) {
  finished_ = true;
  queue_.clear();
}

HopResult HopSearch::result() const {
  HopResult result;
  result.packets = static_cast<uint32_t>(sent_.size());
  const uint8_t last = boundary();
  for (uint8_t ttl = static_cast<uint8_t>(last + 1); ttl <= explored_; ++ttl) {
    const Answers& hop = hops_[ttl];
    if (hop.large || !is_behind(hop)) continue;
    result.next = Hop{ttl, hop.small, hop.is_target};
    result.last = last == 0 ? Hop{} : Hop{last, hops_[last].large, false};
    break;
  }
  return result;
}

}  // namespace mtuscope
