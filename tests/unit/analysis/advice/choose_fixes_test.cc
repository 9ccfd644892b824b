#include "analysis/advice/choose_fixes.h"

#include <gmock/gmock.h>

namespace mtuscope {
namespace {

using testing::ElementsAreArray;
using testing::HasSubstr;

std::vector<std::string> systems_for(const char* src, const char* dst, const char* interface,
                                     uint16_t link_type = 101) {
  Finding f;
  f.src = *IpAddress::parse(src);
  f.dst = *IpAddress::parse(dst);
  InterfaceInfo info{.name = {}, .link_type = link_type};
  if (*interface != 0) info.name = interface;
  const LinkFacts link = link_facts(*f.src, *f.dst, info, IpSize{1420});
  std::vector<std::string> names;
  for (const Fix& fix : choose_fixes(f, link, IpSize{1380})) names.push_back(fix.system);
  return names;
}

TEST(ChooseFixes, FollowsWhatTheInterfaceAndTheAddressesShow) {
  constexpr uint16_t kEthernet = 1;
  const char* const once = "at once, until the next restart";
  const char* const net = "safety net";
  const char* const route = "the sender's route";
  struct Case {
    const char *src, *dst, *interface;
    uint16_t link_type;
    std::vector<std::string> systems;
  };
  const Case cases[] = {
      {"10.9.0.2", "10.9.0.1", "wg0", 101, {"wg-quick", once, route, net}},
      {"10.9.0.2", "10.9.0.1", "tun0", 101, {"OpenVPN", once, route, net}},
      {"10.9.0.2", "10.9.0.1", "gre1", 101, {once, route, net}},
      {"100.64.0.1", "100.64.0.2", "tailscale0", 101, {"Tailscale", route, net}},
      // Through an exit node or a subnet router: it forwards for hosts that are not in the tailnet.
      {"100.64.0.1", "192.0.2.9", "tailscale0", 101, {"nftables", "Tailscale", net}},
      {"192.0.2.1", "203.0.113.1", "ppp0", 101, {"nftables", "pppd", net}},
      {"192.0.2.1", "203.0.113.1", "eth0", kEthernet, {"nftables", route, net}},
      {"172.17.0.2",
       "203.0.113.1",
       "eth0",
       kEthernet,
       {"nftables", route, "Docker, default bridge", net}},
      {"172.17.0.2",
       "203.0.113.1",
       "docker0",
       kEthernet,
       {"Docker, default bridge", "nftables", net}},
      {"172.18.0.2",
       "203.0.113.1",
       "br-0123456789ab",
       kEthernet,
       {"Docker Compose", "Docker, new networks", "nftables", net}},
      {"10.88.0.2", "203.0.113.1", "podman0", kEthernet, {"podman", "nftables", net}},
      {"10.0.1.2", "10.0.2.2", "cilium_host", kEthernet, {"Cilium", "nftables", net}},
      {"10.0.1.2", "10.0.2.2", "cali0123456789a", kEthernet, {"Calico", "nftables", net}},
      {"10.0.1.2", "10.0.2.2", "flannel.1", kEthernet, {"flannel", "nftables", net}},
  };
  for (const Case& c : cases) {
    EXPECT_THAT(systems_for(c.src, c.dst, c.interface, c.link_type), ElementsAreArray(c.systems))
        << c.interface;
  }
}

TEST(ChooseFixes, ATunnelNeedsBothEndsAndTheSenderComesFirst) {
  Finding f;
  f.src = *IpAddress::parse("10.9.0.2");
  f.dst = *IpAddress::parse("10.9.0.1");
  const LinkFacts link = link_facts(*f.src, *f.dst, {.name = "wg0", .link_type = 101}, {});
  EXPECT_THAT(choose_fixes(f, link, IpSize{1380})[0].where,
              HasSubstr("on 10.9.0.2 and on 10.9.0.1: both ends need it"));
}

TEST(ChooseFixes, WhoHasHealedHimselfNeedsNoSafetyNet) {
  Finding f;
  f.src = *IpAddress::parse("10.9.0.2");
  f.dst = *IpAddress::parse("10.9.0.1");
  f.recovered = Recovery{};
  const LinkFacts link = link_facts(*f.src, *f.dst, {.name = "wg0", .link_type = 101}, {});
  for (const Fix& fix : choose_fixes(f, link, IpSize{1380})) EXPECT_NE(fix.system, "safety net");
}

}  // namespace
}  // namespace mtuscope
