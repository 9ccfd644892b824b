// The wire format between `mtuscope probe --method reflector` and `mtuscope reflect`; the rules
// stand in docs/reflect.md. Every message is one UDP datagram that begins with these 64 bytes; what
// follows is filler, which only makes it as large as it has to be. Numbers are big-endian.
//
//   offset  bytes
//        0     16  tag (probe_tag.h): "mtup", the message's number, 8 random bytes. The client
//                  chooses it, whatever answers repeats it.
//       16      1  version
//       17      1  type
//       18      2  size of an IP packet; what it means depends on the type
//       20      4  time: seconds since 1970 UTC, modulo 2^32; only of the client's messages
//       24     16  MAC: keyed hash of the whole datagram, with zeros in this place
//       40     24  body; what it means depends on the type
//
// The first 40 bytes are the same in all versions, so that a version can be refused.

#ifndef MTUSCOPE_PROBES_REFLECT_MESSAGE_H_
#define MTUSCOPE_PROBES_REFLECT_MESSAGE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/keyed_hash.h"
#include "probes/probe_tag.h"

namespace mtuscope {

inline constexpr uint16_t kReflectPort = 8899;  // as in RFC 8899; UDP
inline constexpr uint8_t kReflectVersion = 1;
inline constexpr size_t kReflectHeaderBytes = 64;
// The key of everybody who has none: the MAC is then a checksum.
inline constexpr SecretKey kNoKey{};

// Types of a reflector have the highest bit set. Nobody answers those, so that there are no loops.
enum class ReflectType : uint8_t {
  kProbe = 0x01,      // body: cookie. Answered with kAck.
  kRequest = 0x02,    // size: of the packet that is wanted; body: cookie. Answered with kReply.
  kChallenge = 0x81,  // body: the cookie to use from now on. The message was not answered.
  kAck = 0x82,        // size: as received; body: the largest fragment, 0 when it came whole
  kReply = 0x83,      // of the size that was asked for; body: a mark, for the reflector itself
  kPtb = 0x84,        // size: the MTU that a PTB named, 0 unknown; body: who sent it
  kRefusal = 0x85,    // body: why
};

constexpr bool is_request(ReflectType type) {
  return type == ReflectType::kProbe || type == ReflectType::kRequest;
}

using MessageTag = std::array<uint8_t, kTagBytes>;
using MessageBody = std::array<uint8_t, kReflectHeaderBytes - 40>;

struct ReflectHeader {
  MessageTag tag{};
  uint8_t version = kReflectVersion;
  ReflectType type{};
  IpSize size;  // up to 65535
  uint32_t time = 0;
  MessageBody body{};

  uint32_t number() const;  // of the tag
};

// nullopt: shorter than the header, or no tag of ours. Types and versions may be unknown ones.
std::optional<ReflectHeader> read_header(std::span<const uint8_t> datagram);
// Writes everything but the MAC. `datagram` holds at least the header.
void write_header(const ReflectHeader& header, std::span<uint8_t> datagram);

// The MAC of a datagram that is otherwise complete. It holds at least the header.
void seal(std::span<uint8_t> datagram, const SecretKey& key);
bool is_sealed(std::span<const uint8_t> datagram, const SecretKey& key);

// ---- Bodies -----------------------------------------------------------------------------------

// What a reflector hands to whoever receives at an address, to prove it with.
struct Cookie {
  Timestamp issued;  // by the reflector's clock, which means nothing to others
  HashTag hash{};
  friend bool operator==(const Cookie&, const Cookie&) = default;
};
MessageBody body_of(const Cookie& cookie);
Cookie read_cookie(const MessageBody& body);

MessageBody body_of(IpSize fragment);
IpSize read_fragment(const MessageBody& body);

MessageBody body_of(const HashTag& mark);
HashTag read_mark(const MessageBody& body);

// An IPv4 address stands there mapped to IPv6 (RFC 4291 2.5.5.2).
MessageBody body_of(const IpAddress& reporter);
IpAddress read_reporter(const MessageBody& body);

enum class RefusalReason : uint8_t {
  kVersion = 1,  // size: the highest version that it speaks
  kKey = 2,      // it has no key, so it answers only who uses none
};
MessageBody body_of(RefusalReason reason);
RefusalReason read_reason(const MessageBody& body);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECT_MESSAGE_H_
