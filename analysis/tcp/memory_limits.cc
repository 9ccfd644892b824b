#include "analysis/tcp/memory_limits.h"

#include <algorithm>
#include <limits>

#include "analysis/datagrams/dns_tracker.h"
#include "analysis/datagrams/fragment_tracker.h"
#include "analysis/evidence/ledger.h"
#include "analysis/evidence/path_table.h"
#include "analysis/tcp/tcp_flow.h"

namespace mtuscope {

namespace {

// A place in a hash table that has just doubled, old and new.
constexpr size_t kSlotBytes = 32;
// Beside a path itself: its histogram, what was delivered, and what the heap needs for both.
constexpr size_t kPathEvidenceBytes = 320;

}  // namespace

MemoryLimits limits_for(size_t bytes) {
  const auto share = [&](size_t percent, size_t each) {
    return std::max<size_t>(bytes / 100 * percent / each, 64);
  };
  constexpr size_t kMost = std::numeric_limits<uint32_t>::max() / 4;
  return {.flows = static_cast<uint32_t>(std::min(share(30, sizeof(TcpFlow) + kSlotBytes), kMost)),
          .paths = static_cast<uint32_t>(
              std::min(share(30, sizeof(KeyedPath) + kSlotBytes + kPathEvidenceBytes), kMost)),
          .ranges = share(15, sizeof(Range)),
          .histories = share(5, sizeof(History)),
          .dns_services = share(3, DnsTracker::kServiceBytes),
          .dns_questions = share(2, DnsTracker::kQuestionBytes),
          .fragmented_paths = share(3, FragmentTracker::kPathBytes),
          .datagrams = share(2, FragmentTracker::kDatagramBytes)};
}

}  // namespace mtuscope
