// A block of addresses: "10.9.0.0/24".

#ifndef MTUSCOPE_PROBES_PREFIX_H_
#define MTUSCOPE_PROBES_PREFIX_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/address.h"

namespace mtuscope {

constexpr uint8_t address_bits(IpFamily family) { return family == IpFamily::kIPv4 ? 32 : 128; }

struct IpPrefix {
  IpAddress address;   // bits behind `length` may be set: an interface's own address with its net
  uint8_t length = 0;  // leading bits that count

  bool contains(const IpAddress& other) const;
  // "10.9.0.1/24"; without a length it is that address alone. nullopt when it is neither.
  static std::optional<IpPrefix> parse(std::string_view text);

  friend bool operator==(const IpPrefix&, const IpPrefix&) = default;
};

// "10.9.0.0/24", "default" for length 0: the block, without bits behind its length.
std::string to_string(const IpPrefix& prefix);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PREFIX_H_
