// SYNs that one capture saw more than once, on several interfaces (`-i any`, both sides of a
// router): where the MSS differs, somebody in between has rewritten it. Keeps counts for each pair
// of addresses and decides nothing: see mss_clamped.h.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_MSS_WATCH_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_MSS_WATCH_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/packet.h"

namespace mtuscope {

// What became of the MSS that one host announced to another, addresses as first captured.
struct MssRewrites {
  uint64_t rewritten = 0;  // SYNs and SYN-ACKs that were seen with two values
  uint64_t unchanged = 0;  // ... more than once, with one value
  // Of the first one that was rewritten:
  Mss before, after;
  uint32_t source_before = 0, source_after = 0;
  uint32_t interface_before = 0, interface_after = 0;  // of these sources
  uint32_t ifindex_before = 0, ifindex_after = 0;      // 0 unknown, see Packet
  std::optional<Timestamp> first, last;
  std::vector<FrameRef> frames;      // both sightings of each, as many as a finding lists
  std::vector<FlowDirection> flows;  // at most kMaxListedFlows, from the host that announced
};

class MssWatch {
 public:
  using Ends = std::pair<IpAddress, IpAddress>;  // who announced, to whom

  MssWatch() : recent_(kRecent) {}

  // A TCP packet with SYN.
  void add(const Packet& p);
  // Null when nothing that `announcer` sent to `other` was seen twice.
  const MssRewrites* find(const IpAddress& announcer, const IpAddress& other) const;

 private:
  // Copies come within milliseconds, so few SYNs are remembered; one more takes the place of
  // another.
  static constexpr uint32_t kRecent = 4096;
  static constexpr size_t kMaxPairs = 1024;

  struct Seen {
    Endpoint src, dst;
    Timestamp time;
    FrameRef frame;
    uint32_t isn = 0, ts_val = 0;
    uint32_t interface = 0, ifindex = 0;
    Mss mss;
    uint8_t ttl = 0;
    bool has_timestamps = false, answer = false, counted = false, used = false;
  };
  static bool is_copy(const Seen& seen, const Packet& p);
  void count(Seen& seen, const Packet& p);

  std::vector<Seen> recent_;
  std::map<Ends, MssRewrites> pairs_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_MSS_WATCH_H_
