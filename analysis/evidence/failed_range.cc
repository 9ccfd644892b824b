#include "analysis/evidence/failed_range.h"

#include <algorithm>

namespace mtuscope {

namespace {
constexpr size_t kMinTransmissions = 3;
// Stacks with a lower minimum are known by their exponential backoff.
constexpr Duration kBackoffBeyondRtt = Duration::milliseconds(20);
}  // namespace

size_t separate_events(std::vector<Timestamp> times, Duration rtt) {
  std::ranges::sort(times);
  size_t events = 0;
  Timestamp last;
  for (const Timestamp t : times) {
    if (events > 0 && t - last < rtt) continue;
    last = t;
    ++events;
  }
  return events;
}

bool is_timeout_after(Duration wait, Duration rtt) { return wait >= rtt + kTimeoutBeyondRtt; }

bool is_timeout(std::span<const Transmission> transmissions, size_t i, Duration rtt) {
  if (i == 0 || i >= transmissions.size()) return false;
  const Duration wait = transmissions[i].time - transmissions[i - 1].time;
  if (is_timeout_after(wait, rtt)) return true;
  if (i < 2 || wait < rtt + rtt + kBackoffBeyondRtt) return false;
  const Duration previous = transmissions[i - 1].time - transmissions[i - 2].time;
  // One and a half to two and a half times as long; the times may be centuries apart.
  const int64_t half = previous.ns / 2;
  return wait.ns >= previous.ns + half && wait.ns - previous.ns - previous.ns <= half;
}

uint32_t implied_transmissions(Duration missing_for, Duration rtt) {
  Duration timeout = rtt + Duration::milliseconds(200);
  Duration at{0};
  uint32_t count = 1;
  while (count < 16) {
    at = at + timeout;
    if (at > missing_for) break;
    timeout = timeout + timeout;
    ++count;
  }
  return count;
}

bool stopped_in_transfer(Duration silent, Duration rtt) {
  return implied_transmissions(silent, rtt) >= kMinImplied;
}

std::vector<FailedRange> failures_of(const History& history, Duration rtt, IpSize delivered_size) {
  const std::span<const Transmission> all(history.kept.data(), history.size());
  std::vector<IpSize> sizes;
  for (const Transmission& t : all) sizes.push_back(t.size);
  std::ranges::sort(sizes, std::greater{});
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());

  std::vector<FailedRange> failures;
  for (const IpSize size : sizes) {
    if (size <= delivered_size) break;
    FailedRange failure{.size = size, .rtt = rtt};
    std::vector<Timestamp> times;
    for (size_t i = 0; i < all.size(); ++i) {
      if (all[i].size != size || all[i].beyond_window) continue;
      failure.transmissions.push_back(all[i]);
      times.push_back(all[i].time);
      failure.backed_off = failure.backed_off || is_timeout(all, i, rtt);
    }
    if (failure.transmissions.size() < kMinTransmissions || !failure.backed_off ||
        separate_events(times, rtt) < kMinTransmissions) {
      continue;
    }
    // Where sizes differ, those that were not kept may be of any.
    if (sizes.size() == 1) failure.not_kept = history.count - static_cast<uint32_t>(all.size());
    failure.first = failure.transmissions.front().time;
    failure.last = failure.transmissions.back().time;
    failures.push_back(std::move(failure));
  }
  return failures;
}

}  // namespace mtuscope
