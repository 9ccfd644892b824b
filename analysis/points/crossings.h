// What a comparison of two capture points has shown, before anything is concluded from it. The
// points are called 0 and 1 here; which of them a packet passes first is not known beforehand.

#ifndef MTUSCOPE_ANALYSIS_POINTS_CROSSINGS_H_
#define MTUSCOPE_ANALYSIS_POINTS_CROSSINGS_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/evidence/deliveries.h"
#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

// Packets of one size in one direction.
struct SizeCrossing {
  IpSize size;
  uint64_t both = 0;               // seen at both points
  std::array<uint64_t, 2> only{};  // seen at this point, and never at the other one
  // ... though they passed it: the capture there missed them.
  std::array<uint64_t, 2> not_recorded{};
};

// A packet that one point saw and the other one did not, while both were capturing.
struct LonePacket {
  IpSize size;
  Timestamp time;  // where it was seen, by the common clock
  FrameRef frame;
  FlowDirection flow;                     // as seen there
  SeqNumber begin;                        // of a TCP segment
  std::optional<Timestamp> last_crossed;  // when the last packet before it was sent that crossed
  // When the last packet of its own flow was sent that crossed, up to when this one was given up.
  std::optional<Timestamp> flow_crossed;
  bool tcp = false;
  bool wireguard = false;
};

// An MSS option that is not the same at the two points.
struct MssChange {
  std::array<Mss, 2> mss;
  std::array<FrameRef, 2> frames;  // of the first connection
  uint64_t connections = 0;
  // At most kMaxListedFlows, as seen at each point; from the one that announced.
  std::array<std::vector<FlowDirection>, 2> flows = {};
};

// The time from point 0 to point 1 by their clocks, as far as the common clock has been corrected.
struct Passage {
  uint64_t packets = 0;
  Duration least{INT64_MAX}, most{INT64_MIN};
  double sum_ns = 0;

  void add(Duration later) {
    ++packets;
    least = std::min(least, later);
    most = std::max(most, later);
    sum_ns += static_cast<double>(later.ns);
  }
};

// One direction between two addresses, over all flows that both points saw.
struct DirectionCrossings {
  // By point: NAT may lie between them.
  std::array<IpAddress, 2> src, dst;
  std::optional<uint32_t> reverse;  // index of the other direction
  uint64_t flows = 0;
  std::vector<SizeCrossing> sizes;  // ascending; past kMaxSizes with the next smaller
  // Packets that crossed, with their size on the wire: `sent` is when point 0 or 1 first saw them,
  // by the common clock; `frame` is that of point 0, `proof` that of point 1.
  DeliveryFront crossed;
  std::optional<Timestamp> last_crossed;  // the latest `sent` of any size
  uint64_t super_packets = 0;  // merged by offload at both points, their sizes on the wire unknown
  std::array<std::vector<LonePacket>, 2> lone;  // by the point that saw them; see kMaxLone
  Passage passage;
  std::array<uint64_t, 2> routers_before{};  // packets whose TTL is lower at this point
  std::vector<MssChange> mss_changes;        // that the source of this direction announced
  uint64_t mss_kept = 0;                     // connections whose MSS is the same at both points

  static constexpr size_t kMaxSizes = 512;
  static constexpr size_t kMaxLone = 512;
  SizeCrossing& at(IpSize size);
  // Past kMaxLone, those that a later crossing acquits make room.
  void add_lone(unsigned point, const LonePacket& packet);
};

struct Crossings {
  std::vector<DirectionCrossings> directions;
  uint64_t matched = 0;  // packets seen at both points
  // Packets that the comparison says nothing of, by the point that saw them.
  std::array<uint64_t, 2> other_flows{};  // of flows of which the other point saw nothing
  std::array<uint64_t, 2> outside{};      // before the other capture began, or after it ended
  std::array<uint64_t, 2> given_up{};     // too many packets at once to remember each
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_CROSSINGS_H_
