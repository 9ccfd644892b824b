// A hash table from keys to values that never move: values live in chunks, the table holds their
// indices. Made for millions of small records: one probe sequence, no allocation per value.

#ifndef MTUSCOPE_ANALYSIS_INDEX_TABLE_H_
#define MTUSCOPE_ANALYSIS_INDEX_TABLE_H_

#include <bit>
#include <cstdint>
#include <cstring>
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

// Mixes the bytes of a key made of whole 64-bit words. Not for hostile input by itself: `seed` makes
// it unpredictable where that matters.
template <typename Key>
uint64_t hash_words(const Key& key, uint64_t seed) {
  static_assert(sizeof(Key) % 8 == 0);
  std::array<uint64_t, sizeof(Key) / 8> words;
  std::memcpy(words.data(), &key, sizeof(Key));
  uint64_t h = seed;
  for (const uint64_t word : words) {
    h = (h ^ word) * 0x9e3779b97f4a7c15u;
    h ^= h >> 32;
  }
  return h;
}

// Key: a trivially copyable struct of whole 64-bit words without padding; Value has a member `key`.
template <typename Key, typename Value>
class IndexTable {
 public:
  IndexTable() : slots_(kFirstSlots) {}

  uint32_t size() const { return values_.size(); }
  Value& operator[](uint32_t i) { return values_[i]; }
  const Value& operator[](uint32_t i) const { return values_[i]; }

  // Index of the value with this key, or kNone.
  uint32_t find(const Key& key) const {
    const uint64_t hash = hash_words(key, kSeed);
    for (uint64_t at = hash;; ++at) {
      const Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.index == 0) return kNone;
      if (slot.tag == tag(hash) && same(key, values_[slot.index - 1].key)) return slot.index - 1;
    }
  }

  // Index of the value with this key, added when it is new; then `added` is true and only the key
  // is set.
  uint32_t find_or_add(const Key& key, bool& added) {
    if (values_.size() * 4u >= slots_.size() * 3u) grow();
    const uint64_t hash = hash_words(key, kSeed);
    for (uint64_t at = hash;; ++at) {
      Slot& slot = slots_[at & (slots_.size() - 1)];
      if (slot.index == 0) {
        const uint32_t index = values_.add();
        slot = {tag(hash), index + 1};
        values_[index].key = key;
        added = true;
        return index;
      }
      if (slot.tag == tag(hash) && same(key, values_[slot.index - 1].key)) {
        added = false;
        return slot.index - 1;
      }
    }
  }

  static constexpr uint32_t kNone = UINT32_MAX;

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t index = 0;  // plus one; 0 is free
  };
  static constexpr size_t kFirstSlots = 1024;
  static constexpr uint64_t kSeed = 0x2545f4914f6cdd1du;

  static uint32_t tag(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  static bool same(const Key& a, const Key& b) { return std::memcmp(&a, &b, sizeof(Key)) == 0; }

  void grow() {
    std::vector<Slot> wider(slots_.size() * 2);
    for (const Slot& slot : slots_) {
      if (slot.index == 0) continue;
      uint64_t at = hash_words(values_[slot.index - 1].key, kSeed);
      while (wider[at & (wider.size() - 1)].index != 0) ++at;
      wider[at & (wider.size() - 1)] = slot;
    }
    slots_.swap(wider);
  }

  std::vector<Slot> slots_;
  ChunkedVector<Value> values_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_INDEX_TABLE_H_
