#include "cli/printable.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Printable, OrdinaryTextStays) {
  EXPECT_EQ(printable("eth0.100@bond-1 ~/größe/日本.pcap 😀"),
            "eth0.100@bond-1 ~/größe/日本.pcap 😀");
}

TEST(Printable, EscapeSequencesLoseTheirPower) {
  EXPECT_EQ(printable("\x1b[2J\x1b]0;owned\x07"), "\\x1b[2J\\x1b]0;owned\\x07");
}

TEST(Printable, LineBreaksTabsAndDeleteAreControls) {
  EXPECT_EQ(printable("a\nb\r\tc\x7f"), "a\\x0ab\\x0d\\x09c\\x7f");
}

TEST(Printable, EightBitControlsAreEscapedInUtf8Too) {
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\xc2\\x9b31m");
}

TEST(Printable, TextThatReordersOrHidesIsShown) {
  EXPECT_EQ(printable("\u202eabc"), "\\xe2\\x80\\xaeabc");
  EXPECT_EQ(printable("a\u200bb"), "a\\xe2\\x80\\x8bb");
}

TEST(Printable, BytesThatAreNotUtf8AreShownOneByOne) {
  EXPECT_EQ(printable("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(printable("a\xc3"), "a\\xc3");                           // cut off
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // surrogate
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
}

TEST(Printable, AZeroByteDoesNotEndTheText) {
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a\\x00b");
}

}  // namespace
}  // namespace mtuscope
