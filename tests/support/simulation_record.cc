#include "tests/support/simulation_record.h"

#include <algorithm>

namespace mtuscope::build {

void SimulationRecord::sent(const TcpEnds& ends, const Segment& s, uint32_t size,
                            bool lost_by_limit, bool after_timeout) {
  if (!s.from_a || s.begin == s.end) return;
  truth.lost_by_limit += lost_by_limit;
  Fate& fate = fates_[{ends.b_port, s.begin}];
  if (lost_by_limit) {
    if (fate.tries == 0) fate.first = s.time;
    if (++fate.tries == 3) fate.third = s.time;
    fate.timeouts += after_timeout;
    fate.size = std::max(fate.size, size);
  }
}

void SimulationRecord::arrived(const TcpEnds& ends, const Segment& s, uint32_t size,
                               std::optional<uint32_t> limit) {
  if (!s.from_a || s.begin == s.end) return;
  ++truth.arrived;
  if (limit && size > *limit) {
    fates_[{ends.b_port, s.begin}].arrived = true;
    large_passed_ = true;
  }
  if (!limit || size <= *limit) small_.push_back({ends.b_port, s.begin, s.end, s.time});
}

void SimulationRecord::answered(const TcpEnds& ends, const Segment& s) {
  const auto [last, is_first] = last_ack_.try_emplace(ends.b_port, s.ack);
  const bool duplicate = !is_first && last->second == s.ack && s.begin == s.end;
  last->second = s.ack;
  std::erase_if(small_, [&](const Small& p) {
    if (p.port != ends.b_port) return false;
    bool named = s.ack >= p.end || (!ends.sack && duplicate);
    for (const auto& [begin, end] : s.sacks) named = named || (begin <= p.begin && p.end <= end);
    if (named) last_control_ = std::max(last_control_, p.sent);
    return named;
  });
}

void SimulationRecord::finish() {
  for (const auto& [range, fate] : fates_) {
    const Timestamp since = large_passed_ ? fate.third : fate.first;
    truth.provable = truth.provable || (fate.tries >= 3 && fate.timeouts > 0 && !fate.arrived &&
                                        last_control_ > since);
  }
}

}  // namespace mtuscope::build
