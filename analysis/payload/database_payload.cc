// Databases. Their formats are types and lengths without magic numbers, so most are looked for on
// their own ports only, and the lengths must agree.

#include <algorithm>

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

// ---- PostgreSQL: PostgreSQL documentation, "Message Formats" ----------------------------------

// Without a type: int32 length, int32 code (a version, or one of the odd requests).
PayloadKind postgresql_startup(const WireBytes& bytes) {
  if (!bytes.has(8)) return std::nullopt;
  const uint32_t length = bytes.be32(0);
  switch (bytes.be32(4)) {
    case 80877102:
      return length == 16 ? PayloadKind("PostgreSQL cancel request") : std::nullopt;
    case 80877103:
      return length == 8 ? PayloadKind("PostgreSQL TLS request") : std::nullopt;
    case 80877104:
      return length == 8 ? PayloadKind("PostgreSQL GSSAPI request") : std::nullopt;
    case 0x30000:
    case 0x30002:
      break;  // the protocol's versions
    default:
      return std::nullopt;
  }
  // Names and values, each ended by a zero byte, and one more.
  const bool sane = length > 9 && length < 10000 && is_printable_ascii(text_at(bytes, 8, 4));
  return sane ? PayloadKind("PostgreSQL startup") : std::nullopt;
}

// Text of any encoding that is a superset of ASCII, or the zero bytes that end it.
bool is_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && std::string_view("\0\t\n\r", 4).find(c) == std::string_view::npos) ||
           byte == 0x7f;
  });
}

// 10 to 12 are SASL: mechanisms, a challenge, and the proof that ends it.
std::string authentication(uint32_t request) {
  return request == 0 || request == 12 ? "PostgreSQL authentication completed"
                                       : "PostgreSQL authentication request";
}

// int16 columns, then for each a name (text, zero byte) and 18 bytes; at least that long.
bool is_row_description(const WireBytes& body) {
  constexpr uint16_t kMaxColumns = 1664;
  if (!body.has(4)) return false;
  const uint16_t columns = body.be16(0);
  return columns > 0 && columns <= kMaxColumns && body.claimed() >= 2u + columns * 20u &&
         is_text(text_at(body, 2, 2));
}

// int16 columns, then for each int32 length (-1: null) and the value; together the whole message.
bool is_data_row(const WireBytes& body) {
  constexpr uint16_t kMaxColumns = 1664;
  if (!body.has(2)) return false;
  const uint16_t columns = body.be16(0);
  if (columns > kMaxColumns) return false;
  uint64_t at = 2;
  for (uint16_t i = 0; i < columns; ++i) {
    if (!body.has(at + 4)) return i > 0;  // cut; one column has to agree
    const uint32_t length = body.be32(at);
    at += 4u + (length == UINT32_MAX ? 0 : length);
    if (at > body.claimed()) return false;
  }
  return at == body.claimed();
}

// A query; or the name of a statement (often empty), a zero byte, and the query.
PayloadKind postgresql_from_client(char type, const WireBytes& body) {
  constexpr size_t kEnough = 24;
  const std::string_view beginning = text_at(body, 0, kEnough);
  if (beginning.size() < std::min<size_t>(body.claimed(), kEnough) || !is_text(beginning)) {
    return std::nullopt;
  }
  if (type == 'Q' && body.claimed() > 1) return "PostgreSQL query";
  if (type == 'P' && body.claimed() > 4) return "PostgreSQL statement";
  return std::nullopt;
}

PayloadKind postgresql_from_server(char type, const WireBytes& body) {
  const bool short_one = body.claimed() < 65536;
  switch (type) {
    case 'R':
      if (short_one && body.has(4) && body.be32(0) <= 12) return authentication(body.be32(0));
      break;
    case 'T':
      if (is_row_description(body)) return "PostgreSQL row description";
      break;
    case 'D':
      if (is_data_row(body)) return "PostgreSQL data row";
      break;
    case 'E':
      // Fields: a letter and a text each; the severity comes first.
      if (short_one && has_text(body, 0, "S")) return "PostgreSQL error";
      break;
    default:
      break;
  }
  return std::nullopt;
}

