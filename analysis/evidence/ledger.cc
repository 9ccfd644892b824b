#include "analysis/evidence/ledger.h"

#include <algorithm>

namespace mtuscope {

namespace {
constexpr unsigned kFirstLog2 = 2;
// Small rings are cut from blocks of this many ranges: a million flows make few allocations.
constexpr size_t kBlockRanges = 1024;
}  // namespace

Range* LedgerMemory::take_ring(unsigned& log2) {
  if (free_rings_[log2].empty()) {
    const size_t ring = size_t{1} << log2;
    const size_t block = std::max(ring, kBlockRanges);
    if (ranges_ + block <= max_ranges_) {
      ranges_ += block;
      blocks_.push_back(std::make_unique<Range[]>(block));
      for (size_t at = 0; at + ring <= block; at += ring)
        free_rings_[log2].push_back(blocks_.back().get() + at);
    } else {
      while (log2 <= kMaxLog2 && free_rings_[log2].empty()) ++log2;
      if (log2 > kMaxLog2) return nullptr;
    }
  }
  Range* const taken = free_rings_[log2].back();
  free_rings_[log2].pop_back();
  return taken;
}

uint32_t LedgerMemory::take_history() {
  if (free_histories_.empty()) {
    if (histories_.size() > max_histories_) return 0;
    histories_.emplace_back();
    return static_cast<uint32_t>(histories_.size() - 1);
  }
  const uint32_t index = free_histories_.back();
  free_histories_.pop_back();
  histories_[index].count = 0;
  return index;
}

size_t Ledger::find(SeqNumber seq) const {
  size_t low = 0;
  size_t high = count_;
  while (low < high) {
    const size_t mid = (low + high) / 2;
    if (before(seq, (*this)[mid].end())) {
      high = mid;
    } else {
      low = mid + 1;
    }
  }
  return low;
}

bool Ledger::split(LedgerMemory& memory, size_t i, SeqNumber seq) {
  assert(before((*this)[i].begin, seq) && before(seq, (*this)[i].end()));
  if (!push(memory, Range{})) return false;
  for (size_t k = count_ - 1; k > i + 1; --k) (*this)[k] = (*this)[k - 1];
  Range& low = (*this)[i];
  Range& high = (*this)[i + 1];
  high = low;
  high.begin = seq;
  high.bytes = static_cast<uint32_t>(distance(seq, low.end()));
  low.bytes = static_cast<uint32_t>(distance(low.begin, seq));
  if (low.history != 0) {
    high.history = memory.take_history();
    if (high.history != 0) memory.history(high.history) = memory.history(low.history);
  }
  return true;
}

bool Ledger::grow(LedgerMemory& memory) {
  if (ring_ == nullptr) {
    unsigned log2 = kFirstLog2;
    ring_ = memory.take_ring(log2);
    log2_ = static_cast<uint8_t>(log2);
    head_ = 0;
    return ring_ != nullptr;
  }
  if (log2_ >= LedgerMemory::kMaxLog2) return false;
  unsigned wider = log2_ + 1u;
  Range* const ring = memory.take_ring(wider);
  if (ring == nullptr) return false;
  for (size_t i = 0; i < count_; ++i) ring[i] = (*this)[i];
  memory.give_ring(ring_, log2_);
  ring_ = ring;
  log2_ = static_cast<uint8_t>(wider);
  head_ = 0;
  return true;
}

void Ledger::release(LedgerMemory& memory) {
  memory.give_ring(ring_, log2_);
  ring_ = nullptr;
  head_ = 0;
  log2_ = 0;
}

}  // namespace mtuscope
