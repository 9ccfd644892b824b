#include "capture/address.h"

#include <arpa/inet.h>

#include <algorithm>

namespace mtuscope {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  // inet_pton wants a terminated string; nothing longer than this is an address.
  std::array<char, INET6_ADDRSTRLEN> buffer;
  if (text.size() >= buffer.size()) return std::nullopt;
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), buffer.begin());
  buffer[text.size()] = '\0';

  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, buffer.data(), bytes.data()) == 1) return from_v4(bytes.data());
  if (inet_pton(AF_INET6, buffer.data(), bytes.data()) == 1) return from_v6(bytes.data());
  return std::nullopt;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer;
  const int family = address.family == IpFamily::kIPv4 ? AF_INET : AF_INET6;
  inet_ntop(family, address.bytes.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::string to_string(const Endpoint& endpoint) {
  const std::string address = to_string(endpoint.address);
  const std::string port = std::to_string(endpoint.port);
  if (endpoint.address.family == IpFamily::kIPv4) return address + ":" + port;
  return "[" + address + "]:" + port;
}

}  // namespace mtuscope
