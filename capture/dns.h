// What a DNS message over UDP says about itself (RFC 1035 4.1, RFC 6891 6.1): which question it is,
// and whether it answers it. Nothing else of its contents.

#ifndef MTUSCOPE_CAPTURE_DNS_H_
#define MTUSCOPE_CAPTURE_DNS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace mtuscope {

inline constexpr uint16_t kDnsPort = 53;

struct DnsMessage {
  uint16_t id = 0;
  bool response = false;
  bool truncated = false;  // TC: the whole answer did not fit
  uint8_t rcode = 0;
  bool has_question = false;  // answers to damaged queries may have none
  // The question; as far as it was captured. Letters are made small, since resolvers vary them at
  // random; what is not printable ASCII becomes '?', and long names end in "...".
  std::string name;
  uint16_t type = 0;           // 0 when it was not captured
  uint32_t question_hash = 0;  // of the whole name, without regard to case, and the type
  // UDP payload that a query allows its answer to have; 512 without EDNS. 0 where not captured.
  uint16_t room = 0;
};

// Nullopt where the payload is no standard query or answer to one. `payload` may be cut short.
std::optional<DnsMessage> read_dns(std::span<const uint8_t> payload);

// "A", "AAAA", "TYPE65280".
std::string dns_type_name(uint16_t type);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_DNS_H_
