// Which of many to forget, when there is room for no more: an eighth of them, those that have been
// idle for longest. So many at once, because finding them takes a look at all.

#ifndef MTUSCOPE_ANALYSIS_CONTAINERS_OLDEST_H_
#define MTUSCOPE_ANALYSIS_CONTAINERS_OLDEST_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/units.h"

namespace mtuscope {

// First add() the time of the last packet of each, then choose(), then ask about each with take().
// Times that have not come yet are those of a clock that was set back since: long ago.
class Oldest {
 public:
  explicit Oldest(Timestamp now) : now_(now) {}
  void add(Timestamp last_packet);
  void choose();
  // True for an eighth, rounded up, of what was added.
  bool take(Timestamp last_packet);

 private:
  int64_t age(Timestamp time) const;

  Timestamp now_;
  std::vector<int64_t> ages_;
  int64_t least_ = 0;
  size_t left_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_CONTAINERS_OLDEST_H_
