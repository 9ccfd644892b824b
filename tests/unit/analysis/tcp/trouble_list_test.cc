#include "analysis/tcp/trouble_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/evidence/path.h"

namespace mtuscope {
namespace {

Timestamp at(double seconds) { return Timestamp{} + Duration::from_seconds(seconds); }

class TroubleListTest : public testing::Test {
 protected:
  TroubleListTest() {
    flow_.path = &path_;
    path_.directions[0].packets = 10;
  }
  // How often a look is due until `end`, when the path is never quiet and stays as it is.
  int looks(double begin, double end) {
    int count = 0;
    for (int i = 0; begin + 0.02 * i < end; ++i) {
      const double t = begin + 0.02 * i;
      ++path_.directions[0].packets;
      if (list_.next_due(at(t)) == nullptr) continue;
      ++count;
      list_.looked_at(path_, at(t), {}, true);
    }
    return count;
  }
  TcpFlow flow_;
  Path path_;
  TroubleList list_;
};

TEST_F(TroubleListTest, APathIsDueAtOnceWhenSomethingHappens) {
  EXPECT_EQ(list_.next_due(at(1)), nullptr);
  list_.note(flow_, at(1));
  EXPECT_EQ(list_.next_due(at(1)), &path_);
  EXPECT_THAT(list_.flows(path_), testing::ElementsAre(&flow_));
}

TEST_F(TroubleListTest, NewsDoNotMakeMoreThanTenLooksASecond) {
  int count = 0;
  for (int ms = 1000; ms < 2000; ++ms) {
    const double t = 0.001 * ms;
    list_.note(flow_, at(t));
    ++path_.directions[0].packets;
    if (list_.next_due(at(t)) == nullptr) continue;
    ++count;
    list_.looked_at(path_, at(t), {}, true);
  }
  EXPECT_GE(count, 9);
  EXPECT_LE(count, 11);
}

TEST_F(TroubleListTest, WhatStaysAsItIsIsLookedAtLessAndLess) {
  list_.note(flow_, at(0));
  EXPECT_GE(looks(0, 8), 4);
  EXPECT_LE(looks(8, 88), 12);
}

TEST_F(TroubleListTest, WithoutPacketsThereIsNothingNewButThatNobodyAnswers) {
  list_.note(flow_, at(0));
  ASSERT_EQ(list_.next_due(at(0)), &path_);
  list_.looked_at(path_, at(0), {}, true);
  EXPECT_EQ(list_.next_due(at(100)), &path_);
  list_.looked_at(path_, at(100), {}, true);
  EXPECT_EQ(list_.next_due(at(1000)), nullptr);
}

TEST_F(TroubleListTest, ASettledPathIsForgotten) {
  list_.note(flow_, at(0));
  list_.looked_at(path_, at(0), {&flow_}, false);
  EXPECT_EQ(list_.paths(), 0u);
  EXPECT_FALSE(flow_.troubled);
  EXPECT_EQ(list_.next_due(at(100)), nullptr);
}

TEST_F(TroubleListTest, AFlowThatEndsIsNotLookedAtAgain) {
  list_.note(flow_, at(0));
  list_.forget(flow_);
  EXPECT_THAT(list_.flows(path_), testing::IsEmpty());
  EXPECT_EQ(list_.next_due(at(0)), &path_) << "what it left behind is still to be judged";
}

TEST_F(TroubleListTest, QuietPathsMakeRoomForNewTrouble) {
  std::vector<Path> paths(5000);
  std::vector<TcpFlow> flows(5000);
  for (size_t i = 0; i < paths.size(); ++i) {
    paths[i].directions[0].packets = 3;
    flows[i].path = &paths[i];
    list_.note(flows[i], at(1));
    list_.looked_at(paths[i], at(1), {}, true);
  }
  EXPECT_EQ(list_.not_listed(), 0u);
  EXPECT_LE(list_.paths(), 4096u);
  list_.note(flow_, at(1));
  EXPECT_EQ(list_.next_due(at(1)), &path_);
}

TEST_F(TroubleListTest, AClockThatIsSetBackDoesNotDelayTheNextLook) {
  list_.note(flow_, at(10'000));
  ASSERT_EQ(list_.next_due(at(10'000)), &path_);
  list_.looked_at(path_, at(10'000), {}, true);
  ++path_.directions[0].packets;
  EXPECT_EQ(list_.next_due(at(10)), &path_);
}

}  // namespace
}  // namespace mtuscope
