// How much may be remembered, when packets keep coming for good: from a size of memory to numbers
// of things. What goes is what has been idle for longest; what it proved stays with its path.

#ifndef MTUSCOPE_ANALYSIS_TCP_MEMORY_LIMITS_H_
#define MTUSCOPE_ANALYSIS_TCP_MEMORY_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <limits>

namespace mtuscope {

struct MemoryLimits {
  uint32_t flows = std::numeric_limits<uint32_t>::max();
  uint32_t paths = std::numeric_limits<uint32_t>::max();
  size_t ranges = std::numeric_limits<size_t>::max();     // outstanding, of all flows
  size_t histories = std::numeric_limits<size_t>::max();  // of those that were sent again
  size_t dns_services = std::numeric_limits<size_t>::max();
  size_t dns_questions = std::numeric_limits<size_t>::max();  // that are not over
  size_t fragmented_paths = std::numeric_limits<size_t>::max();
  size_t datagrams = std::numeric_limits<size_t>::max();  // in fragments, not over
};

// Shares of `bytes`, leaving a tenth for what has no number: evidence of paths in trouble and
// details of flows, which Analyzer::make_room() bounds.
MemoryLimits limits_for(size_t bytes);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_MEMORY_LIMITS_H_
