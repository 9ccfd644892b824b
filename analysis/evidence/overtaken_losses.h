// Losses that something at least as large, sent later, got past. Those have neither a limit nor an
// outage as their reason: what makes loss random is that others arrive. Evidence for random-loss.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_OVERTAKEN_LOSSES_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_OVERTAKEN_LOSSES_H_

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "analysis/evidence/deliveries.h"
#include "capture/units.h"

namespace mtuscope {

// For one direction of a path, from its first loss on.
class OvertakenLosses {
 public:
  struct Lost {
    IpSize size;
    Timestamp sent;
    bool came_by = false;  // and was repeated; otherwise only the repetition did
  };

  // `later`: the last packet of at least its size that is known to have arrived by now.
  void lost(const Lost& packet, const std::optional<Delivery>& later);
  // A packet of this size, sent at this time, arrived.
  void arrived(IpSize size, Timestamp sent) {
    if (!pending_.empty()) overtake({size, sent});
    const Arrived& last = recent_[at_ % kRecent];
    if (sent - last.sent >= kApart || last.sent > sent || size > last.size)
      recent_[++at_ % kRecent] = {size, sent};
  }

  // Losses of less than `below` bytes that were overtaken; `unseen_only`: of packets that never
  // came by. Those that the same packet overtook count once: nothing is known to have arrived
  // between them. Never more than kMaxEvents.
  size_t events(IpSize below, bool unseen_only) const;

  static constexpr size_t kMaxEvents = 64;

 private:
  struct Arrived {
    IpSize size;
    Timestamp sent;
  };
  static constexpr size_t kMaxPending = 16;
  // Of what arrived, a sample that reaches back to before a timeout.
  static constexpr size_t kRecent = 32;
  static constexpr Duration kApart = Duration::milliseconds(20);
  void overtake(const Arrived& by);

  std::vector<Lost> pending_;  // nothing is known to have overtaken them
  std::vector<Lost> events_;   // one packet of each
  Timestamp overtaken_by_;     // when that of the last event had been sent
  std::array<Arrived, kRecent> recent_{};
  size_t at_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_OVERTAKEN_LOSSES_H_
