// What the hosts of a Windows or Kerberos domain say to each other: Kerberos over TCP, LDAP, SMB,
// RDP, and NFS. Logging in is where large packets are met first: tickets and directory answers.

#include <fmt/format.h>

#include <array>

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

// ---- ASN.1: an identifier, a length, a value (X.690 8.1)
// -----------------------------------------

struct Element {
  uint8_t tag = 0;
  uint32_t header = 0;  // bytes of identifier and length
  uint32_t length = 0;  // bytes of the value
};

std::optional<Element> element(const WireBytes& bytes) {
  if (!bytes.has(2)) return std::nullopt;
  const uint8_t first = bytes.u8(1);
  if (first < 0x80) return Element{bytes.u8(0), 2, first};
  const uint32_t octets = first & 0x7fu;
  if (octets == 0 || octets > 4 || !bytes.has(2 + octets)) return std::nullopt;
  uint32_t length = 0;
  for (uint32_t i = 0; i < octets; ++i) length = length << 8 | bytes.u8(2 + i);
  return Element{bytes.u8(0), 2 + octets, length};
}

// ---- Kerberos: RFC 4120 7.2.2 (length before the message), 5.10 (application tags) -------------

PayloadKind kerberos(const WireBytes& bytes, PayloadPorts ports) {
  if (!ports.either({88}) || !bytes.has(6)) return std::nullopt;
  const std::optional<Element> message = element(bytes.after(4));
  if (!message || message->header + message->length != bytes.be32(0)) return std::nullopt;
  const WireBytes value = bytes.after(4 + message->header);
  constexpr uint8_t kSequence = 0x30;
  if (value.has(1) && value.u8(0) != kSequence) return std::nullopt;
  switch (message->tag) {
    case 0x6a:
      return "Kerberos authentication request (AS-REQ)";
    case 0x6b:
      return "Kerberos authentication answer (AS-REP)";
    case 0x6c:
      return "Kerberos ticket request (TGS-REQ)";
    case 0x6d:
      return "Kerberos ticket answer (TGS-REP)";
    case 0x7e:
      return "Kerberos error";
    default:
      return std::nullopt;
  }
}

// ---- LDAP: RFC 4511 4.1.1 ----------------------------------------------------------------------

PayloadKind ldap(const WireBytes& bytes, PayloadPorts ports) {
  constexpr uint8_t kSequence = 0x30, kInteger = 0x02;
  if (!ports.either({389, 3268})) return std::nullopt;
  const std::optional<Element> message = element(bytes);
  if (!message || message->tag != kSequence) return std::nullopt;
  const WireBytes inside = bytes.after(message->header);
  const std::optional<Element> id = element(inside);
  if (!id || id->tag != kInteger || id->length < 1 || id->length > 4) return std::nullopt;
  const WireBytes operation = inside.after(id->header + id->length);
  const std::optional<Element> op = element(operation);
  // Controls may follow, nothing else.
  if (!op || id->header + id->length + op->header + op->length > message->length) {
    return std::nullopt;
  }
  switch (op->tag) {
    case 0x60:
      return "LDAP bind request";
    case 0x61:
      return "LDAP bind answer";
    case 0x63:
      return "LDAP search request";
    case 0x64:
      return "LDAP search entry";
    case 0x65:
      return "LDAP search completed";
    case 0x73:
      return "LDAP search referral";
    case 0x77:
      return "LDAP extended request";
    case 0x78:
      return "LDAP extended answer";
    default:
      return std::nullopt;
  }
}

// ---- SMB: MS-SMB2 2.1 (length before the message), 2.2.1 (header) ------------------------------

constexpr std::array<std::string_view, 19> kSmbCommands = {
    "negotiate", "session setup", "logoff",   "tree connect", "tree disconnect",
    "create",    "close",         "flush",    "read",         "write",
    "lock",      "ioctl",         "cancel",   "echo",         "query directory",
    "notify",    "query info",    "set info", "oplock break"};

PayloadKind smb(const WireBytes& bytes) {
  if (!bytes.has(8) || bytes.u8(0) != 0 || !has_text(bytes, 5, "SMB")) return std::nullopt;
  const uint32_t length = bytes.be24(1);
  switch (bytes.u8(4)) {
    case 0xff:
      return length >= 32 ? PayloadKind("SMB1 message") : std::nullopt;
    case 0xfd:
      return length >= 52 ? PayloadKind("SMB3 encrypted message") : std::nullopt;
    case 0xfc:
      return length >= 16 ? PayloadKind("SMB3 compressed message") : std::nullopt;
    case 0xfe:
      break;
    default:
      return std::nullopt;
  }
  const WireBytes header = bytes.after(4);
  // StructureSize is 64, little-endian like all that follows.
  if (length < 64 || (header.has(6) && header.be16(4) != 0x4000)) return std::nullopt;
  if (!header.has(20)) return "SMB2 message";
  const size_t command = header.u8(12) | size_t{header.u8(13)} << 8;
  if (command >= kSmbCommands.size()) return std::nullopt;
  constexpr uint8_t kFromServer = 1;
  return fmt::format("SMB2 {} {}", kSmbCommands[command],
                     (header.u8(16) & kFromServer) != 0 ? "answer" : "request");
}

// ---- RDP: TPKT (RFC 1006 6) around X.224 connection request and confirm ------------------------

PayloadKind rdp(const WireBytes& bytes, PayloadPorts ports) {
  constexpr uint8_t kTpkt = 3, kRequest = 0xe0, kConfirm = 0xd0;
  if (!ports.either({3389}) || !bytes.has(6)) return std::nullopt;
  const bool lengths_agree = bytes.be16(2) == bytes.u8(4) + 5u;
  if (bytes.u8(0) != kTpkt || bytes.u8(1) != 0 || !lengths_agree) return std::nullopt;
  if (bytes.u8(5) == kRequest) return "RDP connection request";
  if (bytes.u8(5) == kConfirm) return "RDP connection answer";
  return std::nullopt;
}

// ---- NFS: ONC RPC over TCP (RFC 5531 9, 11)
// ------------------------------------------------------

// Fragment length with its "last" bit, transaction, 0 (call) or 1 (reply), then for a call the RPC
// version 2 and the program, for a reply 0 (accepted).
PayloadKind nfs(const WireBytes& bytes, PayloadPorts ports) {
  constexpr uint32_t kProgram = 100003;
  if (!bytes.has(16) || (bytes.be32(0) & 0x80000000u) == 0) return std::nullopt;
  const uint32_t length = bytes.be32(0) & 0x7fffffffu;
  if (length < 24 || length > 1u << 22) return std::nullopt;
  const uint32_t direction = bytes.be32(8);
  if (direction == 0) {
    const bool call = bytes.has(20) && bytes.be32(12) == 2 && bytes.be32(16) == kProgram;
    return call ? PayloadKind("NFS call") : std::nullopt;
  }
  const bool reply = direction == 1 && bytes.be32(12) == 0 && ports.from({2049});
  return reply ? PayloadKind("NFS reply") : std::nullopt;
}

}  // namespace

PayloadKind domain_payload(const WireBytes& bytes, PayloadPorts ports) {
  PayloadKind kind = smb(bytes);
  if (!kind) kind = kerberos(bytes, ports);
  if (!kind) kind = ldap(bytes, ports);
  if (!kind) kind = rdp(bytes, ports);
  if (!kind) kind = nfs(bytes, ports);
  return kind;
}

}  // namespace mtuscope
