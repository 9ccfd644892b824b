#include "probes/keyed_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace mtuscope {
namespace {

TEST(KeyedHashTest, DependsOnTheKeyAndOnEveryByte) {
  const SecretKey key = random_key();
  const std::array<uint8_t, 3> message = {1, 2, 3}, other = {1, 2, 4};
  EXPECT_TRUE(same_tag(keyed_hash(key, {message}), keyed_hash(key, {message})));
  EXPECT_FALSE(same_tag(keyed_hash(key, {message}), keyed_hash(key, {other})));
  EXPECT_FALSE(same_tag(keyed_hash(key, {message}), keyed_hash(random_key(), {message})));
}

// `printf abc | openssl mac -macopt hexkey:00..1f -macopt size:16 BLAKE2BMAC`
TEST(KeyedHashTest, IsBlake2bOfRfc7693) {
  SecretKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  const std::array<uint8_t, 2> first = {'a', 'b'};
  const std::array<uint8_t, 1> second = {'c'};
  const HashTag expected = {0x1a, 0x64, 0xbe, 0x47, 0xe4, 0x72, 0x9d, 0x95,
                            0x1c, 0x30, 0x2e, 0xe5, 0x43, 0xf9, 0x7c, 0xf3};
  EXPECT_EQ(keyed_hash(key, {first, second}), expected);
}

TEST(KeyedHashTest, AKeyIsWhatWgGenpskWrites) {
  const auto key = parse_key(" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
  ASSERT_TRUE(key);
  for (size_t i = 0; i < key->size(); ++i) EXPECT_EQ((*key)[i], i);
}

TEST(KeyedHashTest, AnythingElseIsNoKey) {
  for (const std::string text :
       {"", "\n", "AAEC", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= x", "PrivateKey = AAECAwQ="}) {
    EXPECT_FALSE(parse_key(text)) << text;
  }
}

}  // namespace
}  // namespace mtuscope
