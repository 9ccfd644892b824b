// From the name that a user typed to addresses.

#ifndef MTUSCOPE_PROBES_RESOLVE_H_
#define MTUSCOPE_PROBES_RESOLVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/address.h"
#include "capture/error.h"

namespace mtuscope {

struct ResolvedAddress {
  IpAddress address;
  uint32_t scope = 0;  // interface index of a link-local address
};

// The first address of each family, in the system's order of preference (RFC 6724); only of
// `family` when that is given. Never empty. Throws Error kNotFound; kUsage where an address is that
// of no single host: multicast, 255.255.255.255, 0.0.0.0, ::.
std::vector<ResolvedAddress> resolve(const std::string& host, std::optional<IpFamily> family);

// `kind`: "a multicast address", or what only a route tells:
inline constexpr std::string_view kSubnetBroadcast = "the broadcast address of a subnet";
Error not_one_host(const IpAddress& address, std::string_view kind);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_RESOLVE_H_
