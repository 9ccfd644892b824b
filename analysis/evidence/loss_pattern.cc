#include "analysis/evidence/loss_pattern.h"

#include <algorithm>

namespace mtuscope {

namespace {

// How long before a loss other packets are comparable.
constexpr Duration kBefore = Duration::milliseconds(2000);
// Splits where nearly all that was sent is on one side say nothing.
constexpr double kTooLarge = 0.95;
// How fast the estimate of the median moves: quickly at first.
constexpr double kMedianStep = 0.02;
constexpr double kFirstPackets = 2;

Duration apart(Timestamp a, Timestamp b) { return a < b ? b - a : a - b; }

// A number from 0 to 1 that depends on the time alone (splitmix64), whatever the frame's number.
double draw(Timestamp time) {
  uint64_t z = static_cast<uint64_t>(time.ns) * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
}

}  // namespace

void LossPattern::sent(Timestamp time, IpSize size, Duration rtt) {
  if (count_ < kSilent || events_ >= kMaxEvents) return;
  if (ring_.empty()) ring_.resize(kRecent);
  // What was sent fades with the RTT.
  const double pause = static_cast<double>(std::max<int64_t>((time - load_at_).ns, 0));
  const double round = static_cast<double>(std::max<int64_t>(rtt.ns, 1));
  load_ = next_ == 0 ? 0 : load_ * round / (round + pause);
  const bool light = load_ <= median_load_;
  const double step = std::max(kMedianStep, kFirstPackets / (static_cast<double>(sent_) + 4)) *
                      std::max<double>(median_load_, size.bytes);
  median_load_ = std::max(0.0, median_load_ + (load_ > median_load_ ? step : -step));
  ++sent_;
  heavy_sent_ += !light;
  load_ += size.bytes;
  load_at_ = time;
  ring_[next_ % kRecent] = {time, size.bytes, light, false};
  ++next_;
}

// How many sendings back the lost packet is; for one that never came by, the one behind it.
std::optional<size_t> LossPattern::find(const Loss& loss) const {
  std::optional<size_t> behind;
  for (size_t back = 0; back < kept(); ++back) {
    const Sending& s = recent(back);
    if (s.time < loss.sent) break;
    if (s.time != loss.sent) continue;
    if (loss.frame && s.size == loss.size.bytes) return back;
    behind = back;
  }
  return loss.frame ? std::nullopt : behind;
}

void LossPattern::note_neighbours(size_t back, bool came_by) {
  ++located_;
  Sending& s = ring_[(next_ - 1 - back) % kRecent];
  if (!came_by) {
    // Several packets missing before the same one were neighbours.
    beside_another_ += s.lost;
    s.lost = true;
    return;
  }
  const bool before = back + 1 < kept() && recent(back + 1).lost;
  const bool after = back > 0 && recent(back - 1).lost;
  beside_another_ += before + after;
  s.lost = true;
}

void LossPattern::note_flow(const Loss& loss) {
  if (std::ranges::find(flows_, loss.flow) != flows_.end()) return;
  if (flows_.size() < kMaxListedFlows) {
    flows_.push_back(loss.flow);
  } else if (loss.first_of_flow && loss.repeated != further_since_) {
    ++further_flows_;
    further_since_ = loss.repeated;
  }
}

void LossPattern::lost(const Loss& loss, Duration rtt) {
  first_ = count_ == 0 ? loss.sent : std::min(first_, loss.sent);
  last_ = count_ == 0 ? loss.repeated_at : std::max(last_, loss.repeated_at);
  note_flow(loss);
  ++count_;
  after_timeout_ += loss.after_timeout;
  syns_ += loss.syn;
  longest_wait_ = std::max(longest_wait_, loss.repeated_at - loss.sent);
  if (samples_.size() < kSamples) samples_.push_back(loss);
  if (ring_.empty() || events_ >= kMaxEvents) return;
  const std::optional<size_t> back = find(loss);
  // After a timeout a sender repeats more than was lost.
  if (back && !loss.after_timeout) note_neighbours(*back, static_cast<bool>(loss.frame));
  if (open_ && apart(loss.sent, open_->latest) < rtt) {
    ++open_->losses;
    open_->latest = std::max(open_->latest, loss.sent);
    if (draw(loss.repeated_at) * open_->losses < 1) represent(loss, back, rtt);
    return;
  }
  // Told late: its burst is an event already.
  for (size_t i = 0; i < std::min(earlier_count_, earlier_.size()); ++i) {
    if (apart(loss.sent, earlier_[i]) < rtt) return;
  }
  close_event();
  open_ = Event{.latest = loss.sent, .losses = 1};
  represent(loss, back, rtt);
}

// From now on this packet stands for the open event.
void LossPattern::represent(const Loss& loss, std::optional<size_t> back, Duration rtt) {
  Event& event = *open_;
  event.repeated = loss.repeated;
  event.size = loss.size.bytes;
  // What never came by counts as loss only where later packets did: at the receiver small last
  // packets are lost unseen. So sizes are compared on this side of the loss alone.
  event.weighed = back && loss.frame;
  event.light = event.weighed && recent(*back).light;
  if (event.weighed) event.larger = shares_before(loss, rtt, false);
  if (event.light) event.larger_of_light = shares_before(loss, rtt, true);
}

// For each bound the share of larger packets in what was sent up to this one: in bytes, or on
// average over the rounds, whichever is more.
LossPattern::Shares LossPattern::shares_before(const Loss& loss, Duration rtt,
                                               bool light_only) const {
  Shares bytes{}, rounds{}, round{};
  double total = 0, round_total = 0, round_count = 0;
  const auto add_packet = [&](uint32_t size) {
    for (size_t i = 0; i < kBounds.size() && size > kBounds[i]; ++i) {
      bytes[i] += size;
      round[i] += size;
    }
    total += size;
    round_total += size;
  };
  const auto end_round = [&] {
    if (round_total == 0) return;
    for (size_t i = 0; i < kBounds.size(); ++i) rounds[i] += round[i] / round_total;
    round_count += 1;
    round.fill(0);
    round_total = 0;
  };
  Timestamp round_end;
  for (size_t back = 0; back < kept(); ++back) {
    const Sending& s = recent(back);
    // What was sent later may have been sent because this was lost.
    if ((light_only && !s.light) || s.time > loss.sent) continue;
    if (loss.sent - s.time > kBefore + rtt) break;
    if (round_total > 0 && apart(round_end, s.time) >= rtt) end_round();
    if (round_total == 0) round_end = s.time;
    add_packet(s.size);
  }
  end_round();
  for (size_t i = 0; i < kBounds.size(); ++i) {
    bytes[i] = std::max(bytes[i] / total, rounds[i] / round_count);
  }
  return bytes;
}

namespace {

void add_event(uint32_t size, const auto& shares, auto& splits) {
  for (size_t i = 0; i < shares.size(); ++i) {
    if (shares[i] <= 0 || shares[i] > kTooLarge) continue;
    ++splits[i].events;
    splits[i].hits += size > LossPattern::kBounds[i];
    splits[i].expected += shares[i];
  }
}

}  // namespace

void LossPattern::close_event() {
  if (!open_) return;
  ++events_;
  weighed_events_ += open_->weighed;
  heavy_events_ += open_->weighed && !open_->light;
  add_event(open_->size, open_->larger, splits_);
  add_event(open_->size, open_->larger_of_light, light_splits_);
  earlier_[earlier_count_++ % earlier_.size()] = open_->latest;
  open_.reset();
}

void LossPattern::not_lost(FrameRef repetition, bool after_timeout) {
  std::erase_if(samples_, [&](const Loss& l) { return l.repeated == repetition; });
  count_ -= count_ > 0;
  after_timeout_ -= after_timeout && after_timeout_ > 0;
  if (open_ && open_->repeated == repetition) open_.reset();
}

LossPattern::Split LossPattern::split(size_t i, bool light_only) const {
  return light_only ? light_splits_[i] : splits_[i];
}

double LossPattern::heavy_share() const {
  return sent_ == 0 ? 0 : static_cast<double>(heavy_sent_) / static_cast<double>(sent_);
}

}  // namespace mtuscope
