// Which of all fixes a situation calls for: first choice first, an alternative, and a safety net.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_CHOOSE_FIXES_H_
#define MTUSCOPE_ANALYSIS_ADVICE_CHOOSE_FIXES_H_

#include <vector>

#include "analysis/advice/fixes.h"
#include "analysis/advice/link_facts.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// For packets of `finding` (its src and dst) that leave through `link`, to have at most `mtu`.
std::vector<Fix> choose_fixes(const Finding& finding, const LinkFacts& link, IpSize mtu);
// Of these, those that set the MTU of the interface itself: for when the addresses at hand are
// those of its outer packets.
std::vector<Fix> choose_interface_fixes(const Finding& finding, const LinkFacts& link, IpSize mtu);

// Docker, podman, Kubernetes: one setting for all of a host's or cluster's containers.
bool configures_containers(System system);

// Where such an interface's MTU is usually set, and the alternative, when nothing suffers yet.
std::vector<System> usual_systems(const LinkFacts& link);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_CHOOSE_FIXES_H_
