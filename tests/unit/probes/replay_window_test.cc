#include "probes/replay_window.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/dice.h"

namespace mtuscope {
namespace {

TEST(ReplayWindowTest, ANumberIsAcceptedOnce) {
  ReplayWindow window;
  EXPECT_TRUE(window.accept(64));
  EXPECT_FALSE(window.accept(64));
  EXPECT_TRUE(window.accept(66));
  EXPECT_TRUE(window.accept(65));  // overtaken
  EXPECT_FALSE(window.accept(65));
  EXPECT_FALSE(window.accept(66));
}

TEST(ReplayWindowTest, WhatIsOlderThanTheWindowCountsAsUsed) {
  ReplayWindow window;
  window.accept(1000);
  EXPECT_TRUE(window.accept(1000 - ReplayWindow::kWidth + 1));
  EXPECT_FALSE(window.accept(1000 - ReplayWindow::kWidth));
  EXPECT_FALSE(window.accept(0));
}

TEST(ReplayWindowTest, TheEndsOfTheNumberSpaceAreOrdinary) {
  ReplayWindow window;
  EXPECT_TRUE(window.accept(0));
  EXPECT_TRUE(window.accept(UINT32_MAX));
  EXPECT_FALSE(window.accept(UINT32_MAX));
  EXPECT_TRUE(window.accept(UINT32_MAX - 1));
  EXPECT_FALSE(window.accept(0));
}

TEST(ReplayWindowTest, NoSequenceIsAcceptedTwice) {
  build::Dice dice(1);
  ReplayWindow window;
  std::set<uint32_t> accepted;
  uint32_t around = 0;
  for (int i = 0; i < 20'000; ++i) {
    around += dice.between(0u, 3u);
    if (dice.happens(0.001)) around += dice.between(0u, 1000u);
    const uint32_t number = around - std::min(around, dice.between(0u, 400u));
    if (!window.accept(number)) continue;
    EXPECT_TRUE(accepted.insert(number).second) << number;
  }
  EXPECT_GT(accepted.size(), 5'000u);
}

}  // namespace
}  // namespace mtuscope
