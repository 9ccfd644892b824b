#include "probes/hop_search.h"

#include <algorithm>

namespace mtuscope {
namespace {

constexpr uint8_t kLargestTtl = 32;
constexpr uint8_t kHopsAtOnce = 4;
// Linux sends one host at most 6 errors at once: three pairs.
constexpr uint8_t kAttempts = 3;
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
  Answers& hop = hops_[next.ttl];
  ++(next.large ? hop.large_sent : hop.small_sent);
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

// First the whole path once, then again what is still open around the boundary.
void HopSearch::plan(Timestamp now) {
  uint8_t target = 0, last_heard = 0;
  for (uint8_t ttl = 1; ttl <= explored_; ++ttl) {
    if (hops_[ttl].small || hops_[ttl].large) last_heard = ttl;
    if (hops_[ttl].is_target && target == 0) target = ttl;
  }
  if (target == 0 && explored_ < kLargestTtl && explored_ < last_heard + kSilentHops) {
    const auto end = static_cast<uint8_t>(std::min<int>(explored_ + kHopsAtOnce, kLargestTtl));
    for (uint8_t ttl = end; ttl > explored_; --ttl) {
      add(ttl, true);
      add(ttl, false);
    }
    explored_ = end;
    return;
  }
  const uint8_t end = target > 0 ? target : explored_;
  for (uint8_t ttl = end; ttl > boundary(); --ttl) {
    const Answers& hop = hops_[ttl];
    if (!hop.small && hop.small_sent < kAttempts) add(ttl, false);
    if (!hop.large && !hop.refused && hop.large_sent < kAttempts) add(ttl, true);
  }
  if (queue_.empty()) stop(now);
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

void HopSearch::on_time_exceeded(ProbeId id, const IpAddress& reporter) {
  Sent* sent = find(id);
  if (sent == nullptr) return;
  sent->answered = true;
  Answers& hop = hops_[sent->ttl];
  (sent->large ? hop.large : hop.small) = reporter;
}

void HopSearch::on_arrival(ProbeId id, const IpAddress& reporter) {
  Sent* sent = find(id);
  if (sent == nullptr) return;
  sent->answered = true;
  Answers& hop = hops_[sent->ttl];
  (sent->large ? hop.large : hop.small) = reporter;
  hop.is_target = true;
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
    const bool failed = hop.refused || hop.large_sent >= kAttempts;
    if (!hop.small || hop.large || !failed) continue;
    result.next = Hop{ttl, hop.small, hop.is_target};
    result.last = last == 0 ? Hop{} : Hop{last, hops_[last].large, false};
    break;
  }
  return result;
}

}  // namespace mtuscope
