#include "analysis/evidence/repetitions.h"

#include <algorithm>

namespace mtuscope {

void Repetitions::add(const Repetition& repetition) {
  if (kept_.size() == kMax) kept_.erase(kept_.begin());
  kept_.push_back(repetition);
}

std::vector<Repetition> Repetitions::take_reported(SeqRange bytes, Timestamp until) {
  std::vector<Repetition> reported;
  for (size_t i = kept_.size(); i-- > 0;) {
    const Repetition& r = kept_[i];
    if (before(r.begin, bytes.begin) || before(bytes.end, r.end) || r.sent > until) continue;
    if (std::ranges::find(reported, r.begin, &Repetition::begin) != reported.end()) continue;
    reported.push_back(r);
    kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return reported;
}

template <typename Wanted>
std::vector<Repetition> Repetitions::take_back(Wanted wanted) {
  std::vector<Repetition> taken;
  for (Repetition& r : kept_) {
    if (r.ts_val == 0 || !wanted(r)) continue;
    taken.push_back(r);
    r.counted = false;
  }
  return taken;
}

std::vector<Repetition> Repetitions::take_back_newer(SeqNumber begin, uint32_t echoed) {
  // Of the same tick of its clock as the one before, a repetition may be the one that is meant.
  bool known = false;
  return take_back([&](const Repetition& r) {
    if (!(r.begin == begin) || !stamped_before(echoed, r.ts_val)) return false;
    known = known || r.ts_before == echoed;
    return known;
  });
}

std::vector<Repetition> Repetitions::take_back_overtaking(SeqRange bytes, uint32_t ts_val) {
  return take_back([&](const Repetition& r) {
    return at_or_before(bytes.begin, r.begin) && at_or_before(r.end, bytes.end) &&
           stamped_before(ts_val, r.ts_val);
  });
}

}  // namespace mtuscope
