#include "analysis/points/point_order.h"

#include <algorithm>
#include <optional>
#include <set>

namespace mtuscope {

PointOrder::PointOrder(const std::vector<PointPair>& pairs) {
  learn_names(pairs);
  for (const PointPair& pair : pairs) {
    for (const DirectionCrossings& d : pair.crossings.directions) {
      const std::optional<unsigned> from = enters_at(pair, d);
      if (from) comparisons_[name_of(pair.a, {d.src[0], d.dst[0]})].push_back({&pair, &d, *from});
    }
  }
}

void PointOrder::learn_names(const std::vector<PointPair>& pairs) {
  std::set<std::pair<uint32_t, Way>> ambiguous;
  for (const PointPair& pair : pairs) {
    for (const DirectionCrossings& d : pair.crossings.directions) {
      const Way here{d.src[1], d.dst[1]};
      const Way there = name_of(pair.a, {d.src[0], d.dst[0]});
      if (here == there) continue;
      const auto [at, is_new] = first_.try_emplace({pair.b, here}, there);
      // Several clients behind one address: nobody knows whose it is.
      if (!is_new && at->second != there) ambiguous.insert({pair.b, here});
    }
  }
  for (const auto& key : ambiguous) first_.erase(key);
}

Way PointOrder::name_of(uint32_t point, const Way& way) const {
  const auto at = first_.find({point, way});
  return at == first_.end() ? way : at->second;
}

const std::vector<Comparison>& PointOrder::comparisons_of(const Way& name) const {
  static const std::vector<Comparison> kNone;
  const auto at = comparisons_.find(name);
  return at == comparisons_.end() ? kNone : at->second;
}

bool PointOrder::enters_before(uint32_t a, uint32_t b, const Way& name) const {
  return std::ranges::any_of(comparisons_of(name),
                             [&](const Comparison& c) { return c.entry() == a && c.exit() == b; });
}

}  // namespace mtuscope
