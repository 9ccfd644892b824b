#include "cli/nearest.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

const std::vector<std::string> kOptions = {"--json",  "--filter",  "--color",
                                           "--quiet", "--verbose", "--fail-on"};

TEST(Nearest, FindsTheOptionBehindATypingError) {
  EXPECT_EQ(nearest("--jsn", kOptions), "--json");
  EXPECT_EQ(nearest("--fliter", kOptions), "--filter");
  EXPECT_EQ(nearest("--colour", kOptions), "--color");
  EXPECT_EQ(nearest("--failon", kOptions), "--fail-on");
}

TEST(Nearest, DashesDoNotCount) { EXPECT_EQ(nearest("-json", kOptions), "--json"); }

TEST(Nearest, AnAbbreviationIsUnderstood) { EXPECT_EQ(nearest("--verb", kOptions), "--verbose"); }

TEST(Nearest, NothingIsSuggestedForSomethingElse) {
  EXPECT_EQ(nearest("--interface", kOptions), std::nullopt);
  EXPECT_EQ(nearest("-i", kOptions), std::nullopt);
  EXPECT_EQ(nearest("", kOptions), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kOptions), std::nullopt);
}

}  // namespace
}  // namespace mtuscope
