// A first look at captures: which of them saw the same packets, or the same connections on both
// sides of something that rewrites them beyond recognition? Keeps a sample of packets that is
// the same sample in every capture (those whose hash is small enough), so that it can be compared
// whatever the clocks say and wherever the files begin.

#ifndef MTUSCOPE_ANALYSIS_POINTS_POINT_FINDER_H_
#define MTUSCOPE_ANALYSIS_POINTS_POINT_FINDER_H_

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/points/crossing_print.h"
#include "analysis/points/flow_numbers.h"
#include "analysis/points/point_plan.h"
#include "capture/packet.h"

namespace mtuscope {

class PointFinder {
 public:
  // In any order of sources; each source in its own order.
  void add(const Packet& packet);
  PointPlan plan() const;

 private:
  // Bounded memory: as it fills, the sample gets thinner, in all captures alike.
  static constexpr size_t kMaxSampled = size_t{1} << 17;
  static constexpr size_t kMaxPlaces = 64;
  static constexpr size_t kMaxTtls = 64;

  struct Sighting {
    uint32_t place;
    Timestamp time;
    SamePacketProof proof;
    bool repeated = false;  // the place saw it more than once: its time means nothing
  };
  struct Place {
    CapturePlace where;
    uint64_t sampled = 0;
    std::map<IpAddress, uint8_t> ttls;  // of some senders: the same at one point
  };
  // What two places have in common.
  struct Overlap {
    uint64_t certain = 0;         // one packet seen twice
    uint64_t likely = 0;          // or a retransmission
    std::vector<Duration> later;  // by the clock of the second, sampled
  };
  using PlacePair = std::pair<uint32_t, uint32_t>;

  uint32_t place_index(const CapturePlace& where);
  void thin_out();
  std::map<PlacePair, Overlap> overlaps() const;
  bool saw_the_same(uint32_t a, uint32_t b, const std::map<PlacePair, Overlap>& common) const;
  struct Fit {
    uint32_t point;
    int likeness;
  };
  std::optional<Fit> best_fit(uint32_t place, const std::vector<std::vector<uint32_t>>& points,
                              const std::map<PlacePair, Overlap>& common) const;
  bool are_renumbered(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) const;
  int likeness(uint32_t place, const std::vector<uint32_t>& others) const;

  std::vector<Place> places_;
  uint32_t last_place_ = 0;
  std::unordered_map<uint64_t, std::vector<Sighting>> sample_;
  uint64_t mask_ = 0;
  size_t sightings_ = 0;
  FlowNumbers numbers_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_POINT_FINDER_H_
