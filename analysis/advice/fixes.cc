#include "analysis/advice/fixes.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "analysis/advice/fix_writer.h"
#include "analysis/report/spelling.h"

namespace mtuscope {

namespace {

struct Writer {
  SystemInfo info;
  Fix (*write)(const FixTarget& target);
};

constexpr std::array kWriters = {
    Writer{{System::kWgQuick, "wg-quick", "wireguard wg", "wg-quick"}, fix_wg_quick},
    Writer{{System::kNetworkd, "networkd", "systemd-networkd systemd", "systemd-networkd"},
           fix_networkd},
    Writer{{System::kNetworkManager, "networkmanager", "nmcli nm", "NetworkManager"},
           fix_network_manager},
    Writer{{System::kNixos, "nixos", "nix", "NixOS"}, fix_nixos},
    Writer{{System::kTailscale, "tailscale", "tailscaled", "Tailscale"}, fix_tailscale},
    Writer{{System::kGluetun, "gluetun", "", "gluetun"}, fix_gluetun},
    Writer{{System::kOpenVpn, "openvpn", "ovpn", "OpenVPN"}, fix_openvpn},
    Writer{{System::kPppd, "pppd", "pppoe ppp", "pppd"}, fix_pppd},
    Writer{{System::kDockerDefault, "docker", "docker0 dockerd", "Docker, default bridge"},
           fix_docker_default},
    Writer{{System::kDockerNetworks, "docker-networks", "docker-network", "Docker, new networks"},
           fix_docker_networks},
    Writer{{System::kCompose, "compose", "docker-compose", "Docker Compose"}, fix_compose},
    Writer{{System::kPodman, "podman", "", "podman"}, fix_podman},
    Writer{{System::kCilium, "cilium", "", "Cilium"}, fix_cilium},
    Writer{{System::kCalico, "calico", "", "Calico"}, fix_calico},
    Writer{{System::kFlannel, "flannel", "", "flannel"}, fix_flannel},
    Writer{{System::kIpLink, "ip-link", "iproute2 ip linux", "at once, until the next restart"},
           fix_ip_link},
    Writer{{System::kRoute, "ip-route", "route", "the sender's route"}, fix_route},
    Writer{{System::kNftables, "nftables", "nft", "nftables"}, fix_nftables},
    Writer{{System::kIptables, "iptables", "ip6tables", "iptables"}, fix_iptables},
    Writer{{System::kTcpMtuProbing, "tcp-mtu-probing", "sysctl probing", "safety net"},
           fix_tcp_mtu_probing},
    Writer{{System::kWindows, "windows", "netsh", "Windows"}, fix_windows},
    Writer{{System::kMacos, "macos", "ifconfig darwin mac", "macOS"}, fix_macos},
};

const std::vector<SystemInfo>& infos() {
  static const std::vector<SystemInfo> all = [] {
    std::vector<SystemInfo> list;
    for (const Writer& writer : kWriters) list.push_back(writer.info);
    return list;
  }();
  return all;
}

}  // namespace

std::span<const SystemInfo> systems() { return infos(); }

const SystemInfo* find_system(std::string_view name) {
  const auto found = std::ranges::find_if(
      infos(), [&](const SystemInfo& s) { return is_spelled(name, s.name, s.aliases); });
  return found == infos().end() ? nullptr : &*found;
}

Fix write_fix(System system, const FixTarget& target) {
  const auto writer =
      std::ranges::find_if(kWriters, [&](const Writer& w) { return w.info.system == system; });
  assert(writer != kWriters.end());
  Fix fix = writer->write(target);
  fix.system = writer->info.title;
  return fix;
}

bool is_interface_name(std::string_view name) {
  constexpr size_t kLongest = 15;
  constexpr std::string_view kOthers = "._-@";
  return !name.empty() && name.size() <= kLongest && name.front() != '-' &&
         std::ranges::all_of(name, [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kOthers.find(c) != std::string_view::npos;
         });
}

std::string interface_or(const FixTarget& target, const char* placeholder) {
  return is_interface_name(target.interface) ? target.interface : placeholder;
}

std::string place(const FixTarget& target, const std::string& where) {
  if (target.who.empty()) return where;
  return where.empty() ? target.who : where + ", " + target.who;
}

}  // namespace mtuscope
