#include "probes/keyed_hash.h"

#include <sodium.h>

#include "capture/error.h"

namespace mtuscope {
namespace {

// Chooses the implementation for this processor, once; harmless when it was done before.
void start_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (ready) return;
  throw Error(ErrorKind::kSystem, "libsodium can't be started: the system gives no random numbers",
              "Try again when the system has finished starting.");
}

}  // namespace

HashTag keyed_hash(const SecretKey& key, std::initializer_list<std::span<const uint8_t>> parts) {
  start_sodium();
  HashTag tag;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), tag.size());
  for (const auto part : parts) crypto_generichash_update(&state, part.data(), part.size());
  crypto_generichash_final(&state, tag.data(), tag.size());
  return tag;
}

bool same_tag(const HashTag& a, const HashTag& b) {
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

SecretKey random_key() {
  start_sodium();
  SecretKey key;
  randombytes_buf(key.data(), key.size());
  return key;
}

std::optional<SecretKey> parse_key(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return std::nullopt;
  text = text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
  SecretKey key;
  size_t length = 0;
  if (sodium_base642bin(key.data(), key.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      length != key.size()) {
    return std::nullopt;
  }
  return key;
}

}  // namespace mtuscope
