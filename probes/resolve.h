// From the name that a user typed to addresses.

#ifndef MTUSCOPE_PROBES_RESOLVE_H_
#define MTUSCOPE_PROBES_RESOLVE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/address.h"

namespace mtuscope {

struct ResolvedAddress {
  IpAddress address;
  uint32_t scope = 0;  // interface index of a link-local address
};

// The first address of each family, in the system's order of preference (RFC 6724); only of
// `family` when that is given. Never empty. Throws Error kNotFound.
std::vector<ResolvedAddress> resolve(const std::string& host, std::optional<IpFamily> family);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_RESOLVE_H_
