#include "analysis/containers/oldest.h"

#include <algorithm>
#include <functional>
#include <limits>

namespace mtuscope {

void Oldest::add(Timestamp last_packet) { ages_.push_back(age(last_packet)); }

void Oldest::choose() {
  left_ = (ages_.size() + 7) / 8;
  if (ages_.empty()) return;
  const auto at = ages_.begin() + static_cast<std::ptrdiff_t>(left_ - 1);
  std::ranges::nth_element(ages_, at, std::greater{});
  least_ = *at;
}

bool Oldest::take(Timestamp last_packet) {
  if (left_ == 0 || age(last_packet) < least_) return false;
  --left_;
  return true;
}

int64_t Oldest::age(Timestamp time) const {
  constexpr Duration kOutOfOrder = Duration::milliseconds(1000);
  return time > now_ + kOutOfOrder ? std::numeric_limits<int64_t>::max() : (now_ - time).ns;
}

}  // namespace mtuscope
