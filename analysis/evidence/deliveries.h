// What a direction of a path is known to deliver. Two views of the same deliveries: how many
// packets of each size were sent and arrived (SizeHistogram), and, for every size, when the latest
// packet of at least that size that arrived had been sent (DeliveryFront). The second answers both
// questions of the black-hole rule: the veto (was anything as large delivered later?) and the
// positive control (was anything smaller delivered later, and how large was it?).

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_DELIVERIES_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_DELIVERIES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/frame_ref.h"
#include "analysis/statistics/chance.h"
#include "capture/units.h"

namespace mtuscope {

// Proof that one packet arrived.
struct Delivery {
  IpSize size;
  Timestamp sent;
  FrameRef frame;  // the packet
  FrameRef proof;  // the packet that proves it, usually an acknowledgement
};

// The deliveries that no other delivery beats in both size and time: few, however many are added.
class DeliveryFront {
 public:
  void add(const Delivery& delivery) {
    // The usual case: as large as any before, and later.
    if (entries_.size() == 1 && delivery.size >= entries_[0].size &&
        delivery.sent >= entries_[0].sent) {
      entries_[0] = delivery;
      return;
    }
    insert(delivery);
  }

  bool empty() const { return entries_.empty(); }
  // The largest packet ever delivered.
  std::optional<Delivery> largest() const;
  // The last sent one, of any size.
  std::optional<Delivery> latest() const;
  // The last sent one of at least this size.
  std::optional<Delivery> latest_of_at_least(IpSize size) const;
  // The largest one below `size` that was sent after `after`.
  std::optional<Delivery> largest_below(IpSize size, Timestamp after) const;

 private:
  static constexpr size_t kMaxEntries = 64;
  void insert(const Delivery& delivery);
  std::vector<Delivery> entries_;  // size falling, sent rising
};

class SizeHistogram {
 public:
  struct Entry {
    uint64_t sent = 0;
    uint64_t delivered = 0;
    uint32_t size = 0;
    uint32_t lost = 0;  // transmissions that the sender had to repeat, or never got through
  };

  void sent(IpSize size) { ++entry(size).sent; }
  // Pieces of one packet may be acknowledged one by one: never more than were sent.
  void delivered(IpSize size) {
    Entry& e = entry(size);
    if (e.delivered < e.sent) ++e.delivered;
  }
  void lost(IpSize size) { ++entry(size).lost; }
  // A loss that was none.
  void not_lost(IpSize size) {
    Entry& e = entry(size);
    if (e.lost > 0) --e.lost;
  }

  // Ascending by size. Past kMaxEntries different sizes, a new one is counted with the next
  // smaller.
  const std::vector<Entry>& entries() const { return entries_; }
  LossCount below(IpSize size) const;
  LossCount from(IpSize size) const;
  std::optional<IpSize> largest_sent() const;

 private:
  static constexpr size_t kMaxEntries = 512;
  Entry& entry(IpSize size) {
    if (recent_ < entries_.size() && entries_[recent_].size == size.bytes) return entries_[recent_];
    return find(size);
  }
  Entry& find(IpSize size);

  std::vector<Entry> entries_;
  uint32_t recent_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_DELIVERIES_H_
