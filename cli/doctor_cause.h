// What is wrong, of all that may be: one cause, the first that a careful engineer would mend. Pure
// functions of what was gathered.

#ifndef MTUSCOPE_CLI_DOCTOR_CAUSE_H_
#define MTUSCOPE_CLI_DOCTOR_CAUSE_H_

#include <cstdint>
#include <optional>

#include "cli/doctor_facts.h"

namespace mtuscope {

// The most urgent first: what comes later can't be told, or mended, before.
enum class Cause : uint8_t {
  kInterfaceDown,  // the interface with the target's network is switched off, or has no carrier
  kTunnelMissing,  // a wg-quick file sends the target through an interface that is not there
  kDiverted,       // a routing rule takes the packets into a tunnel, away from their own network
  kNoRoute,
  kNoPeer,            // no WireGuard peer has the target in its AllowedIPs
  kEndpointUnknown,   // its peer has no endpoint, or no route leads to it
  kNoHandshake,       // its peer never answered
  kNextHopSilent,     // gateway or host on the link answer no ARP, no neighbour discovery
  kUnreachable,       // somebody says so
  kDataFiltered,      // TCP opens, and then not even two bytes get through
  kLimit,             // a path MTU below the interface's, told or not
  kFragmentedTunnel,  // everything passes inside, but the outer packets only as fragments
  kStaleCache,        // the kernel remembers a path MTU smaller than what passes
  kServiceSilent,     // no answer to a SYN, though the host answers
  kServiceRefuses,    // RST to a SYN, or to the first bytes
  kUnclear,           // nothing answers, or too little to tell
  kKeptSmaller,       // a limit that connections from here keep to: nothing is wrong for them
  kNothing,
};

Cause find_cause(const DoctorFacts& facts, const TargetFacts& target);

// The target whose cause is the most urgent. A family without any route matters only when no other
// one has one.
const TargetFacts& decisive_target(const DoctorFacts& facts);

// An interface that is down, or without carrier, though the target lies in the network of one of
// its addresses, or was asked for by name; null when there is none.
const Link* down_link(const DoctorFacts& facts, const TargetFacts& target);

// The wg-quick file whose AllowedIPs have the target, more specifically than the route that is
// there, and whose interface is missing; null when there is none.
const WgQuickFile* missing_tunnel(const DoctorFacts& facts, const TargetFacts& target);

// What packets towards the tunnel's endpoint were seen to have room for, when that is exact.
std::optional<IpSize> underlay_mtu(const TargetFacts& target);

// Full-sized packets of the tunnel interface fit into what the path under it carries; true also
// where that is not known.
bool tunnel_fits(const TargetFacts& target);

// What keeps this host's connections below the limit that was measured.
struct Remedy {
  enum class Kind : uint8_t {
    kRoute,  // its MTU bounds what is sent, and the MSS that is announced (ip-route(8))
    kClamp,  // the MSS that the other end was seen to announce, or something made it announce
  };
  Kind kind;
  IpSize size;  // the largest packet that is sent
};

// nullopt: there is no limit, or nothing keeps to it. An MSS that the other end announces bounds
// the way there only.
std::optional<Remedy> remedy(const DoctorFacts& facts, const TargetFacts& target);

// The MTU that the kernel has learnt for this path, when it is smaller than the interface's.
std::optional<IpSize> cached_mtu(const TargetFacts& target);

bool goes_into_tunnel(const DoctorFacts& facts, const TargetFacts& target);
// Through tailscaled's interface.
bool is_tailscale(const TargetFacts& target);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_CAUSE_H_
