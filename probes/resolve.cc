#include "probes/resolve.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace mtuscope {
namespace {

ResolvedAddress from(const addrinfo& entry) {
  if (entry.ai_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, entry.ai_addr, sizeof v6);
    return {IpAddress::from_v6(v6.sin6_addr.s6_addr), v6.sin6_scope_id};
  }
  sockaddr_in v4;
  std::memcpy(&v4, entry.ai_addr, sizeof v4);
  std::array<uint8_t, 4> bytes;
  std::memcpy(bytes.data(), &v4.sin_addr, 4);
  return {IpAddress::from_v4(bytes.data())};
}

// RFC 1122 3.2.1.3, RFC 5771, RFC 4291 2.5.2 and 2.7; empty for an address that a host may have.
// Which other addresses are those of a subnet's broadcast, its routes know.
std::string_view kind_of_no_host(const IpAddress& address) {
  const bool v4 = address.family == IpFamily::kIPv4;
  const auto all = [&](uint8_t value) {
    return std::all_of(address.bytes.begin(), address.bytes.begin() + (v4 ? 4 : 16),
                       [=](uint8_t byte) { return byte == value; });
  };
  if (all(0)) return "the unspecified address";
  if (v4 && all(0xff)) return "the broadcast address";
  const bool multicast = v4 ? (address.bytes[0] & 0xf0) == 0xe0 : address.bytes[0] == 0xff;
  return multicast ? "a multicast address" : "";
}

}  // namespace

Error not_one_host(const IpAddress& address, std::string_view kind) {
  return Error(ErrorKind::kUsage,
               fmt::format("{} is {}, not that of a host", to_string(address), kind),
               "A path leads to one host: give its own address, or its name.");
}

std::vector<ResolvedAddress> resolve(const std::string& host, std::optional<IpFamily> family) {
  addrinfo hints{};
  hints.ai_family = !family ? AF_UNSPEC : family == IpFamily::kIPv4 ? AF_INET : AF_INET6;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &list); error != 0) {
    if (!family) {
      throw Error(ErrorKind::kNotFound,
                  fmt::format("{} has no address: {}", host, gai_strerror(error)),
                  "Name a host, or give its address.");
    }
    const char version = *family == IpFamily::kIPv4 ? '4' : '6';
    throw Error(ErrorKind::kNotFound,
                fmt::format("{} has no IPv{} address: {}", host, version, gai_strerror(error)),
                fmt::format("Leave out -{}, or name another host.", version));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, freeaddrinfo);
  std::vector<ResolvedAddress> result;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const ResolvedAddress address = from(*entry);
    const std::string_view kind = kind_of_no_host(address.address);
    if (!kind.empty()) throw not_one_host(address.address, kind);
    const auto same_family = [&](const ResolvedAddress& known) {
      return known.address.family == address.address.family;
    };
    if (std::ranges::none_of(result, same_family)) result.push_back(address);
  }
  return result;
}

}  // namespace mtuscope
