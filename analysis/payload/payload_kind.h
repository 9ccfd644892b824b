// What stuck bytes were: "TLS 1.3 ServerHello", "PostgreSQL authentication request". A person knows
// from it which step of which protocol hangs.
//
// Said only where the bytes themselves say so: a magic number, or lengths and types that agree with
// each other (on a registered port, where agreement alone would be too little). A segment from the
// middle of a stream begins with neither, and has no kind.

#ifndef MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_KIND_H_
#define MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_KIND_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mtuscope {

// What the payload at the beginning of a segment is, where its first bytes say so; nullopt
// otherwise. `payload` is what was captured of it: a short snaplen may have cut it anywhere.
//
// The text is a noun phrase of at most kMaxPayloadKind characters, made of words of our own and of
// numbers: nothing of the payload is repeated in it.
std::optional<std::string> payload_kind(std::span<const uint8_t> payload, uint16_t src_port,
                                        uint16_t dst_port);

inline constexpr size_t kMaxPayloadKind = 128;

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_PAYLOAD_PAYLOAD_KIND_H_
