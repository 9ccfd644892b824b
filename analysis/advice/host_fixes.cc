#include "analysis/advice/host_fixes.h"

#include <fmt/format.h>

namespace mtuscope {
namespace {

const char* ip_command(IpFamily family) { return family == IpFamily::kIPv4 ? "ip" : "ip -6"; }

}  // namespace

Fix fix_link_down(const std::string& interface) {
  return {"the interface", "on this host", fmt::format("ip link set dev {} up", interface),
          fmt::format("ip link set dev {} down", interface)};
}

Fix fix_tunnel_missing(const std::string& interface) {
  return {"wg-quick", "on this host", "wg-quick up " + interface, "wg-quick down " + interface};
}

// ip-rule(8): the lower priority is asked first.
Fix fix_diverted(const std::string& network, IpFamily family, uint32_t priority) {
  const std::string rule =
      fmt::format("to {} lookup main priority {}", network, priority > 0 ? priority - 1 : 0);
  return {"a rule before it", "on this host, until the next restart",
          fmt::format("{} rule add {}", ip_command(family), rule),
          fmt::format("{} rule del {}", ip_command(family), rule)};
}

// tailscale.com/kb/1103/exit-nodes, "local network access".
Fix fix_exit_node() {
  return {"Tailscale", "on this host, which uses an exit node",
          "tailscale set --exit-node-allow-lan-access=true",
          "tailscale set --exit-node-allow-lan-access=false"};
}

Fix fix_allowed_ips(const std::string& interface, const IpAddress& address) {
  const int length = address.family == IpFamily::kIPv4 ? 32 : 128;
  return {"wg-quick",
          fmt::format("[Peer] of {}.conf that has this address, on this host", interface),
          fmt::format("AllowedIPs = {}/{}", to_string(address), length), "remove the line again"};
}

Fix fix_path_cache(IpFamily family) {
  return {"the kernel's path MTU cache", "on this host",
          fmt::format("{} route flush cache", ip_command(family)),
          "nothing to take back: what is still true is learnt anew"};
}

// nft(8) "meta length", "ip length"; iptables-extensions(8) length, limit, hashlimit, connbytes.
Fix look_at_rules(const std::string& host, IpFamily family) {
  const char* save = family == IpFamily::kIPv4 ? "iptables-save" : "ip6tables-save";
  return {"its firewall", "on " + host + ", rules that drop by length or rate",
          fmt::format("nft list ruleset | grep -nE 'length|limit|quota'\n"
                      "{} -c | grep -E 'length|limit|connbytes'",
                      save),
          ""};
}

// A bridge drops what is larger than its port's MTU and tells nobody (Linux
// net/bridge/br_forward.c, net/core/dev.c, is_skb_forwardable).
Fix look_at_ports(const std::string& host) {
  return {"its interfaces, bridges and virtual ports",
          "on " + host + ", an MTU that is smaller than that of its network",
          "ip -d link show | grep -E ' mtu '", ""};
}

}  // namespace mtuscope
