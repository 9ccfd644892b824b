#include "capture/dns.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtuscope {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes message(uint16_t flags, const Bytes& name, const Bytes& behind = {0, 1, 0, 1},
              uint8_t additional = 0, uint8_t answers = 0) {
  Bytes m{0x12,
          0x34,
          static_cast<uint8_t>(flags >> 8),
          static_cast<uint8_t>(flags),
          0,
          1,
          0,
          answers,
          0,
          0,
          0,
          additional};
  m.insert(m.end(), name.begin(), name.end());
  m.insert(m.end(), behind.begin(), behind.end());
  return m;
}

const Bytes kName{3, 'w', 'W', 'w', 3, 'l', 'a', 'b', 0};

TEST(Dns, AQueryNamesItsQuestion) {
  const auto m = read_dns(message(0x0100, kName));
  ASSERT_TRUE(m);
  EXPECT_FALSE(m->response);
  EXPECT_EQ(m->id, 0x1234);
  EXPECT_EQ(m->name, "www.lab") << "resolvers vary the case at random";
  EXPECT_EQ(dns_type_name(m->type), "A");
  EXPECT_EQ(m->room, 512) << "RFC 1035 2.3.4";
}

TEST(Dns, EdnsSaysHowMuchRoomThereIs) {
  // RFC 6891 6.1.2.
  const auto room = [](uint8_t high, uint8_t low) {
    return read_dns(message(0x0100, kName, {0, 28, 0, 1, 0, 0, 41, high, low, 0, 0, 0, 0, 0, 0}, 1))
        ->room;
  };
  EXPECT_EQ(room(0x10, 0x00), 4096);
  EXPECT_EQ(room(0x04, 0xd0), 1232);
  EXPECT_EQ(room(0, 0), 512) << "RFC 6891 6.2.3";
}

TEST(Dns, AnAnswerSaysWhetherItIsWhole) {
  const auto m = read_dns(message(0x8382, kName));
  ASSERT_TRUE(m);
  EXPECT_TRUE(m->response);
  EXPECT_TRUE(m->truncated);
  EXPECT_EQ(m->rcode, 2);
  EXPECT_EQ(m->question_hash, read_dns(message(0x0100, kName))->question_hash);
}

TEST(Dns, AnAnswerMayHaveNoQuestion) {
  const Bytes header{1, 2, 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  ASSERT_TRUE(read_dns(header));
  EXPECT_FALSE(read_dns(header)->has_question);
}

TEST(Dns, WhatIsNoStandardQueryIsRefused) {
  EXPECT_FALSE(read_dns({}));
  EXPECT_FALSE(read_dns(Bytes(11)));
  EXPECT_FALSE(read_dns(message(0x2100, kName))) << "NOTIFY";
  EXPECT_FALSE(read_dns(message(0x0140, kName))) << "reserved bit";
  EXPECT_FALSE(read_dns(message(0x0100, kName, {0, 1, 0, 77}))) << "no such class";
  EXPECT_FALSE(read_dns(message(0x0100, {0xc0, 12}))) << "a compressed question";
  EXPECT_FALSE(read_dns(message(0x0100, kName, {0, 1, 0, 1}, 0, 1))) << "a query with an answer";
  EXPECT_FALSE(read_dns(Bytes(200, 0xff)));
  Bytes endless(300, 1);
  EXPECT_FALSE(read_dns(message(0x0100, endless))) << "longer than any name";
}

TEST(Dns, ACutMessageIsReadAsFarAsItGoes) {
  const Bytes whole = message(0x0100, kName);
  for (size_t length = 12; length <= whole.size(); ++length) {
    const auto m = read_dns(std::span(whole).first(length));
    ASSERT_TRUE(m) << length;
    EXPECT_EQ(m->type != 0, length == whole.size());
  }
}

TEST(Dns, NamesAreHarmlessToShow) {
  EXPECT_EQ(read_dns(message(0x0100, {0}))->name, ".");
  EXPECT_EQ(read_dns(message(0x0100, {5, 0x1b, '[', '.', 0x80, 'x', 0}))->name, "?[??x");
  Bytes longest;
  for (int i = 0; i < 3; ++i) {
    longest.push_back(63);
    longest.insert(longest.end(), 63, 'a');
  }
  longest.push_back(0);
  const auto m = read_dns(message(0x0100, longest));
  EXPECT_LE(m->name.size(), 63u);
  EXPECT_TRUE(m->name.ends_with("..."));
  longest[100] = 'b';
  EXPECT_NE(read_dns(message(0x0100, longest))->question_hash, m->question_hash);
}

TEST(Dns, TypesWithoutANameAreNumbers) { EXPECT_EQ(dns_type_name(65'280), "TYPE65280"); }

}  // namespace
}  // namespace mtuscope
