// SSH until its encryption begins: version line and key exchange (RFC 4253). The list of algorithms
// (KEXINIT) is often the first packet of a connection that is larger than a tunnel's MTU.

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

constexpr uint32_t kMaxPacket = 35000;  // RFC 4253 6.1
constexpr size_t kPacketHeader = 6;     // length 4, padding length 1, message number 1

enum Message : uint8_t {
  kKexInit = 20,
  kKexInitKey = 30,  // KEXDH_INIT, KEX_ECDH_INIT: RFC 4253 8, RFC 5656 4
  kKexReply = 31,    // KEXDH_REPLY, KEX_ECDH_REPLY
};

bool is_name_list(std::string_view names) {
  for (const char c : names) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') ||
                         std::string_view("-@.,_").find(c) != std::string_view::npos;
    if (!allowed) return false;
  }
  return true;
}

// RFC 4253 7.1: a cookie of 16 bytes, then the first of ten lists of names.
bool is_kex_init(const WireBytes& body) {
  if (!body.has(20)) return false;  // the cookie is random: without a list nothing is certain
  const uint32_t length = body.be32(16);
  return length > 0 && length < kMaxPacket && body.has(24) &&
         is_name_list(text_at(body, 20, length));
}

// One string, which fills the packet: the client's key.
bool is_kex_key(const WireBytes& body, uint32_t payload) {
  return body.has(4) && body.be32(0) >= 32 && body.be32(0) + 4 == payload;
}

// The server's host key comes first, and begins with its algorithm's name.
bool is_kex_reply(const WireBytes& body, uint32_t payload) {
  if (!body.has(12)) return false;
  const uint32_t key = body.be32(0), name = body.be32(4);
  return key < payload && name > 0 && name < 64 && name < key &&
         is_name_list(text_at(body, 8, name));
}

// RFC 4253 6: packet_length excludes itself; at least 4 bytes of padding fill up to 8.
PayloadKind packet(const WireBytes& bytes) {
  if (!bytes.has(kPacketHeader)) return std::nullopt;
  const uint32_t length = bytes.be32(0);
  const uint8_t padding = bytes.u8(4);
  if (length > kMaxPacket || (length + 4) % 8 != 0 || padding < 4 || padding + 2u > length) {
    return std::nullopt;
  }
  const uint32_t payload = length - padding - 2;  // without the message number
  const WireBytes body = bytes.after(kPacketHeader).with_length(payload);
  switch (bytes.u8(5)) {
    case kKexInit:
      if (is_kex_init(body)) return "SSH algorithm offer (KEXINIT)";
      break;
    case kKexInitKey:
      if (is_kex_key(body, payload)) return "SSH key exchange, the client's key";
      break;
    case kKexReply:
      if (is_kex_reply(body, payload)) return "SSH key exchange, the server's reply";
      break;
    default:
      break;
  }
  return std::nullopt;
}

}  // namespace

PayloadKind ssh_payload(const WireBytes& bytes) {
  if (!has_text(bytes, 0, "SSH-2.0-") && !has_text(bytes, 0, "SSH-1.99-")) return packet(bytes);
  const std::string_view line = text_at(bytes, 0, 255);  // RFC 4253 4.2
  const size_t end = line.find('\n');
  if (end == std::string_view::npos) return "SSH version line";
  const bool offer = packet(bytes.after(static_cast<uint32_t>(end + 1))).has_value();
  return offer ? "SSH version line and algorithm offer (KEXINIT)" : "SSH version line";
}

}  // namespace mtuscope
