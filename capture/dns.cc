#include "capture/dns.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "capture/wire_bytes.h"

namespace mtuscope {

namespace {

constexpr size_t kHeaderBytes = 12;
constexpr uint8_t kLongestLabel = 63;  // RFC 1035 2.3.4
constexpr size_t kLongestName = 255;   // RFC 1035 2.3.4, on the wire
constexpr size_t kShownName = 60;      // characters
constexpr uint16_t kPlainRoom = 512;   // RFC 1035 2.3.4
constexpr uint16_t kOptRecord = 41;    // RFC 6891 6.1.1
constexpr uint16_t kClassAny = 255, kClassChaos = 3, kClassHesiod = 4, kClassInternet = 1;

bool is_class(uint16_t value) {
  return value == kClassInternet || value == kClassChaos || value == kClassHesiod ||
         value == kClassAny || value == 254;  // NONE, RFC 2136
}

char shown(uint8_t byte) {
  if (byte >= 'A' && byte <= 'Z') return static_cast<char>(byte - 'A' + 'a');
  return byte > ' ' && byte < 0x7f && byte != '.' ? static_cast<char>(byte) : '?';
}

enum class Name { kWhole, kCut, kBad };

// The name at `at`, which is left behind it. Questions are never compressed by anybody.
Name read_name(std::span<const uint8_t> bytes, size_t& at, std::string& name) {
  const size_t begin = at;
  while (at < bytes.size()) {
    const uint8_t length = bytes[at++];
    if (length == 0) {
      if (name.empty()) name = ".";
      return Name::kWhole;
    }
    if (length > kLongestLabel || at - begin + length > kLongestName) return Name::kBad;
    if (!name.empty()) name += '.';
    const size_t end = std::min(at + length, bytes.size());
    for (; at < end; ++at) name += shown(bytes[at]);
  }
  return Name::kCut;
}

// FNV-1a.
uint32_t hash_of(std::string_view name, uint16_t type) {
  uint32_t hash = 2166136261u ^ type;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619u;
  return hash;
}

// RFC 6891 6.1.2: the additional record that every query with EDNS ends with.
uint16_t room_of(std::span<const uint8_t> bytes, size_t at, uint16_t additional) {
  if (additional == 0) return kPlainRoom;
  if (at + 5 > bytes.size()) return 0;
  if (bytes[at] != 0 || load_be16(&bytes[at + 1]) != kOptRecord) return kPlainRoom;
  return std::max(load_be16(&bytes[at + 3]), kPlainRoom);
}

}  // namespace

std::optional<DnsMessage> read_dns(std::span<const uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  const uint16_t flags = load_be16(&bytes[2]);
  const uint16_t questions = load_be16(&bytes[4]), answers = load_be16(&bytes[6]),
                 authority = load_be16(&bytes[8]), additional = load_be16(&bytes[10]);
  DnsMessage m;
  m.id = load_be16(bytes.data());
  m.response = flags & 0x8000;
  m.truncated = flags & 0x0200;
  m.rcode = flags & 0xf;
  const bool standard = (flags & 0x7840) == 0;  // opcode QUERY, and the reserved bit 0
  if (!standard || questions > 1 || (!m.response && questions != 1)) return std::nullopt;
  // An incremental transfer (RFC 1995) has one in the authority section.
  if (!m.response && (answers != 0 || authority > 1 || additional > 4)) return std::nullopt;
  if (questions == 0) return m;

  m.has_question = true;
  size_t at = kHeaderBytes;
  const Name name = read_name(bytes, at, m.name);
  if (name == Name::kBad) return std::nullopt;
  if (name == Name::kWhole && at + 4 <= bytes.size()) {
    m.type = load_be16(&bytes[at]);
    if (!is_class(load_be16(&bytes[at + 2]) & 0x7fff)) return std::nullopt;
    if (!m.response) m.room = room_of(bytes, at + 4, additional);
  }
  m.question_hash = hash_of(m.name, m.type);
  if (m.name.size() > kShownName) m.name = m.name.substr(0, kShownName) + "...";
  return m;
}

std::string dns_type_name(uint16_t type) {
  // https://www.iana.org/assignments/dns-parameters
  static constexpr std::array<std::pair<uint16_t, std::string_view>, 18> kNames{{
      {1, "A"},
      {2, "NS"},
      {5, "CNAME"},
      {6, "SOA"},
      {12, "PTR"},
      {15, "MX"},
      {16, "TXT"},
      {28, "AAAA"},
      {33, "SRV"},
      {35, "NAPTR"},
      {43, "DS"},
      {46, "RRSIG"},
      {48, "DNSKEY"},
      {52, "TLSA"},
      {64, "SVCB"},
      {65, "HTTPS"},
      {257, "CAA"},
      {255, "ANY"},
  }};
  const auto at = std::ranges::find(kNames, type, [](const auto& n) { return n.first; });
  return at == kNames.end() ? "TYPE" + std::to_string(type) : std::string(at->second);
}

}  // namespace mtuscope
