// Rules of this host's packet filter that change MSS or drop ICMP. No interface but the tools of
// nftables and iptables shows them in words, so their output is read.

#ifndef MTUSCOPE_PROBES_FIREWALL_H_
#define MTUSCOPE_PROBES_FIREWALL_H_

#include <string>
#include <string_view>
#include <vector>

namespace mtuscope {

struct FirewallRule {
  std::string where;  // "inet filter forward", "mangle FORWARD"
  std::string text;   // the rule, as the tool writes it
};

struct FirewallFacts {
  std::vector<FirewallRule> clamps;      // set or clamp the MSS of SYNs
  std::vector<FirewallRule> icmp_drops;  // drop ICMP or ICMPv6, maybe the errors that matter
  std::string unseen;                    // why rules could not be read; empty: they were
};

// The output of `nft list ruleset`.
void read_nft_ruleset(std::string_view text, FirewallFacts& facts);
// The output of `iptables-save`.
void read_iptables_save(std::string_view text, FirewallFacts& facts);

// Runs both tools where they are installed. Needs CAP_NET_ADMIN; says so without.
FirewallFacts read_firewall();

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_FIREWALL_H_
