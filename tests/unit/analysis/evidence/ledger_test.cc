#include "analysis/evidence/ledger.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Range range(uint32_t begin, uint32_t bytes) {
  return {.begin = SeqNumber{begin}, .bytes = bytes, .size = IpSize{bytes + 52}};
}

class LedgerTest : public testing::Test {
 public:
  ~LedgerTest() override { ledger.clear(memory); }

 protected:
  void fill(uint32_t begin, uint32_t count, uint32_t bytes = 100) {
    for (uint32_t i = 0; i < count; ++i)
      ASSERT_TRUE(ledger.push(memory, range(begin + i * bytes, bytes)));
  }
  LedgerMemory memory;
  Ledger ledger;
};

TEST_F(LedgerTest, KeepsRangesInOrderWhileItGrowsAndMovesOn) {
  fill(0, 1000);
  for (int i = 0; i < 990; ++i) ledger.pop(memory);
  fill(100'000, 500);
  ASSERT_EQ(ledger.size(), 510u);
  for (size_t i = 0; i < ledger.size(); ++i) EXPECT_EQ(ledger[i].begin.value, 99'000u + 100 * i);
}

TEST_F(LedgerTest, FindsTheRangeThatHoldsANumberAcrossTheWrap) {
  fill(0u - 250u, 5);
  EXPECT_EQ(ledger.find(SeqNumber{0u - 250u}), 0u);
  EXPECT_EQ(ledger.find(SeqNumber{0u - 51u}), 1u);
  EXPECT_EQ(ledger.find(SeqNumber{0u - 50u}), 2u);
  EXPECT_EQ(ledger.find(SeqNumber{49}), 2u);
  EXPECT_EQ(ledger.find(SeqNumber{50}), 3u);
  EXPECT_EQ(ledger.find(SeqNumber{5000}), ledger.size());
}

TEST_F(LedgerTest, ASplitKeepsAllBytesAndBothPartsKnowWhatTheRangeWentThrough) {
  fill(0, 3, 1000);
  ledger[1].history = memory.take_history();
  memory.history(ledger[1].history).add({Timestamp{5}, {}, IpSize{1052}});
  ASSERT_TRUE(ledger.split(memory, 1, SeqNumber{1300}));
  ASSERT_EQ(ledger.size(), 4u);
  EXPECT_EQ(ledger[1].bytes, 300u);
  EXPECT_EQ(ledger[2].begin.value, 1300u);
  EXPECT_EQ(ledger[2].bytes, 700u);
  EXPECT_EQ(ledger[3].begin.value, 2000u);
  EXPECT_NE(ledger[1].history, ledger[2].history) << "each goes its own way from here";
  EXPECT_EQ(memory.history(ledger[2].history).count, 1u);
}

TEST_F(LedgerTest, RefusesMoreRangesThanItMayHold) {
  fill(0, Ledger::kMaxRanges, 1);
  EXPECT_FALSE(ledger.push(memory, range(Ledger::kMaxRanges, 1)));
  EXPECT_FALSE(ledger.push_front(memory, range(0u - 1u, 1)));
  ledger.pop(memory);
  EXPECT_TRUE(ledger.push(memory, range(Ledger::kMaxRanges, 1)));
}

TEST_F(LedgerTest, ARangeCanBePutBelowTheLowest) {
  fill(1000, 4);
  ASSERT_TRUE(ledger.push_front(memory, range(900, 100)));
  EXPECT_EQ(ledger.front().begin.value, 900u);
  EXPECT_EQ(ledger[1].begin.value, 1000u);
  EXPECT_EQ(ledger.size(), 5u);
}

TEST_F(LedgerTest, AHistoryThatIsUsedAgainStartsEmpty) {
  const uint32_t index = memory.take_history();
  memory.history(index).add({Timestamp{5}, {}, IpSize{1052}});
  memory.give_history(index);
  EXPECT_EQ(memory.history(memory.take_history()).count, 0u);
}

}  // namespace
}  // namespace mtuscope
