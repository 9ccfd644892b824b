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
    a.set_v4(network_order);
    return a;
  }
  static IpAddress from_v6(const uint8_t* network_order) {
    IpAddress a;
    std::memcpy(a.bytes.data(), network_order, 16);
    a.family = IpFamily::kIPv6;
    return a;
  }
  // Becomes an IPv4 address. Writes whole words in place: to build a value and copy it makes the
  // processor wait for narrow stores before the wide load, which was a third of decoding.
  void set_v4(const uint8_t* network_order) {
    uint32_t value;
    std::memcpy(&value, network_order, 4);
    const std::array<uint32_t, 2> low{value, 0};
    std::memcpy(bytes.data(), &low, 8);
    std::memset(bytes.data() + 8, 0, 8);
    family = IpFamily::kIPv4;
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
