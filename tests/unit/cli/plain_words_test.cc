#include "cli/plain_words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mtuscope {
namespace {

TEST(PlainWords, NumbersAreGrouped) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(12345678), "12,345,678");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(PlainWords, OneIsSingular) {
  EXPECT_EQ(count_words(0, "flow"), "0 flows");
  EXPECT_EQ(count_words(1, "flow"), "1 flow");
  EXPECT_EQ(count_words(1200, "flow"), "1,200 flows");
}

TEST(PlainWords, BytesUseDecimalUnits) {
  EXPECT_EQ(byte_words(1), "1 byte");
  EXPECT_EQ(byte_words(999), "999 bytes");
  EXPECT_EQ(byte_words(4242), "4.2 kB");
  EXPECT_EQ(byte_words(999'999), "1.0 MB");
  EXPECT_EQ(byte_words(1'300'000'000), "1.3 GB");
}

TEST(PlainWords, ASentenceHasACapitalAndAFullStop) {
  EXPECT_EQ(sentence("packets vanish"), "Packets vanish.");
  EXPECT_EQ(sentence("path-MTU black hole"), "Path-MTU black hole.");
  EXPECT_EQ(sentence("It is so."), "It is so.");
  EXPECT_EQ(sentence("10.9.0.2 sent it"), "10.9.0.2 sent it.");
  EXPECT_EQ(sentence("wg0 is too large"), "wg0 is too large.");
  EXPECT_EQ(sentence(""), "");
}

TEST(PlainWords, ChanceIsOddsWithTwoDigits) {
  EXPECT_EQ(chance_words(2.1e-6), "1 in 480,000");
  EXPECT_EQ(chance_words(0.001), "1 in 1,000");
  EXPECT_EQ(chance_words(0.04), "1 in 25");
  EXPECT_EQ(chance_words(4.7e-7), "1 in 2.1 million");
  EXPECT_EQ(chance_words(1e-8), "1 in 100 million");
  EXPECT_EQ(chance_words(1e-11), "1 in 100 billion");
  EXPECT_EQ(chance_words(1.001e-9), "1 in 1 billion");
}

TEST(PlainWords, ChanceAtItsEnds) {
  EXPECT_EQ(chance_words(0), "less than 1 in a trillion");
  EXPECT_EQ(chance_words(1e-300), "less than 1 in a trillion");
  EXPECT_EQ(chance_words(0.5), "50 %");
  EXPECT_EQ(chance_words(1), "100 %");
  EXPECT_EQ(chance_words(std::nan("")), "unknown");
}

TEST(PlainWords, ABracketIsDrawnWithWhatIsUnknownInIt) {
  EXPECT_EQ(bracket_picture({IpSize{435}, IpSize{1420}}),
            "delivered up to 435 | 436-1419 unknown | lost from 1420");
  EXPECT_EQ(bracket_picture({IpSize{1391}, IpSize{1393}}),
            "delivered up to 1391 | 1392 unknown | lost from 1393");
  EXPECT_EQ(bracket_picture({IpSize{1392}, IpSize{1393}}), "delivered up to 1392 | lost from 1393");
  EXPECT_EQ(bracket_picture({IpSize{1420}, std::nullopt}),
            "delivered up to 1420 | larger was never tested");
  EXPECT_EQ(bracket_picture({std::nullopt, IpSize{1420}}), "smaller unknown | lost from 1420");
  EXPECT_EQ(bracket_picture({}), "");
}

TEST(PlainWords, ABracketInASentence) {
  EXPECT_EQ(bracket_words({IpSize{435}, IpSize{1420}}), "435 <= path MTU < 1420");
  EXPECT_EQ(bracket_words({IpSize{1392}, IpSize{1393}}), "path MTU 1392");
  EXPECT_EQ(bracket_words({IpSize{1420}, std::nullopt}), "path MTU at least 1420");
  EXPECT_EQ(bracket_words({std::nullopt, IpSize{1420}}), "path MTU below 1420");
  EXPECT_EQ(bracket_words({}), "path MTU unknown");
}

TEST(PlainWords, FramesBecomeADisplayFilter) {
  EXPECT_EQ(frame_filter({}), "");
  EXPECT_EQ(frame_filter({{7}}), "frame.number == 7");
  EXPECT_EQ(frame_filter({{7}, {11}, {12}}), "frame.number in {7, 11, 12}");
  EXPECT_EQ(frame_filter({{7}, {11}, {12}, {13}, {20}}), "frame.number in {7, 11..13, 20}");
}

TEST(PlainWords, EveryKindHasATitle) {
  for (int kind = 0; kind <= static_cast<int>(FindingKind::kCaptureQuality); ++kind) {
    const std::string_view text = title(static_cast<FindingKind>(kind));
    EXPECT_FALSE(text.empty());
    EXPECT_NE(text, to_string(static_cast<FindingKind>(kind)));
  }
}

}  // namespace
}  // namespace mtuscope
