// Where the MTU of a tunnel or of a PPP link is set.

#include <fmt/format.h>

#include "analysis/advice/fix_writer.h"

namespace mtuscope {

namespace {

constexpr const char* kWireGuard = "wg0";

// "MTU = 1420" when the old value is known, or else what to do with the line.
std::string line_before(const FixTarget& target, const std::string& setting) {
  if (target.now.bytes == 0) return "remove the line again";
  return fmt::format("{}{}", setting, target.now.bytes);
}

}  // namespace

Fix fix_wg_quick(const FixTarget& target) {
  const std::string name = interface_or(target, kWireGuard);
  return {"", place(target, fmt::format("[Interface] of {}.conf", name)),
          fmt::format("MTU = {}", target.mtu.bytes), line_before(target, "MTU = ")};
}

// systemd.netdev(5): MTUBytes= of [NetDev] has no effect for tun and tap; theirs is systemd.network
// (5), [Link].
Fix fix_networkd(const FixTarget& target) {
  const std::string name = interface_or(target, kWireGuard);
  const bool tun = name.starts_with("tun") || name.starts_with("tap");
  const std::string where =
      tun ? fmt::format("the .network file of {}, then networkctl reload", name)
          : fmt::format("the .netdev file of {}; it counts when the interface is made anew", name);
  return {"", place(target, where),
          fmt::format("{}\nMTUBytes={}", tun ? "[Link]" : "[NetDev]", target.mtu.bytes),
          line_before(target, "MTUBytes=")};
}

Fix fix_network_manager(const FixTarget& target) {
  const std::string name = interface_or(target, kWireGuard);
  const auto commands = [&](uint32_t mtu) {
    return fmt::format("nmcli connection modify {0} wireguard.mtu {1}\nnmcli connection up {0}",
                       name, mtu);
  };
  return {"", place(target, ""), commands(target.mtu.bytes), commands(0)};  // 0: automatic
}

Fix fix_nixos(const FixTarget& target) {
  const std::string name = interface_or(target, kWireGuard);
  return {"",
          place(target,
                "configuration.nix (networking.wireguard.interfaces, where that module is used), "
                "then nixos-rebuild switch"),
          fmt::format("networking.wg-quick.interfaces.{}.mtu = {};", name, target.mtu.bytes),
          "remove the line again, then nixos-rebuild switch"};
}

Fix fix_tailscale(const FixTarget& target) {
  return {
      "",
      place(target, "/etc/default/tailscaled, then systemctl restart tailscaled (a debug knob)"),
      fmt::format("TS_DEBUG_MTU={}", target.mtu.bytes),
      "remove the line again, then systemctl restart tailscaled"};
}

Fix fix_gluetun(const FixTarget& target) {
  return {"", place(target, "the container's environment, then recreate it"),
          fmt::format("WIREGUARD_MTU={}", target.mtu.bytes), line_before(target, "WIREGUARD_MTU=")};
}

// openvpn(8): `mssfix N mtu` counts the outer packet with its IP and UDP headers; `tun-mtu` must be
// the same at both ends.
Fix fix_openvpn(const FixTarget& target) {
  return {"", place(target, "server.conf and client.conf (mssfix alone helps TCP at one end)"),
          fmt::format("tun-mtu {}\nmssfix {} mtu", target.mtu.bytes,
                      target.mtu.bytes + target.overhead),
          "remove the lines again (tun-mtu 1500 and mssfix 1492 mtu are the defaults)"};
}

Fix fix_pppd(const FixTarget& target) {
  const std::string name = interface_or(target, "ppp0");
  return {"", place(target, fmt::format("the peer's file in /etc/ppp/peers, for {}", name)),
          fmt::format("mtu {0}\nmru {0}", target.mtu.bytes), "remove the lines again"};
}

}  // namespace mtuscope
