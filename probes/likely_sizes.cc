#include "probes/likely_sizes.h"

#include <algorithm>
#include <array>

#include "analysis/advice/known_link.h"

namespace mtuscope {
namespace {

// Seen in the field, for many reasons.
constexpr std::array<uint32_t, 54> kSeen = {
    508,  552,  576,  1006, 1024, 1200, 1240, 1280, 1300, 1320, 1340, 1360, 1380, 1400,
    1410, 1412, 1420, 1430, 1436, 1438, 1440, 1442, 1446, 1450, 1452, 1454, 1458, 1460,
    1462, 1464, 1468, 1472, 1476, 1480, 1488, 1492, 1496, 1500, 1504, 1508, 1550, 1600,
    2000, 2002, 4000, 4352, 4470, 8000, 8500, 8896, 8951, 8981, 9192, 9216};

// Nobody runs a tunnel over less.
constexpr uint32_t kLeastUnderlay = 1000;

}  // namespace

std::vector<IpSize> likely_sizes(IpSize max, const Encapsulation* tunnel) {
  std::vector<IpSize> sizes;
  const auto add = [&](IpSize size) {
    if (size.bytes > 0 && size <= max) sizes.push_back(size);
  };
  add(max);
  for (const uint32_t bytes : kSeen) add(IpSize{bytes});
  for (const KnownLink& link : known_links()) add(link.mtu);
  if (tunnel != nullptr && tunnel->padding_ends_at_mtu) {
    for (const uint32_t outer : kSeen) {
      if (outer < kLeastUnderlay) continue;
      for (const IpFamily family : {IpFamily::kIPv4, IpFamily::kIPv6}) {
        add(largest_inner(layer_of(*tunnel, family), IpSize{outer}, max));
      }
    }
  }
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

}  // namespace mtuscope
