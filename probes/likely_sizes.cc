#include "probes/likely_sizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace mtuscope {
namespace {

struct Named {
  uint32_t bytes;
  std::string_view name;
};

// What carries the outermost IP packet, largest first.
constexpr std::array kLinks = {
    Named{9216, "9216-byte jumbo frames"},
    Named{9001, "AWS inside a region"},
    Named{9000, "jumbo frames"},
    Named{4352, "FDDI"},
    Named{1500, "Ethernet"},
    Named{1492, "PPPoE"},
    Named{1460, "Google Cloud"},
    Named{1400, "a vSwitch or VPN of 1400"},
};

// Bytes that an encapsulation adds to the inner IP packet.
constexpr std::array kEncapsulations = {
    Named{60, "WireGuard over IPv4"},
    Named{80, "WireGuard over IPv6"},
    Named{20, "IPIP, 6in4 or MAP-T"},
    Named{40, "DS-Lite or MAP-E"},
    Named{50, "VXLAN over IPv4"},
    Named{70, "VXLAN over IPv6"},
    Named{24, "GRE"},
    Named{38, "GRE carrying Ethernet"},
    Named{52, "OpenVPN over IPv4"},
    Named{72, "OpenVPN over IPv6"},
    Named{54, "IPsec AES-GCM"},
    Named{62, "IPsec AES-CBC or NAT-T AES-GCM"},
    Named{36, "GTP-U"},
    Named{4, "a VLAN tag or MPLS label"},
};

// Seen in the field, for many reasons.
constexpr std::array<uint32_t, 53> kSeen = {
    508,  552,  576,  1006, 1024, 1200, 1240, 1280, 1300, 1320, 1340, 1360, 1380, 1400,
    1410, 1412, 1420, 1430, 1436, 1438, 1440, 1442, 1446, 1450, 1452, 1454, 1458, 1460,
    1462, 1464, 1468, 1472, 1476, 1480, 1488, 1492, 1496, 1500, 1504, 1508, 1550, 1600,
    2000, 2002, 4000, 4352, 4470, 8000, 8500, 8896, 8951, 8981, 9192};

constexpr uint32_t kWireGuardPadding = 16;

// The largest packet inside a WireGuard tunnel whose padded form fits into `room` (FACTS: the
// plaintext is padded to 16 bytes).
constexpr uint32_t padded_room(uint32_t room) {
  return room / kWireGuardPadding * kWireGuardPadding;
}

}  // namespace

std::vector<IpSize> likely_sizes(IpSize max, LinkNature nature) {
  std::vector<IpSize> sizes;
  const auto add = [&](uint32_t bytes) {
    if (bytes <= max.bytes) sizes.push_back(IpSize{bytes});
  };
  add(max.bytes);
  for (const uint32_t bytes : kSeen) add(bytes);
  for (const Named& link : kLinks) add(link.bytes);
  if (nature == LinkNature::kWireGuard || nature == LinkNature::kTailscale) {
    for (const uint32_t outer : kSeen) {
      if (outer < 1000) continue;
      for (const uint32_t overhead : {60u, 80u}) add(padded_room(outer - overhead));
    }
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

std::string explain_size(IpSize size, LinkNature nature) {
  if (nature == LinkNature::kWireGuard) {
    for (const Named& link : kLinks) {
      for (const auto& [overhead, name] : {kEncapsulations[0], kEncapsulations[1]}) {
        if (padded_room(link.bytes - overhead) != size.bytes) continue;
        return fmt::format("{} on {} ({})", name, link.bytes, link.name);
      }
    }
    return {};
  }
  for (const Named& link : kLinks) {
    if (link.bytes == size.bytes) return std::string(link.name);
  }
  for (const Named& link : kLinks) {
    for (const Named& encapsulation : kEncapsulations) {
      if (link.bytes - encapsulation.bytes != size.bytes) continue;
      return fmt::format("{} on {} ({})", encapsulation.name, link.bytes, link.name);
    }
  }
  return {};
}

}  // namespace mtuscope
