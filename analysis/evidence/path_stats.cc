#include "analysis/evidence/path_stats.h"

#include <algorithm>

namespace mtuscope {

namespace {

struct Candidate {
  uint64_t packets;
  uint32_t path;
  unsigned direction;
};

PathStats stats_of(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  PathStats stats{.src = path.src(direction),
                  .dst = path.dst(direction),
                  .packets = d.packets,
                  .flows = path.flows,
                  .largest_delivered = {},
                  .classes = {}};
  if (const auto largest = d.deliveries.largest()) stats.largest_delivered = largest->size;
  for (const SizeHistogram::Entry& e : d.sizes.entries()) {
    const auto bound = std::ranges::lower_bound(kSizeClasses, e.size);
    PathStats::Class& counts = stats.classes[static_cast<size_t>(bound - kSizeClasses.begin())];
    counts.sent += e.sent;
    counts.lost += e.lost;
  }
  return stats;
}

}  // namespace

std::vector<PathStats> busiest_paths(const PathTable& paths, size_t most) {
  std::vector<Candidate> candidates;
  for (uint32_t i = 0; i < paths.size(); ++i) {
    if (!paths.in_use(i)) continue;
    for (unsigned direction = 0; direction < 2; ++direction) {
      const uint64_t packets = paths[i].directions[direction].packets;
      if (packets > 0) candidates.push_back({packets, i, direction});
    }
  }
  const auto end =
      candidates.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(most, candidates.size()));
  std::ranges::partial_sort(candidates, end, std::greater{}, &Candidate::packets);
  candidates.erase(end, candidates.end());
  std::vector<PathStats> busiest;
  for (const Candidate& c : candidates) busiest.push_back(stats_of(paths[c.path], c.direction));
  return busiest;
}

}  // namespace mtuscope
