#include "analysis/tcp/sent_stamps.h"

#include <algorithm>

#include "analysis/evidence/repetitions.h"

namespace mtuscope {

void SentStamps::sent(const Packet& packet, FrameRef frame) {
  const uint32_t value = packet.tcp.ts_val;
  if (!settled_) settled_ = value;
  if (!kept_.empty() && kept_.back().value == value) kept_.back().bare = false;
  if (!stamped_before(kept_.empty() ? *settled_ : kept_.back().value, value)) return;
  if (kept_.size() == kMax) {
    settled_ = kept_.front().value;
    kept_.erase(kept_.begin());
  }
  kept_.push_back({value, packet.time, packet.size, frame, packet.payload_bytes == 0});
}

std::optional<SentStamp> SentStamps::echoed(uint32_t echo) {
  // What was never sent is no echo.
  if (kept_.empty() || stamped_before(kept_.back().value, echo)) return std::nullopt;
  if (!stamped_before(*settled_, echo)) return std::nullopt;
  const auto newer = std::ranges::find_if(
      kept_, [&](const SentStamp& s) { return stamped_before(echo, s.value); });
  if (newer == kept_.begin()) return std::nullopt;
  const SentStamp latest = *(newer - 1);
  kept_.erase(kept_.begin(), newer);
  settled_ = echo;
  if (latest.value != echo) return std::nullopt;
  return latest;
}

}  // namespace mtuscope
