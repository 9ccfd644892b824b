#include "cli/progress.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(ProgressLine, SaysHowFarItHasCome) {
  EXPECT_EQ(progress_line(1'200'000'000, 4'000'000'000, 12'345'678),
            "mtuscope: 1.2 GB of 4.0 GB (30 %), 12,345,678 packets");
}

TEST(ProgressLine, LeavesAnUnknownTotalOut) {
  EXPECT_EQ(progress_line(4242, 0, 1), "mtuscope: 4.2 kB, 1 packet");
}

TEST(ProgressLine, SaysWhichCaptureIsLookedAtFirst) {
  EXPECT_EQ(first_look_line(1, 2, 12'345'678),
            "mtuscope: first look at capture 1 of 2, 12,345,678 packets");
}

TEST(ProgressLine, CountsCaptures) {
  EXPECT_EQ(captures_line(37, 1104), "mtuscope: 37 of 1,104 captures");
}

TEST(Progress, ShortWorkAndOtherThanTerminalsSeeNothing) {
  testing::internal::CaptureStderr();
  {
    Progress short_work(true);
    short_work.update(1, 2, 3);
    Progress no_terminal(false);
    no_terminal.update(1, 2, 3);
    no_terminal.update_captures(1, 2);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace mtuscope