// char type, int32 length (of all but the type). Bytes of an encrypted stream look like this once
// in 2^8 packets if the length may be anything; 2^24 is more than any message worth a name.
PayloadKind postgresql(const WireBytes& bytes, PayloadPorts ports) {
  static constexpr std::initializer_list<uint16_t> kPorts = {5432, 5433, 6432};
  if (!ports.either(kPorts) || !bytes.has(5)) return std::nullopt;
  const uint32_t length = bytes.be32(1);
  if (length < 4 || length >= 1u << 24) return std::nullopt;
  const WireBytes body = bytes.after(5).with_length(length - 4);
  const char type = static_cast<char>(bytes.u8(0));
  return ports.to(kPorts) ? postgresql_from_client(type, body) : postgresql_from_server(type, body);
}

// ---- MySQL and MariaDB: protocol version 10 handshake ------------------------------------------

// 24-bit length (little-endian), sequence 0, version 10, the server's version as text.
PayloadKind mysql_greeting(const WireBytes& bytes) {
  if (!bytes.has(8) || bytes.u8(3) != 0 || bytes.u8(4) != 10) return std::nullopt;
  const uint32_t length = bytes.u8(0) | uint32_t{bytes.u8(1)} << 8 | uint32_t{bytes.u8(2)} << 16;
  const std::string_view text = text_at(bytes, 5, 80);
  const std::string_view version = text.substr(0, text.find('\0'));
  const bool number = version.size() > 2 && version[0] >= '1' && version[0] <= '9' &&
                      version.find('.') <= 2 && is_printable_ascii(version);
  return number && length > 40 && length < 1024 ? PayloadKind("MySQL greeting") : std::nullopt;
}

// ---- SQL Server: MS-TDS 2.2.3 (header), 2.2.6.5 (pre-login), 2.2.6.4 (login) --------------------

// Type, status (1: end of message), length (big-endian, with this header), channel, packet number,
// window 0. Pre-login is a list of (option, offset, length), the version first; a login begins with
// its own length (little-endian).
PayloadKind sql_server(const WireBytes& bytes, PayloadPorts ports) {
  constexpr uint8_t kLogin = 0x10, kPreLogin = 0x12, kEndOfMessage = 1;
  constexpr uint32_t kHeader = 8;
  if (!ports.to({1433}) || !bytes.has(kHeader + 5)) return std::nullopt;
  const uint16_t length = bytes.be16(2);
  if (bytes.u8(1) != kEndOfMessage || length < 20 || bytes.u8(7) != 0) return std::nullopt;
  const WireBytes body = bytes.after(kHeader);
  if (bytes.u8(0) == kPreLogin && body.u8(0) == 0 && body.be16(3) == 6) {
    return "SQL Server pre-login";
  }
  if (bytes.u8(0) == kLogin && __builtin_bswap32(body.be32(0)) == length - kHeader) {
    return "SQL Server login";
  }
  return std::nullopt;
}

// ---- MongoDB: wire protocol, "Standard Message Header" ----------------------------------------

// Little-endian: length, request, response to, operation.
PayloadKind mongodb(const WireBytes& bytes, PayloadPorts ports) {
  static constexpr std::initializer_list<uint16_t> kPorts = {27017, 27018, 27019};
  if (!ports.either(kPorts) || !bytes.has(16)) return std::nullopt;
  const auto le32 = [&](size_t at) { return __builtin_bswap32(bytes.be32(at)); };
  constexpr uint32_t kQuery = 2004, kCompressed = 2012, kMessage = 2013;
  const uint32_t operation = le32(12);
  const bool known = operation == kQuery || operation == kCompressed || operation == kMessage;
  if (!known || le32(0) < 20 || le32(0) > 48'000'000) return std::nullopt;
  return ports.from(kPorts) ? "MongoDB answer" : "MongoDB request";
}

}  // namespace

PayloadKind database_payload(const WireBytes& bytes, PayloadPorts ports) {
  PayloadKind kind = postgresql_startup(bytes);
  if (!kind) kind = postgresql(bytes, ports);
  if (!kind) kind = mysql_greeting(bytes);
  if (!kind) kind = sql_server(bytes, ports);
  if (!kind) kind = mongodb(bytes, ports);
  return kind;
}

}  // namespace mtuscope
