#include "cli/text_wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Wrap, BreaksAtSpacesBeforeTheWidthIsExceeded) {
  EXPECT_THAT(wrap("one two three four", 9), ElementsAre("one two", "three", "four"));
}

TEST(Wrap, ALineMayFillTheWidthExactly) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
}

TEST(Wrap, PrefixesCountAndDiffer) {
  EXPECT_THAT(wrap("aa bb cc", 7, "- ", "  "), ElementsAre("- aa bb", "  cc"));
}

TEST(Wrap, AWordLongerThanALineIsKeptWholeOnItsOwnLine) {
  EXPECT_THAT(wrap("a 2001:db8:1:2:3:4:5:6 b", 8), ElementsAre("a", "2001:db8:1:2:3:4:5:6", "b"));
}

TEST(Wrap, APrefixThatFillsTheLineDoesNotLoopForever) {
  EXPECT_THAT(wrap("a b", 2, "long prefix ", "x"), ElementsAre("long prefix a", "xb"));
}

TEST(Wrap, NothingGivesNoLine) {
  EXPECT_THAT(wrap("", 80), IsEmpty());
  EXPECT_THAT(wrap("   ", 80, "- "), IsEmpty());
}

TEST(Wrap, RunsOfSpacesBecomeOne) { EXPECT_THAT(wrap("  a   b ", 80), ElementsAre("a b")); }

TEST(Wrap, APercentSignStaysWithItsNumber) {
  EXPECT_THAT(wrap("lost 32.8 %, all", 9), ElementsAre("lost", "32.8 %,", "all"));
  EXPECT_THAT(wrap(" % x", 9), ElementsAre("% x"));
}

TEST(Wrap, CodePointsCountAndNotBytes) {
  EXPECT_EQ(display_width("größe"), 5u);
  EXPECT_THAT(wrap("ää öö üü", 5), ElementsAre("ää öö", "üü"));
}

}  // namespace
}  // namespace mtuscope
