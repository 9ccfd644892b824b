// From a bracket to numbers that can be set (DESIGN section 5).

#ifndef MTUSCOPE_ANALYSIS_RECOMMEND_H_
#define MTUSCOPE_ANALYSIS_RECOMMEND_H_

#include <optional>
#include <string>

#include "analysis/finding.h"
#include "analysis/report.h"

namespace mtuscope {

enum class LinkNature : uint8_t { kPlain, kTunnel, kWireGuard, kTailscale };

// What is known of the interface that the suffering packets leave through.
struct LinkFacts {
  LinkNature nature = LinkNature::kPlain;
  std::string name;                  // empty when the capture does not say
  IpSize mtu;                        // as its announced MSS says; 0 unknown
  std::optional<IpFamily> underlay;  // of the tunnel's outer packets, when they were seen
};

// Tells a tunnel interface from what a capture shows: its name, a link type without link header,
// the MTU behind the announced MSS, and the address ranges that Tailscale uses.
LinkFacts link_facts(const IpAddress& src, const IpAddress& dst, const InterfaceInfo& interface,
                     IpSize announced_mtu);

// For a finding with an upper bound.
Recommendation recommend(const Finding& finding, const LinkFacts& link);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_RECOMMEND_H_
