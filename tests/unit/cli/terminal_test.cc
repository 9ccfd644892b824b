#include "cli/terminal.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(UseColor, IsForTerminalsUnlessItIsUnwanted) {
  EXPECT_TRUE(use_color(ColorChoice::kAuto, {.stdout_is_terminal = true}));
  EXPECT_FALSE(use_color(ColorChoice::kAuto, {.stdout_is_terminal = false}));
  EXPECT_FALSE(use_color(ColorChoice::kAuto, {.stdout_is_terminal = true, .no_color = true}));
}

TEST(UseColor, AnExplicitChoiceBeatsTheEnvironment) {
  EXPECT_TRUE(use_color(ColorChoice::kAlways, {.stdout_is_terminal = false, .no_color = true}));
  EXPECT_FALSE(use_color(ColorChoice::kNever, {.stdout_is_terminal = true}));
}

}  // namespace
}  // namespace mtuscope
