#include "analysis/points/crossings.h"

#include <algorithm>

namespace mtuscope {

SizeCrossing& DirectionCrossings::at(IpSize size) {
  auto here = std::ranges::lower_bound(sizes, size, {}, &SizeCrossing::size);
  if (here != sizes.end() && here->size == size) return *here;
  if (sizes.size() < kMaxSizes) return *sizes.insert(here, {.size = size});
  if (here != sizes.begin()) --here;
  return *here;
}

void DirectionCrossings::add_lone(unsigned point, const LonePacket& packet) {
  std::vector<LonePacket>& known = lone[point];
  if (known.size() >= kMaxLone) {
    std::erase_if(known, [&](const LonePacket& p) {
      const auto later = crossed.latest_of_at_least(p.size);
      return later && later->sent >= p.time;
    });
  }
  if (known.size() < kMaxLone) known.push_back(packet);
}

}  // namespace mtuscope
