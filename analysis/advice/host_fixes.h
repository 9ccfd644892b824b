// What to do on a host that is no size: an interface switched on, a routing rule, a cache emptied,
// rules to look at.
// Beside fixes.h, which has the systems where an MTU or MSS is set. People copy them; nothing here
// is ever executed by mtuscope.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_HOST_FIXES_H_
#define MTUSCOPE_ANALYSIS_ADVICE_HOST_FIXES_H_

#include <cstdint>
#include <string>

#include "analysis/report/report.h"
#include "capture/address.h"

namespace mtuscope {

Fix fix_link_down(const std::string& interface);

// A tunnel whose wg-quick file is there, and whose interface is not.
Fix fix_tunnel_missing(const std::string& interface);

// A rule takes packets to `network` ("172.17.0.0/16") elsewhere than the main table would:
// `priority` is its own.
Fix fix_diverted(const std::string& network, IpFamily family, uint32_t priority);
// The same where it is Tailscale's, for an exit node.
Fix fix_exit_node();

// No peer of a WireGuard interface has the address among its AllowedIPs.
Fix fix_allowed_ips(const std::string& interface, const IpAddress& address);

// A path MTU that the kernel has learnt and that is no longer true.
Fix fix_path_cache(IpFamily family);

// Where packets may be dropped by their length on the host that should receive them: its firewall's
// rules, and the interfaces behind the one that they came in by.
Fix look_at_rules(const std::string& host, IpFamily family);
Fix look_at_ports(const std::string& host);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_HOST_FIXES_H_
