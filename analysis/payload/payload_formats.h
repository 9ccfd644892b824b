// The formats that payload_kind() knows, one file a family. Each function answers with what the
// payload begins with, or nullopt where it is not certainly one of its formats. Bytes that were not
// captured contradict nothing; those that were must all agree.

#ifndef MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_FORMATS_H_
#define MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_FORMATS_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "capture/wire_bytes.h"

namespace mtuscope {

// The ports of the segment: most formats without a magic number are only looked for on their own.
struct PayloadPorts {
  uint16_t src = 0, dst = 0;

  bool from(std::initializer_list<uint16_t> ports) const { return contains(ports, src); }
  bool to(std::initializer_list<uint16_t> ports) const { return contains(ports, dst); }
  bool either(std::initializer_list<uint16_t> ports) const { return from(ports) || to(ports); }

 private:
  static bool contains(std::initializer_list<uint16_t> ports, uint16_t port) {
    for (const uint16_t p : ports) {
      if (p == port) return true;
    }
    return false;
  }
};

using PayloadKind = std::optional<std::string>;

// TLS records (RFC 5246, RFC 8446): tls_payload.cc.
PayloadKind tls_payload(const WireBytes& bytes);
// SSH's first packets, before encryption (RFC 4253): ssh_payload.cc.
PayloadKind ssh_payload(const WireBytes& bytes);
// What begins with a line of text: HTTP, SIP, mail and FTP greetings, Redis: text_payload.cc.
PayloadKind text_payload(const WireBytes& bytes, PayloadPorts ports);
// PostgreSQL, MySQL, SQL Server, MongoDB: database_payload.cc.
PayloadKind database_payload(const WireBytes& bytes, PayloadPorts ports);
// Kerberos, LDAP, SMB, NFS, RDP: what a domain's hosts speak: domain_payload.cc.
PayloadKind domain_payload(const WireBytes& bytes, PayloadPorts ports);
// DNS, BGP and brokers: the other binary ones: binary_payload.cc.
PayloadKind binary_payload(const WireBytes& bytes, PayloadPorts ports);

// The bytes at `offset` that were captured, at most `count`, as characters.
inline std::string_view text_at(const WireBytes& bytes, size_t offset, size_t count) {
  if (offset >= bytes.captured()) return {};
  const size_t captured = bytes.captured() - offset;
  return {reinterpret_cast<const char*>(bytes.data()) + offset,
          captured < count ? captured : count};
}

// Whether all of `wanted` was captured at `offset`.
inline bool has_text(const WireBytes& bytes, size_t offset, std::string_view wanted) {
  return text_at(bytes, offset, wanted.size()) == wanted;
}

inline bool is_printable_ascii(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_FORMATS_H_
