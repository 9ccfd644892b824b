#include "analysis/advice/fixes.h"

#include <gmock/gmock.h>

namespace mtuscope {
namespace {

using testing::HasSubstr;

FixTarget target(const char* interface) {
  return {.interface = interface,
          .mtu = IpSize{1380},
          .now = IpSize{1420},
          .family = IpFamily::kIPv4,
          .who = "on both ends",
          .point_to_point = true,
          .dst = "10.9.0.1"};
}

// Every text that people copy, as it stands in the documentation of its system.
TEST(Fixes, AreWrittenAsTheirSystemsWantThem) {
  struct Case {
    System system;
    const char* interface;
    const char* change;
    const char* rollback;
  };
  const Case cases[] = {
      {System::kWgQuick, "wg0", "MTU = 1380", "MTU = 1420"},
      {System::kNetworkd, "wg0", "[NetDev]\nMTUBytes=1380", "MTUBytes=1420"},
      {System::kNetworkd, "tun0", "[Link]\nMTUBytes=1380", "MTUBytes=1420"},
      {System::kNetworkManager, "wg0",
       "nmcli connection modify wg0 wireguard.mtu 1380\nnmcli connection up wg0",
       "nmcli connection modify wg0 wireguard.mtu 0\nnmcli connection up wg0"},
      {System::kNixos, "wg0", "networking.wg-quick.interfaces.wg0.mtu = 1380;",
       "remove the line again, then nixos-rebuild switch"},
      {System::kTailscale, "tailscale0", "TS_DEBUG_MTU=1380",
       "remove the line again, then systemctl restart tailscaled"},
      {System::kGluetun, "tun0", "WIREGUARD_MTU=1380", "WIREGUARD_MTU=1420"},
      {System::kOpenVpn, "tun0", "tun-mtu 1380\nmssfix 1440 mtu",
       "remove the lines again (tun-mtu 1500 and mssfix 1492 mtu are the defaults)"},
      {System::kPppd, "ppp0", "mtu 1380\nmru 1380", "remove the lines again"},
      {System::kDockerDefault, "docker0", "{ \"mtu\": 1380 }",
       "remove \"mtu\" again, then systemctl restart docker"},
      {System::kDockerNetworks, "br-0123456789ab",
       "{ \"default-network-opts\": {\"bridge\": {\"com.docker.network.driver.mtu\": \"1380\"}} }",
       "remove \"default-network-opts\" again, then systemctl restart docker"},
      {System::kCompose, "br-0123456789ab",
       "networks:\n  default:\n    driver_opts:\n      com.docker.network.driver.mtu: \"1380\"",
       "remove the lines again, then docker compose down and docker compose up -d"},
      {System::kPodman, "podman0", "podman network create --opt mtu=1380 narrow",
       "podman network rm narrow"},
      // Its MTU is that of the network below.
      {System::kCilium, "cilium_host",
       "helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set MTU=1430",
       "helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set MTU=0"},
      {System::kCalico, "cali12345",
       "kubectl patch installation default --type merge -p "
       "'{\"spec\":{\"calicoNetwork\":{\"mtu\":1380}}}'",
       "kubectl patch installation default --type merge -p "
       "'{\"spec\":{\"calicoNetwork\":{\"mtu\":0}}}'"},
      // Its MTU is that of the outer packets.
      {System::kFlannel, "flannel.1", "\"Backend\": {\"Type\": \"vxlan\", \"MTU\": 1430}",
       "\"Backend\": {\"Type\": \"vxlan\"}"},
      {System::kIpLink, "wg0", "ip link set dev wg0 mtu 1380", "ip link set dev wg0 mtu 1420"},
      {System::kRoute, "wg0", "ip route replace 10.9.0.1 dev wg0 mtu 1380 advmss 1340",
       "ip route del 10.9.0.1"},
      {System::kRoute, "", "ip route replace 10.9.0.1 dev INTERFACE mtu 1380 advmss 1340",
       "ip route del 10.9.0.1"},
      {System::kNftables, "eth0",
       "nft add table inet mss_clamp\n"
       "nft 'add chain inet mss_clamp forward { type filter hook forward priority mangle; }'\n"
       "nft add rule inet mss_clamp forward meta nfproto ipv4 tcp flags syn tcp option maxseg size "
       "set 1340\n"
       "nft add rule inet mss_clamp forward meta nfproto ipv6 tcp flags syn tcp option maxseg size "
       "set 1320",
       "nft delete table inet mss_clamp"},
      {System::kIptables, "eth0",
       "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1340\n"
       "ip6tables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1320",
       "iptables -t mangle -D FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1340\n"
       "ip6tables -t mangle -D FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss 1320"},
      {System::kTcpMtuProbing, "eth0", "sysctl -w net.ipv4.tcp_mtu_probing=1",
       "sysctl -w net.ipv4.tcp_mtu_probing=0"},
      {System::kWindows, "wg0",
       "netsh interface ipv4 set subinterface \"wg0\" mtu=1380 store=persistent\n"
       "netsh interface ipv6 set subinterface \"wg0\" mtu=1380 store=persistent",
       "netsh interface ipv4 set subinterface \"wg0\" mtu=1420 store=persistent\n"
       "netsh interface ipv6 set subinterface \"wg0\" mtu=1420 store=persistent"},
      {System::kMacos, "utun4", "sudo ifconfig utun4 mtu 1380", "sudo ifconfig utun4 mtu 1420"},
  };
  std::vector<System> tested;
  for (const Case& c : cases) {
    const Fix fix = write_fix(c.system, target(c.interface));
    EXPECT_EQ(fix.change, c.change);
    EXPECT_EQ(fix.rollback, c.rollback) << c.change;
    EXPECT_THAT(fix.where, HasSubstr("on both ends")) << c.change;
    EXPECT_FALSE(fix.system.empty());
    tested.push_back(c.system);
  }
  for (const SystemInfo& s : systems()) EXPECT_THAT(tested, testing::Contains(s.system)) << s.name;
}

TEST(Fixes, ARouteThroughANetworkNeedsItsGateway) {
  FixTarget network = target("eth0");
  network.point_to_point = false;
  EXPECT_EQ(write_fix(System::kRoute, network).change,
            "ip route replace 10.9.0.1 via GATEWAY dev eth0 mtu 1380 advmss 1340");
  EXPECT_THAT(write_fix(System::kRoute, network).where,
              HasSubstr("GATEWAY as in: ip route get 10.9.0.1"));
  network.gateway = "192.0.2.1";
  EXPECT_EQ(write_fix(System::kRoute, network).change,
            "ip route replace 10.9.0.1 via 192.0.2.1 dev eth0 mtu 1380 advmss 1340");
}

TEST(Fixes, SystemsAreFoundByTheNamesThatPeopleUse) {
  EXPECT_EQ(find_system("wg-quick")->system, System::kWgQuick);
  EXPECT_EQ(find_system("nmcli")->system, System::kNetworkManager);
  EXPECT_EQ(find_system("nft")->system, System::kNftables);
  EXPECT_EQ(find_system("emacs"), nullptr);
}

// A capture file may claim any name for an interface; what is printed is copied into a root shell.
TEST(Fixes, OnlyNamesThatAKernelWouldGiveReachACommand) {
  for (const char* name : {"wg0", "br-0123456789ab", "eth0.100", "wg_a@b"}) {
    EXPECT_TRUE(is_interface_name(name)) << name;
  }
  for (const char* name : {"", "wg0; reboot", "$(reboot)", "-all", "a name", "wg0\n", "'",
                           "longer-than-15-b", "\\Device\\NPF_{1}"}) {
    EXPECT_FALSE(is_interface_name(name)) << name;
    FixTarget nameless = target("");
    for (const SystemInfo& s : systems()) {
      EXPECT_EQ(write_fix(s.system, target(name)).change, write_fix(s.system, nameless).change);
    }
  }
}

TEST(Fixes, WithoutTheOldValueTheRollbackDoesNotInventOne) {
  FixTarget unknown = target("wg0");
  unknown.now = IpSize{0};
  EXPECT_EQ(write_fix(System::kIpLink, unknown).rollback, "");
  EXPECT_EQ(write_fix(System::kWgQuick, unknown).rollback, "remove the line again");
}

}  // namespace
}  // namespace mtuscope
