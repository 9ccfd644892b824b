// IP addresses and endpoints as plain values.

#ifndef MTUSCOPE_CAPTURE_ADDRESS_H_
#define MTUSCOPE_CAPTURE_ADDRESS_H_

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "capture/units.h"

namespace mtuscope {

// An IPv4 or IPv6 address in network byte order. An IPv4 address is held in the first 4 bytes, the
// rest zero, so that equality and hashing are those of the 17 bytes.
struct IpAddress {
  std::array<uint8_t, 16> bytes{};
  IpFamily family = IpFamily::kIPv4;

  static IpAddress from_v4(const uint8_t* network_order) {
    IpAddress a;
    std::memcpy(a.bytes.data(), network_order, 4);
    return a;
  }
  static IpAddress from_v6(const uint8_t* network_order) {
    IpAddress a;
    std::memcpy(a.bytes.data(), network_order, 16);
    a.family = IpFamily::kIPv6;
    return a;
  }
  // Dotted quad or RFC 4291 text; nullopt when it is neither.
  static std::optional<IpAddress> parse(std::string_view text);

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;
};

// "10.9.0.2", or RFC 5952 text for IPv6.
std::string to_string(const IpAddress& address);

struct Endpoint {
  IpAddress address;
  uint16_t port = 0;  // host byte order
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// "10.9.0.2:4096" or "[fd09::2]:4096".
std::string to_string(const Endpoint& endpoint);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_ADDRESS_H_
