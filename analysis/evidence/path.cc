#include "analysis/evidence/path.h"

#include <algorithm>
#include <utility>

namespace mtuscope {

const std::vector<PathTunnel>& Path::dearest_tunnels() const {
  const auto& there = directions[0].tunnels;
  const auto& back = directions[1].tunnels;
  return std::pair(bytes_of(back), back.size()) > std::pair(bytes_of(there), there.size()) ? back
                                                                                           : there;
}

Timestamp Path::last_packet() const {
  const auto& there = directions[0].last_packet;
  const auto& back = directions[1].last_packet;
  return std::max(there.value_or(Timestamp{}), back.value_or(Timestamp{}));
}

PathTrouble& PathDirection::in_trouble() {
  if (!trouble) {
    std::optional<Timestamp> last;
    if (const auto latest = deliveries.latest()) last = latest->sent;
    trouble = std::make_unique<PathTrouble>(last);
  }
  return *trouble;
}

void PathDirection::note_loss(const Loss& loss, Duration rtt) {
  troubled = true;
  sizes.lost(loss.size);
  in_trouble().outages.lost(loss.sent);
  trouble->overtaken.lost({loss.size, loss.sent, static_cast<bool>(loss.frame)},
                          deliveries.latest_of_at_least(loss.size));
  if (!losses) losses = std::make_unique<LossPattern>();
  losses->lost(loss, rtt);
}

void PathDirection::not_lost(const Repetition& repetition) {
  if (!repetition.counted) return;
  sizes.not_lost(repetition.lost_size);
  if (losses) losses->not_lost(repetition.frame, repetition.after_timeout);
  if (trouble) trouble->outages.not_lost(repetition.before);
}

void PathDirection::add_failure(FailedRange failure) {
  // Pieces of one range that was cut share their transmissions: they are one failure.
  if (!failure.transmissions.empty()) {
    const FrameRef first = failure.transmissions.front().frame;
    for (FailedRange& known : failures) {
      if (!known.transmissions.empty() && known.transmissions.front().frame == first &&
          known.size == failure.size) {
        if (!known.recovered && failure.recovered) known = std::move(failure);
        return;
      }
    }
  }
  ++failures_total;
  if (failures.size() < kMaxFailures) {
    failures.push_back(std::move(failure));
    return;
  }
  // Those that a later delivery refutes have nothing more to say, but for flows of other links.
  const auto refuted = std::ranges::find_if(failures, [&](const FailedRange& f) {
    const auto later = deliveries.latest_of_at_least(f.size);
    return later && later->sent >= f.first;
  });
  if (refuted != failures.end()) {
    failures.erase(refuted);
    failures.push_back(std::move(failure));
    return;
  }
  // Keep the smallest sizes: they bound the path MTU from above.
  const auto largest = std::ranges::max_element(failures, {}, &FailedRange::size);
  if (failure.size < largest->size) *largest = std::move(failure);
}

}  // namespace mtuscope
