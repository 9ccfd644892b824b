#include "probes/reflect_message.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtuscope {
namespace {

ReflectHeader sample() {
  ReflectHeader header{.type = ReflectType::kRequest, .size = IpSize{1400}, .time = 0x01020304};
  header.tag = {'m', 't', 'u', 'p', 0, 0, 1, 2, 9, 8, 7, 6, 5, 4, 3, 2};
  header.body[0] = 0xaa;
  header.body[23] = 0xbb;
  return header;
}

TEST(ReflectMessageTest, StandsOnTheWireAsDocumented) {
  std::vector<uint8_t> datagram(64, 0xff);
  write_header(sample(), datagram);
  std::vector<uint8_t> expected = {'m', 't', 'u', 'p', 0, 0, 1,    2,    9, 8, 7, 6,
                                   5,   4,   3,   2,   1, 2, 0x05, 0x78, 1, 2, 3, 4};
  expected.resize(64, 0);  // the MAC is not written yet
  expected[40] = 0xaa;
  expected[63] = 0xbb;
  EXPECT_EQ(datagram, expected);
}

TEST(ReflectMessageTest, WhatWasWrittenIsRead) {
  std::vector<uint8_t> datagram(100);
  write_header(sample(), datagram);
  const auto header = read_header(datagram);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->tag, sample().tag);
  EXPECT_EQ(header->number(), 258u);
  EXPECT_EQ(header->type, ReflectType::kRequest);
  EXPECT_EQ(header->size, IpSize{1400});
  EXPECT_EQ(header->time, 0x01020304u);
  EXPECT_EQ(header->body, sample().body);
}

TEST(ReflectMessageTest, ShortOrForeignDatagramsAreNone) {
  std::vector<uint8_t> datagram(64);
  write_header(sample(), datagram);
  EXPECT_TRUE(read_header(datagram));
  EXPECT_FALSE(read_header(std::span(datagram).first(63)));
  EXPECT_FALSE(read_header({}));
  for (size_t i = 0; i < 4; ++i) {
    auto foreign = datagram;
    foreign[i] ^= 1;
    EXPECT_FALSE(read_header(foreign)) << i;
  }
}

TEST(ReflectMessageTest, TheMacCoversEveryByteAndTheLength) {
  const SecretKey key = random_key();
  std::vector<uint8_t> datagram(80);
  write_header(sample(), datagram);
  seal(datagram, key);
  EXPECT_TRUE(is_sealed(datagram, key));
  EXPECT_FALSE(is_sealed(datagram, kNoKey));
  for (size_t i = 0; i < datagram.size(); ++i) {
    auto changed = datagram;
    changed[i] ^= 0x10;
    EXPECT_FALSE(is_sealed(changed, key)) << i;
  }
  EXPECT_FALSE(is_sealed(std::span(datagram).first(79), key));
  datagram.push_back(0);
  EXPECT_FALSE(is_sealed(datagram, key));
}

TEST(ReflectMessageTest, BodiesAreReadAsWritten) {
  const Cookie cookie{.issued = {INT64_MIN + 5}, .hash = {1, 2, 3}};
  EXPECT_EQ(read_cookie(body_of(cookie)), cookie);
  EXPECT_EQ(read_fragment(body_of(IpSize{1396})), IpSize{1396});
  const HashTag mark = {4, 5, 6};
  EXPECT_EQ(read_mark(body_of(mark)), mark);
  for (const char* text : {"192.0.2.1", "2001:db8::1", "::1", "fe80::1"}) {
    const IpAddress address = IpAddress::parse(text).value();
    EXPECT_EQ(read_reporter(body_of(address)), address) << text;
  }
  EXPECT_EQ(read_reason(body_of(RefusalReason::kKey)), RefusalReason::kKey);
}

// What answers is never answered: that there are no loops rests on it.
TEST(ReflectMessageTest, NoAnswerIsARequest) {
  for (const auto type : {ReflectType::kChallenge, ReflectType::kAck, ReflectType::kReply,
                          ReflectType::kPtb, ReflectType::kRefusal}) {
    EXPECT_FALSE(is_request(type));
    EXPECT_NE(static_cast<uint8_t>(type) & 0x80, 0);
  }
}

}  // namespace
}  // namespace mtuscope
