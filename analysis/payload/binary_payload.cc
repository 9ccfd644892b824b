// DNS over TCP, BGP, MQTT and AMQP.

#include <algorithm>

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

// RFC 1035 4.2.2 (length before the message), 4.1.1 (header), 4.1.2 (question).
PayloadKind dns(const WireBytes& bytes, PayloadPorts ports) {
  if (!ports.either({53}) || !bytes.has(14)) return std::nullopt;
  const uint16_t length = bytes.be16(0), flags = bytes.be16(4);
  const bool answer = (flags & 0x8000u) != 0;
  const unsigned opcode = flags >> 11 & 0xfu;
  constexpr unsigned kReserved = 0x40;  // Z: RFC 4035 3.1.6 took the two bits beside it
  if (length < 17 || opcode > 6 || (flags & kReserved) != 0) return std::nullopt;
  if (bytes.be16(6) > 1 || (bytes.be16(6) == 0 && !answer)) return std::nullopt;  // questions
  if (answer != ports.from({53})) return std::nullopt;
  // A record takes 11 bytes or more, and has to find room.
  const uint32_t records = uint32_t{bytes.be16(8)} + bytes.be16(10) + bytes.be16(12);
  if (12 + records * 11 > length) return std::nullopt;

  // The type of the question, behind its name.
  size_t at = 14;
  while (bytes.has(at + 1) && bytes.u8(at) != 0 && bytes.u8(at) < 64) at += 1 + bytes.u8(at);
  if (bytes.be16(6) == 1 && bytes.has(at + 1) && bytes.u8(at) != 0) return std::nullopt;
  constexpr uint16_t kIxfr = 251, kAxfr = 252;
  const uint16_t type = bytes.be16(6) == 1 && bytes.has(at + 3) ? bytes.be16(at + 1) : 0;
  if (type == kAxfr || type == kIxfr) return answer ? "DNS zone transfer" : "DNS zone request";
  return answer ? "DNS answer" : "DNS query";
}

// RFC 4271 4.1: 16 bytes of ones, length, type. RFC 8654 allows messages of 65535 bytes.
PayloadKind bgp(const WireBytes& bytes, PayloadPorts ports) {
  constexpr size_t kMarker = 16, kHeader = 19;
  if (!ports.either({179}) || !bytes.has(kHeader)) return std::nullopt;
  const auto marker = bytes.span().first(kMarker);
  if (!std::ranges::all_of(marker, [](uint8_t b) { return b == 0xff; })) return std::nullopt;
  const uint16_t length = bytes.be16(kMarker);
  if (length < kHeader) return std::nullopt;
  switch (bytes.u8(kMarker + 2)) {
    case 1:
      return length >= 29 ? PayloadKind("BGP OPEN") : std::nullopt;
    case 2:
      return length >= 23 ? PayloadKind("BGP UPDATE") : std::nullopt;
    case 3:
      return length >= 21 ? PayloadKind("BGP NOTIFICATION") : std::nullopt;
    case 4:
      return length == 19 ? PayloadKind("BGP KEEPALIVE") : std::nullopt;
    case 5:
      return length >= 23 ? PayloadKind("BGP ROUTE-REFRESH") : std::nullopt;
    default:
      return std::nullopt;
  }
}

// MQTT 3.1.1 3.1: type, remaining length (7 bits a byte), then the protocol's name as a string.
PayloadKind mqtt_connect(const WireBytes& bytes) {
  constexpr uint8_t kConnect = 0x10;
  if (!bytes.has(8) || bytes.u8(0) != kConnect) return std::nullopt;
  size_t at = 1;
  while (at < 4 && (bytes.u8(at) & 0x80u) != 0) ++at;
  constexpr std::string_view kName("\0\4MQTT", 6), kOldName("\0\6MQIsdp", 8);
  const bool named = has_text(bytes, at + 1, kName) || has_text(bytes, at + 1, kOldName);
  return named ? PayloadKind("MQTT connect") : std::nullopt;
}

PayloadKind amqp_header(const WireBytes& bytes) {
  // AMQP 0-9-1 4.2.2 and 1.0 2.2: the name and four small numbers.
  const bool versions = bytes.has(8) && bytes.u8(4) <= 3 && bytes.u8(5) <= 9 && bytes.u8(6) <= 9;
  return has_text(bytes, 0, "AMQP") && versions ? PayloadKind("AMQP protocol header")
                                                : std::nullopt;
}

}  // namespace

PayloadKind binary_payload(const WireBytes& bytes, PayloadPorts ports) {
  PayloadKind kind = dns(bytes, ports);
  if (!kind) kind = bgp(bytes, ports);
  if (!kind) kind = mqtt_connect(bytes);
  if (!kind) kind = amqp_header(bytes);
  return kind;
}

}  // namespace mtuscope
