// A hash table from keys to values that never move: values live in chunks, the table holds their
// indices. Made for millions of small records: one probe sequence, no allocation per value. Values
// can be erased many at a time.

#ifndef MTUSCOPE_ANALYSIS_CONTAINERS_INDEX_TABLE_H_
#define MTUSCOPE_ANALYSIS_CONTAINERS_INDEX_TABLE_H_

#include <cstdint>
#include <memory>
#include <vector>

namespace mtuscope {

// Values with stable addresses, indexed by number.
template <typename T, uint32_t kChunk = 256>
class ChunkedVector {
 public:
  uint32_t size() const { return size_; }
  T& operator[](uint32_t i) { return chunks_[i / kChunk][i % kChunk]; }
  const T& operator[](uint32_t i) const { return chunks_[i / kChunk][i % kChunk]; }
  uint32_t add() {
    if (size_ % kChunk == 0) chunks_.push_back(std::make_unique<T[]>(kChunk));
    return size_++;
  }

 private:
  std::vector<std::unique_ptr<T[]>> chunks_;
  uint32_t size_ = 0;
};

// Mixes a few 64-bit words into a 32-bit hash: side by side rather than one after the other, since
// this runs for every packet.
template <typename... Words>
uint32_t hash_words(Words... words) {
  uint64_t sum = 0x2545f4914f6cdd1du;
  uint64_t factor = 0x9e3779b97f4a7c15u;
  const auto mix = [&](uint64_t word) {
    const uint64_t product = (word ^ (word >> 29)) * factor;
    sum += product ^ (product >> 32);
    factor += 0x6a09e667f3bcc908u;  // stays odd
  };
  (mix(words), ...);
  return static_cast<uint32_t>((sum * 0xff51afd7ed558ccdu) >> 32);
}

// Key: has operator== and `uint32_t hash() const`; Value has a member `key`.
template <typename Key, typename Value>
class IndexTable {
 public:
  IndexTable() : slots_(kFirstSlots) {}

  // Indices go from 0 to size() - 1; once something was erased, not all of them are in use.
  uint32_t size() const { return values_.size(); }
  bool in_use(uint32_t i) const { return i >= gone_.size() || !gone_[i]; }
  uint32_t count() const { return values_.size() - static_cast<uint32_t>(free_.size()); }
  Value& operator[](uint32_t i) { return values_[i]; }
  const Value& operator[](uint32_t i) const { return values_[i]; }

  // The value with this key, or null.
  Value* find(const Key& key) {
    const uint32_t hash = key.hash();
    for (uint32_t at = hash;; ++at) {
      const Slot& slot = slots_[at & mask()];
      if (slot.index == 0) return nullptr;
      if (slot.hash != hash) continue;
      Value& value = values_[slot.index - 1];
      if (key == value.key) return &value;
    }
  }

  // The value with this key, added when it is new; then `added` is true and only the key is set. It
  // stays where it is.
  Value& find_or_add(const Key& key, bool& added) {
    if (values_.size() * 4u >= slots_.size() * 3u) grow();
    const uint32_t hash = key.hash();
    for (uint32_t at = hash;; ++at) {
      Slot& slot = slots_[at & mask()];
      if (slot.index == 0) {
        const uint32_t index = take_index();
        slot = {hash, index + 1};
        added = true;
        Value& value = values_[index];
        value.key = key;
        return value;
      }
      if (slot.hash != hash) continue;
      Value& value = values_[slot.index - 1];
      if (key == value.key) {
        added = false;
        return value;
      }
    }
  }

  // Erases the values for which this is true, and returns how many. The others stay where they are;
  // the places are used again. Takes as long as looking at all of them: so erase many at a time.
  template <typename Predicate>
  uint32_t erase_if(Predicate erases) {
    uint32_t erased = 0;
    for (uint32_t i = 0; i < values_.size(); ++i) {
      if (!in_use(i) || !erases(values_[i])) continue;
      values_[i] = Value{};
      if (gone_.size() <= i) gone_.resize(values_.size());
      gone_[i] = true;
      free_.push_back(i);
      ++erased;
    }
    if (erased > 0) rebuild(slots_.size());
    return erased;
  }

 private:
  struct Slot {
    uint32_t hash = 0;
    uint32_t index = 0;  // plus one; 0 is free
  };
  static constexpr size_t kFirstSlots = 1024;

  uint32_t mask() const { return static_cast<uint32_t>(slots_.size() - 1); }

  void grow() { rebuild(slots_.size() * 2); }

  uint32_t take_index() {
    if (free_.empty()) return values_.add();
    const uint32_t index = free_.back();
    free_.pop_back();
    gone_[index] = false;
    return index;
  }

  // The slots know their hashes: no value is touched.
  void rebuild(size_t size) {
    std::vector<Slot> rebuilt(size);
    const uint32_t rebuilt_mask = static_cast<uint32_t>(size - 1);
    for (const Slot& slot : slots_) {
      if (slot.index == 0 || !in_use(slot.index - 1)) continue;
      uint32_t at = slot.hash;
      while (rebuilt[at & rebuilt_mask].index != 0) ++at;
      rebuilt[at & rebuilt_mask] = slot;
    }
    slots_.swap(rebuilt);
  }

  std::vector<Slot> slots_;
  ChunkedVector<Value> values_;
  std::vector<bool> gone_;  // by index; values behind its end are in use
  std::vector<uint32_t> free_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_CONTAINERS_INDEX_TABLE_H_
