// All paths of a capture, found by their two addresses.

#ifndef MTUSCOPE_ANALYSIS_PATH_TABLE_H_
#define MTUSCOPE_ANALYSIS_PATH_TABLE_H_

#include "analysis/index_table.h"
#include "analysis/path.h"

namespace mtuscope {

struct PathKey {
  std::array<uint8_t, 16> low{}, high{};
  uint64_t family = 0;
};

struct KeyedPath {
  PathKey key;
  Path path;
};

class PathTable {
 public:
  // The path between two addresses, added when it is new.
  uint32_t find_or_add(const IpAddress& low, const IpAddress& high, bool& added) {
    const uint32_t index = table_.find_or_add(key(low, high), added);
    if (added) {
      table_[index].path.low = low;
      table_[index].path.high = high;
    }
    return index;
  }
  Path& operator[](uint32_t i) { return table_[i].path; }
  const Path& operator[](uint32_t i) const { return table_[i].path; }
  uint32_t size() const { return table_.size(); }

 private:
  static PathKey key(const IpAddress& low, const IpAddress& high) {
    return {low.bytes, high.bytes, static_cast<uint64_t>(low.family)};
  }
  IndexTable<PathKey, KeyedPath> table_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_PATH_TABLE_H_
