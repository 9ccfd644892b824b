// TLS: the records of a segment, and the handshake messages in them that are not encrypted.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

constexpr size_t kRecordHeader = 5;     // type, version, length: RFC 8446 5.1
constexpr size_t kMessageHeader = 4;    // type, 24-bit length: RFC 8446 4
constexpr uint32_t kMaxRecord = 18432;  // 2^14 + 2048: RFC 5246 6.2.3; TLS 1.3 allows less
constexpr size_t kMaxListed = 4;

enum ContentType : uint8_t {
  kChangeCipherSpec = 20,
  kAlert = 21,
  kHandshake = 22,
  kApplicationData = 23,
};
bool is_content_type(uint8_t byte) { return byte >= kChangeCipherSpec && byte <= kApplicationData; }

constexpr uint8_t kClientHello = 1, kServerHello = 2, kCertificate = 11, kServerHelloDone = 14;

// IANA TLS HandshakeType; those that are seen unencrypted.
std::string_view message_name(uint8_t type) {
  switch (type) {
    case kClientHello:
      return "ClientHello";
    case kServerHello:
      return "ServerHello";
    case 4:
      return "NewSessionTicket";
    case kCertificate:
      return "Certificate";
    case 12:
      return "ServerKeyExchange";
    case 13:
      return "CertificateRequest";
    case kServerHelloDone:
      return "ServerHelloDone";
    case 15:
      return "CertificateVerify";
    case 16:
      return "ClientKeyExchange";
    case 22:
      return "CertificateStatus";
    default:
      return "";
  }
}

// Whether what was captured of a message agrees with its type. `record` is what is left of the
// record: only a large one is continued in the next (RFC 5246 6.2.1).
bool can_be_message(uint8_t type, const WireBytes& message, uint32_t record) {
  constexpr uint32_t kLongest = 1u << 18;  // more than any certificate chain
  constexpr uint32_t kOftenSplit = 2048;
  const uint32_t length = message.claimed();
  if (length > kLongest || (length + kMessageHeader > record && record < kOftenSplit)) return false;
  switch (type) {
    case kClientHello:
    case kServerHello:  // its version, a random, and three more fields
      return length >= 38 && (!message.has(2) || (message.u8(0) == 3 && message.u8(1) <= 3));
    case kCertificate:  // RFC 5246 7.4.2: a list with its length
      return length >= 3 && (!message.has(3) || message.be24(0) == length - 3);
    case kServerHelloDone:
      return length == 0;
    default:
      return length >= 4;
  }
}

// The extension block of a hello that was captured so far, empty where it does not get that far.
// RFC 8446 4.1.2 and 4.1.3: version 2, random 32, session id, then suites and compression methods
// (lists in a ClientHello, one of each in a ServerHello).
WireBytes extensions_of(const WireBytes& hello, bool client) {
  size_t at = 2 + 32;
  if (!hello.has(at + 1)) return {};
  at += 1 + size_t{hello.u8(at)};
  if (client) {
    if (!hello.has(at + 2)) return {};
    at += 2 + size_t{hello.be16(at)};
    if (!hello.has(at + 1)) return {};
    at += 1 + size_t{hello.u8(at)};
  } else {
    at += 2 + 1;
  }
  if (!hello.has(at + 2)) return {};
  const uint16_t length = hello.be16(at);
  return hello.after(static_cast<uint32_t>(at + 2)).with_length(length);
}

// What was captured of one extension's body; empty where it is not among those captured.
WireBytes extension(WireBytes extensions, uint16_t wanted) {
  while (extensions.has(4)) {
    const uint16_t type = extensions.be16(0), length = extensions.be16(2);
    if (type == wanted) return extensions.after(4).with_length(length);
    extensions = extensions.after(4u + length);
  }
  return {};
}

// IANA TLS Supported Groups: ML-KEM alone or with a curve, and the drafts before it.
bool is_post_quantum(uint16_t group) {
  return (group >= 0x0200 && group <= 0x0202) || (group >= 0x11eb && group <= 0x11ed) ||
         group == 0x6399 || group == 0x639a;
}

// RFC 8446 4.2.8: key shares are (group, length, key) after the length of the list.
bool offers_post_quantum_key(const WireBytes& hello) {
  constexpr uint16_t kKeyShare = 51;
  const WireBytes body = extension(extensions_of(hello, true), kKeyShare);
  if (!body.has(2)) return false;
  WireBytes shares = body.after(2);
  while (shares.has(4)) {
    if (is_post_quantum(shares.be16(0))) return true;
    shares = shares.after(4u + shares.be16(2));
  }
  return false;
}

