#include "probes/probe_tag.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace mtuscope {
namespace {

ProbeTags counting_tags() {
  return ProbeTags([next = uint64_t{0x1122334455667788}]() mutable { return next++; });
}

TEST(ProbeTagTest, IsMagicIdAndRandomBytes) {
  ProbeTags tags = counting_tags();
  std::array<uint8_t, kTagBytes> payload{};
  tags.write(3, payload);
  const std::array<uint8_t, kTagBytes> expected = {'m',  't',  'u',  'p',  0,    0,    0,    3,
                                                   0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88};
  EXPECT_EQ(payload, expected);
}

TEST(ProbeTagTest, MatchesWhatWasWrittenAndNothingElse) {
  ProbeTags tags = counting_tags();
  std::vector<uint8_t> payload(100);
  tags.write(0, payload);
  tags.write(5, payload);
  EXPECT_EQ(tags.match(payload), ProbeId{5});
  for (size_t i = 0; i < kTagBytes; ++i) {
    std::vector<uint8_t> forged = payload;
    forged[i] ^= 1;
    EXPECT_EQ(tags.match(forged), std::nullopt) << i;
  }
  payload.resize(kTagBytes - 1);
  EXPECT_EQ(tags.match(payload), std::nullopt);
  EXPECT_EQ(tags.match({}), std::nullopt);
}

TEST(ProbeTagTest, AnIdThatWasNeverSentMatchesNothing) {
  ProbeTags tags = counting_tags();
  std::vector<uint8_t> payload(kTagBytes);
  tags.write(5, payload);
  EXPECT_FALSE(tags.may_be(4, {}));
  EXPECT_FALSE(tags.may_be(6, {}));
  EXPECT_TRUE(tags.may_be(5, {}));
  EXPECT_TRUE(tags.may_be(5, std::span(payload).first(7)));
}

// A tunnel that compresses would carry a packet of zeros in a small one.
TEST(ProbeTagTest, TheFillingDoesNotRepeat) {
  ProbeTags tags = counting_tags();
  std::vector<uint8_t> payload(1400);
  tags.write(0, payload);
  std::array<int, 256> seen{};
  for (const uint8_t byte : payload) ++seen[byte];
  EXPECT_LT(*std::ranges::max_element(seen), 30);
}

TEST(ProbeTagTest, TheSystemGivesRandomNumbers) {
  ProbeTags tags;
  EXPECT_NE(tags.random(), tags.random());
}

}  // namespace
}  // namespace mtuscope
