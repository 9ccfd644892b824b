#include "probes/firewall.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Firewall, NftRulesThatClampOrDropIcmpAreFoundWithTheirChain) {
  FirewallFacts facts;
  read_nft_ruleset(R"(table inet filter {
	chain forward {
		type filter hook forward priority filter; policy accept;
		tcp flags syn tcp option maxseg size set rt mtu
		ip saddr 10.0.0.0/8 drop
	}
	chain input {
		type filter hook input priority filter; policy drop;
		icmp type destination-unreachable drop
		icmpv6 type packet-too-big accept
	}
	chain output {
		type filter hook output priority filter; policy accept;
		icmp type echo-reply drop
	}
}
)",
                   facts);
  ASSERT_EQ(facts.clamps.size(), 1u);
  EXPECT_EQ(facts.clamps[0].where, "inet filter forward");
  EXPECT_EQ(facts.clamps[0].text, "tcp flags syn tcp option maxseg size set rt mtu");
  ASSERT_EQ(facts.icmp_drops.size(), 1u) << "what is dropped on its way out answers nobody";
  EXPECT_EQ(facts.icmp_drops[0].where, "inet filter input");
}

TEST(Firewall, IptablesRulesAreFoundWithTheirTable) {
  FirewallFacts facts;
  read_iptables_save(R"(*mangle
:FORWARD ACCEPT [0:0]
-A FORWARD -o wg0 -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu
COMMIT
*filter
-A INPUT -p icmp -j DROP
-A OUTPUT -p icmp -j DROP
-A INPUT -p tcp -j DROP
COMMIT
)",
                     facts);
  ASSERT_EQ(facts.clamps.size(), 1u);
  EXPECT_EQ(facts.clamps[0].where, "mangle FORWARD");
  ASSERT_EQ(facts.icmp_drops.size(), 1u);
  EXPECT_EQ(facts.icmp_drops[0].where, "filter INPUT");
}

TEST(Firewall, AnyTextIsSurvived) {
  FirewallFacts facts;
  for (const char* text :
       {"", "\n\n", "table", "table {", "chain x {\ntype ", "*", "-A ", "-A X"}) {
    read_nft_ruleset(text, facts);
    read_iptables_save(text, facts);
  }
  EXPECT_TRUE(facts.clamps.empty());
}

}  // namespace
}  // namespace mtuscope
