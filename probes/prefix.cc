#include "probes/prefix.h"

#include <algorithm>
#include <charconv>

namespace mtuscope {
namespace {

IpAddress masked(const IpAddress& address, uint8_t length) {
  IpAddress block = address;
  for (size_t i = 0; i < block.bytes.size(); ++i) {
    const int bits = std::clamp(length - static_cast<int>(i * 8), 0, 8);
    block.bytes[i] &= static_cast<uint8_t>(0xff00 >> bits);
  }
  return block;
}

}  // namespace

bool IpPrefix::contains(const IpAddress& other) const {
  return other.family == address.family && masked(other, length) == masked(address, length);
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const uint8_t most = address_bits(address->family);
  if (slash == std::string_view::npos) return IpPrefix{*address, most};
  const std::string_view digits = text.substr(slash + 1);
  uint8_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length > most) {
    return std::nullopt;
  }
  return IpPrefix{*address, length};
}

std::string to_string(const IpPrefix& prefix) {
  if (prefix.length == 0) return "default";
  return to_string(masked(prefix.address, prefix.length)) + '/' + std::to_string(prefix.length);
}

}  // namespace mtuscope