// RFC 8446 4.1.3: a ServerHello of TLS 1.3 says 1.2, and 1.3 in its supported_versions. 0: unknown.
uint16_t negotiated_version(const WireBytes& hello) {
  constexpr uint16_t kSupportedVersions = 43;
  const WireBytes body = extension(extensions_of(hello, false), kSupportedVersions);
  if (body.has(2)) return body.be16(0);
  const bool whole = hello.captured() == hello.claimed();  // else it may be in what was cut off
  return whole ? hello.be16(0) : 0;
}

// Ciphertext and its tag are longer than the tag, and random behind an explicit nonce (RFC 5288 3),
// which is a counter and may be zeros: 5 zeros in 16 random bytes come once in 10^8.
bool can_be_encrypted(const WireBytes& body) {
  constexpr uint32_t kTag = 16, kNonce = 8;
  if (body.claimed() <= kTag) return false;
  const auto sample = body.after(kNonce).span();
  const auto some = sample.first(std::min<size_t>(sample.size(), 16));
  return std::ranges::count(some, 0) < 5;
}

std::string_view version_name(uint16_t version) {
  switch (version) {
    case 0x0301:
      return "TLS 1.0";
    case 0x0302:
      return "TLS 1.1";
    case 0x0303:
      return "TLS 1.2";
    case 0x0304:
      return "TLS 1.3";
    default:
      return "TLS";
  }
}

// Walks the records of a segment as far as they were captured and agree with the RFCs.
class TlsSegment {
 public:
  explicit TlsSegment(const WireBytes& bytes) {
    if (!walk(bytes)) names_.clear();
  }

  PayloadKind kind() const {
    if (names_.empty()) return std::nullopt;
    return fmt::format("{} {}", version_name(version_), fmt::join(names_, ", "));
  }

 private:
  bool walk(WireBytes rest) {
    while (names_.size() < kMaxListed && rest.has(kRecordHeader)) {
      if (!record(rest)) return false;
      rest = rest.after(static_cast<uint32_t>(kRecordHeader + rest.be16(3)));
    }
    // One byte suffices to see that what follows a record is none.
    return !rest.has(1) || is_content_type(rest.u8(0));
  }

  // False where this is no record, or none that can follow.
  bool record(const WireBytes& bytes) {
    const uint8_t type = bytes.u8(0);
    const uint16_t length = bytes.be16(3);
    if (bytes.u8(1) != 3 || bytes.u8(2) < 1 || bytes.u8(2) > 3 || length == 0 ||
        length > kMaxRecord)
      return false;
    const WireBytes body = bytes.after(kRecordHeader).with_length(length);
    switch (type) {
      case kChangeCipherSpec:
        if (length != 1 || (body.has(1) && body.u8(0) != 1)) return false;
        encrypted_ = true;
        return add("ChangeCipherSpec");
      case kAlert:
        // Short, hence never stuck alone, and too little to be sure of it.
        return !names_.empty() && add("alert");
      case kHandshake:
        return encrypted_ ? add("encrypted handshake") : messages(body, bytes.be16(1));
      case kApplicationData:
        if (!can_be_encrypted(body)) return false;
        // After its ServerHello, TLS 1.3 sends the rest of the handshake in such records.
        return add(version_ == 0x0304 ? "encrypted handshake" : "application data");
      default:
        return false;
    }
  }

  // False where the first byte begins no message: the middle of one, or an encrypted one.
  bool messages(WireBytes body, uint16_t record_version) {
    bool any = false;
    while (names_.size() < kMaxListed && body.has(kMessageHeader)) {
      const uint8_t type = body.u8(0);
      const uint32_t length = body.be24(1);
      const WireBytes message = body.after(kMessageHeader).with_length(length);
      if (message_name(type).empty() || !can_be_message(type, message, body.claimed())) return any;
      // A second ClientHello waits for a HelloRetryRequest (RFC 8446 4.1.2).
      if (type == kClientHello && !names_.empty()) return false;
      note(type, length, message, record_version);
      any = true;
      body = body.after(static_cast<uint32_t>(kMessageHeader + length));
    }
    return any;
  }

  void note(uint8_t type, uint32_t length, const WireBytes& message, uint16_t record_version) {
    if (type == kClientHello) {
      add(fmt::format("ClientHello ({} bytes{})", kMessageHeader + length,
                      offers_post_quantum_key(message) ? ", post-quantum key share" : ""));
      return;
    }
    // Below 1.3 the record says the version, and from 1.3 on only hellos are readable.
    version_ = type == kServerHello ? negotiated_version(message)
               : version_ == 0      ? record_version
                                    : version_;
    add(std::string(message_name(type)));
  }

  bool add(std::string name) {
    if (names_.empty() || names_.back() != name) names_.push_back(std::move(name));
    return true;
  }

  std::vector<std::string> names_;
  uint16_t version_ = 0;
  bool encrypted_ = false;
};

}  // namespace

PayloadKind tls_payload(const WireBytes& bytes) { return TlsSegment(bytes).kind(); }

}  // namespace mtuscope
