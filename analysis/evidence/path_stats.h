// Figures of paths for dashboards, cheap enough to be taken while packets come.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_PATH_STATS_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_PATH_STATS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/evidence/path_table.h"

namespace mtuscope {

// Classes of sizes: up to each bound, and beyond the last one.
inline constexpr std::array<uint32_t, 5> kSizeClasses = {576, 1280, 1400, 1500, 9216};

// One direction between two addresses, over all flows so far.
struct PathStats {
  struct Class {
    uint64_t sent = 0, lost = 0;  // packets with data
  };
  IpAddress src, dst;
  uint64_t packets = 0;
  uint64_t flows = 0;
  IpSize largest_delivered;  // 0: none
  std::array<Class, kSizeClasses.size() + 1> classes;
};

// The directions with most packets, at most `most`, the busiest first.
std::vector<PathStats> busiest_paths(const PathTable& paths, size_t most);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_PATH_STATS_H_
