// All paths of a capture, found by their two addresses.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_PATH_TABLE_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_PATH_TABLE_H_

#include <array>
#include <cstdint>
#include <cstring>

#include "analysis/containers/index_table.h"
#include "analysis/evidence/path.h"

namespace mtuscope {

struct PathKey {
  std::array<uint64_t, 2> low{}, high{};  // addresses, as they lie in IpAddress
  uint64_t family = 0;

  friend bool operator==(const PathKey&, const PathKey&) = default;
  uint32_t hash() const { return hash_words(low[0], low[1], high[0], high[1], family); }
};

struct KeyedPath {
  PathKey key;
  Path path;
};

class PathTable {
 public:
  // The path between two addresses, added when it is new; it stays where it is.
  Path& find_or_add(const IpAddress& low, const IpAddress& high, bool& added) {
    Path& path = table_.find_or_add(key(low, high), added).path;
    if (added) {
      path.low = low;
      path.high = high;
    }
    return path;
  }
  Path& operator[](uint32_t i) { return table_[i].path; }
  const Path& operator[](uint32_t i) const { return table_[i].path; }
  uint32_t size() const { return table_.size(); }
  bool in_use(uint32_t i) const { return table_.in_use(i); }
  uint32_t count() const { return table_.count(); }
  template <typename Predicate>
  uint32_t erase_if(Predicate erases) {
    return table_.erase_if([&](KeyedPath& keyed) { return erases(keyed.path); });
  }

 private:
  static PathKey key(const IpAddress& low, const IpAddress& high) {
    PathKey k;
    std::memcpy(k.low.data(), low.bytes.data(), 16);
    std::memcpy(k.high.data(), high.bytes.data(), 16);
    k.family = static_cast<uint64_t>(low.family);
    return k;
  }
  IndexTable<PathKey, KeyedPath> table_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_PATH_TABLE_H_
