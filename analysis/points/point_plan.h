// Where a capture was taken: at one point, or at several that saw the same packets. Files that
// continue or complement each other are one point; files (or interfaces) that hold the same packets
// are several.

#ifndef MTUSCOPE_ANALYSIS_POINTS_POINT_PLAN_H_
#define MTUSCOPE_ANALYSIS_POINTS_POINT_PLAN_H_

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

#include "capture/packet.h"

namespace mtuscope {

// The narrowest place that a capture tells apart. A cooked capture (`-i any`) tells the interface
// by its index (v2), or only whether a packet came in or went out (v1).
struct CapturePlace {
  uint32_t source = 0;
  uint32_t interface = 0;
  uint32_t ifindex = 0;
  HostDirection direction = HostDirection::kUnknown;  // kUnknown where the ifindex is known
  friend auto operator<=>(const CapturePlace&, const CapturePlace&) = default;
};

inline CapturePlace place_of(const Packet& p) {
  CapturePlace place{.source = p.source, .interface = p.interface, .ifindex = p.ifindex};
  if (p.ifindex == 0) place.direction = p.host_direction;
  return place;
}

inline constexpr uint32_t kMaxPoints = 4;

struct PointPlan {
  struct Entry {
    CapturePlace place;
    uint32_t point = 0;
  };
  std::vector<Entry> entries;  // in order of appearance; a place that is not listed is point 0
  uint32_t points = 1;         // at most kMaxPoints
  // Points, the first one first, that know the same connections by other sequence numbers: their
  // packets can't be compared.
  std::vector<std::pair<uint32_t, uint32_t>> renumbered;
  // How far the clock of each source is ahead of the first one's, to within the round trip between
  // the points; empty or 0 where nothing is known. Sources without packets may be missing.
  std::vector<Duration> clock_ahead;

  uint32_t point_of(const CapturePlace& place) const {
    for (const Entry& e : entries) {
      if (e.place == place) return e.point;
    }
    return 0;
  }
  Duration ahead(uint32_t source) const {
    return source < clock_ahead.size() ? clock_ahead[source] : Duration{0};
  }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_POINT_PLAN_H_
