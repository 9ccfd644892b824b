#include "analysis/containers/index_table.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

struct Key {
  uint64_t value = 0;
  friend bool operator==(const Key&, const Key&) = default;
  uint32_t hash() const { return hash_words(value); }
};
// Every key in the same place.
struct CollidingKey {
  uint64_t value = 0;
  friend bool operator==(const CollidingKey&, const CollidingKey&) = default;
  uint32_t hash() const { return 0xffffffff; }
};
template <typename K>
struct Value {
  K key;
  int payload = 0;
};

TEST(IndexTable, FindsEveryKeyAfterGrowing) {
  IndexTable<Key, Value<Key>> table;
  for (uint64_t i = 0; i < 100'000; ++i) {
    bool added = false;
    table.find_or_add({i * 0x10001}, added).payload = static_cast<int>(i);
    ASSERT_TRUE(added);
  }
  EXPECT_EQ(table.size(), 100'000u);
  for (uint64_t i = 0; i < 100'000; ++i) {
    const Value<Key>* value = table.find({i * 0x10001});
    ASSERT_NE(value, nullptr);
    ASSERT_EQ(value->payload, static_cast<int>(i));
  }
  EXPECT_EQ(table.find({7}), nullptr);
}

TEST(IndexTable, ValuesDoNotMove) {
  IndexTable<Key, Value<Key>> table;
  bool added = false;
  const Value<Key>* first = &table.find_or_add({1}, added);
  for (uint64_t i = 2; i < 10'000; ++i) table.find_or_add({i}, added);
  EXPECT_EQ(first, &table.find_or_add({1}, added));
  EXPECT_FALSE(added);
}

TEST(IndexTable, KeysThatAllCollideAreStillTold) {
  IndexTable<CollidingKey, Value<CollidingKey>> table;
  bool added = false;
  for (uint64_t i = 0; i < 1500; ++i) table.find_or_add({i}, added);
  EXPECT_EQ(table.size(), 1500u);
  for (uint64_t i = 0; i < 1500; ++i) {
    ASSERT_NE(table.find({i}), nullptr);
    EXPECT_EQ(table.find({i})->key.value, i);
  }
}

TEST(IndexTable, ErasedValuesAreGoneAndTheirPlacesAreUsedAgain) {
  IndexTable<Key, Value<Key>> table;
  bool added = false;
  for (uint64_t i = 0; i < 10'000; ++i) table.find_or_add({i}, added).payload = 1;
  const Value<Key>* const stays = table.find({7});
  EXPECT_EQ(table.erase_if([](const Value<Key>& v) { return v.key.value % 2 == 0; }), 5000u);
  EXPECT_EQ(table.count(), 5000u);
  EXPECT_EQ(table.find({8}), nullptr);
  EXPECT_EQ(table.find({7}), stays);
  for (uint64_t i = 0; i < 10'000; i += 2) {
    EXPECT_EQ(table.find_or_add({i}, added).payload, 0) << "nothing is left of the old one";
    ASSERT_TRUE(added);
  }
  EXPECT_EQ(table.count(), 10'000u);
  EXPECT_EQ(table.size(), 10'000u) << "no place was added";
  for (uint32_t i = 0; i < table.size(); ++i) EXPECT_TRUE(table.in_use(i));
}

TEST(IndexTable, ValuesThatCollideStayFoundWhenOthersAreErased) {
  IndexTable<CollidingKey, Value<CollidingKey>> table;
  bool added = false;
  for (uint64_t i = 0; i < 500; ++i) table.find_or_add({i}, added);
  table.erase_if([](const Value<CollidingKey>& v) { return v.key.value < 250; });
  for (uint64_t i = 0; i < 500; ++i) EXPECT_EQ(table.find({i}) != nullptr, i >= 250) << i;
}

TEST(IndexTable, HashesOfNeighboursDiffer) {
  EXPECT_NE(hash_words(uint64_t{1}), hash_words(uint64_t{2}));
  EXPECT_NE(hash_words(uint64_t{1}, uint64_t{2}), hash_words(uint64_t{2}, uint64_t{1}));
}

}  // namespace
}  // namespace mtuscope
