// The ledger of one direction of a TCP flow: every byte range between SND.UNA and SND.NXT, with the
// size it was sent in, when, how often, and whether the receiver has selectively acknowledged it.
//
// A new segment costs one push, an acknowledgement pops what it covers. What a range went through
// (its transmissions) is kept in a History only from its second transmission on, so that a healthy
// flow never touches one.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_LEDGER_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_LEDGER_H_

#include <array>
#include <cassert>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <vector>

#include "analysis/evidence/packet_identity.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

// One sending of a byte range.
struct Transmission {
  Timestamp time;
  FrameRef frame;
  IpSize size;                 // whole IP packet; under offload the derived segment's
  bool beyond_window = false;  // a window probe: proves nothing when it stays unanswered
  bool dont_fragment = true;   // IPv4 DF; without it routers may cut the packet
};

// The transmissions of a range that was sent more than once, oldest first. When more than kKept
// come, the first ones stay and the last one is overwritten; `count` goes on.
struct History {
  static constexpr size_t kKept = 24;
  std::array<Transmission, kKept> kept;
  uint32_t count = 0;

  void add(const Transmission& t) {
    kept[count < kKept ? count : kKept - 1] = t;
    ++count;
  }
  size_t size() const { return count < kKept ? count : kKept; }
};

struct Range {
  SeqNumber begin;
  uint32_t bytes = 0;       // of sequence space: payload, SYN and FIN
  IpSize size;              // of the latest transmission; 0 for a hole
  uint32_t history = 0;     // index into LedgerMemory's histories; 0: sent once
  Timestamp sent;           // latest transmission
  FrameRef frame;           // latest transmission
  PacketIdentity identity;  // latest transmission
  bool hole = false;        // never captured, though later bytes were
  bool sacked = false;
  bool estimated = false;  // size derived from a super-packet, not seen
  bool beyond_window = false;
  bool dont_fragment = true;

  SeqNumber end() const { return begin + bytes; }
};

// Memory that all ledgers share: rings of ranges by power of two, and histories.
class LedgerMemory {
 public:
  LedgerMemory() : histories_(1) {}
  // A ring of at least 2^log2 ranges; `log2` becomes what it has. Null beyond the limit.
  Range* take_ring(unsigned& log2);
  void give_ring(Range* ring, unsigned log2) { free_rings_[log2].push_back(ring); }

  // 0 beyond the limit: what the range went through can't be kept.
  uint32_t take_history();
  void give_history(uint32_t index) { free_histories_.push_back(index); }
  History& history(uint32_t index) { return histories_[index]; }
  const History& history(uint32_t index) const { return histories_[index]; }
  // When the range was sent for the first time.
  Timestamp first_sent(const Range& range) const {
    return range.history == 0 ? range.sent : history(range.history).kept[0].time;
  }

  // So many ranges and histories, at most; unlimited unless it is called.
  void limit(size_t ranges, size_t histories) {
    max_ranges_ = ranges;
    max_histories_ = histories;
  }

  static constexpr unsigned kMaxLog2 = 16;

 private:
  std::array<std::vector<Range*>, kMaxLog2 + 1> free_rings_;
  std::vector<std::unique_ptr<Range[]>> blocks_;
  std::deque<History> histories_;  // [0] is never used
  std::vector<uint32_t> free_histories_;
  size_t ranges_ = 0;
  size_t max_ranges_ = std::numeric_limits<size_t>::max();
  size_t max_histories_ = std::numeric_limits<size_t>::max();
};

// The ranges in sequence order, without gaps and without overlap. All indices count from the
// lowest range. Must be cleared with the memory it used before it goes.
class Ledger {
 public:
  static constexpr size_t kMaxRanges = size_t{1} << LedgerMemory::kMaxLog2;

  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Range& operator[](size_t i) { return ring_[(head_ + i) & mask()]; }
  const Range& operator[](size_t i) const { return ring_[(head_ + i) & mask()]; }
  Range& front() { return (*this)[0]; }
  Range& back() { return (*this)[count_ - 1]; }

  // Appends; returns false when the ledger is full (kMaxRanges, or the limit of the memory): then
  // the caller must pop first, or leave it where there is nothing to pop.
  bool push(LedgerMemory& memory, const Range& range) {
    if (count_ == capacity() && !grow(memory)) return false;
    ring_[(head_ + count_) & mask()] = range;
    ++count_;
    return true;
  }
  // Puts a range below the lowest one.
  bool push_front(LedgerMemory& memory, const Range& range) {
    if (count_ == capacity() && !grow(memory)) return false;
    head_ = (head_ - 1) & mask();
    ring_[head_] = range;
    ++count_;
    return true;
  }
  // Drops the lowest range, and its history with it.
  void pop(LedgerMemory& memory) {
    if (front().history != 0) memory.give_history(front().history);
    head_ = (head_ + 1) & mask();
    if (--count_ == 0) release(memory);
  }
  void clear(LedgerMemory& memory) {
    while (!empty()) pop(memory);
  }

  // Index of the first range that ends after `seq`; size() when there is none.
  size_t find(SeqNumber seq) const;
  // Cuts range i in two at `seq`, strictly inside it; the upper half, a copy in everything but its
  // bytes, becomes i + 1. False when the ledger is full.
  bool split(LedgerMemory& memory, size_t i, SeqNumber seq);

 private:
  size_t capacity() const { return ring_ == nullptr ? 0 : size_t{1} << log2_; }
  uint32_t mask() const { return (uint32_t{1} << log2_) - 1; }
  bool grow(LedgerMemory& memory);
  void release(LedgerMemory& memory);

  Range* ring_ = nullptr;
  uint32_t head_ = 0;
  uint32_t count_ = 0;
  uint8_t log2_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_LEDGER_H_
