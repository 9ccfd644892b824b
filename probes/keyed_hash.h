// Keyed hashes, keys and their text form: the only place that knows libsodium.

#ifndef MTUSCOPE_PROBES_KEYED_HASH_H_
#define MTUSCOPE_PROBES_KEYED_HASH_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace mtuscope {

using SecretKey = std::array<uint8_t, 32>;
using HashTag = std::array<uint8_t, 16>;

// BLAKE2b (RFC 7693) with a 256-bit key and a 128-bit result, over the parts one behind the other.
// Whoever calls it makes sure that different meanings never give the same bytes.
HashTag keyed_hash(const SecretKey& key, std::initializer_list<std::span<const uint8_t>> parts);

// In a time that does not depend on where they differ.
bool same_tag(const HashTag& a, const HashTag& b);

// From the system's random numbers.
SecretKey random_key();

// A key as `wg genpsk` or `openssl rand -base64 32` write it: 32 bytes in Base64 (RFC 4648 4), with
// white space around it. nullopt when it is anything else.
std::optional<SecretKey> parse_key(std::string_view text);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_KEYED_HASH_H_
