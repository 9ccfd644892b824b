// What is set on a host or router, whatever the tunnel: interfaces, routes, and the MSS of the
// connections that it forwards.

#include <fmt/format.h>

#include <array>
#include <span>

#include "analysis/advice/fix_writer.h"

namespace mtuscope {

namespace {

constexpr const char* kAnyInterface = "INTERFACE";

std::string destination(const FixTarget& target) {
  return target.dst.empty() ? "DESTINATION" : target.dst;
}

// What the reader has to fill in, and where it stands; empty where nothing is left open.
std::string look_up_words(const FixTarget& target, bool gateway, bool interface) {
  if (target.dst.empty() || (!gateway && !interface)) return {};
  return fmt::format("{} as in: ip route get {}",
                     gateway && interface ? "GATEWAY and INTERFACE"
                     : gateway            ? "GATEWAY"
                                          : "INTERFACE",
                     target.dst);
}

Mss mss(const FixTarget& target, IpFamily family) { return mss_for_mtu(target.mtu, family); }

// IPv6 does not run over a link of less than 1280 bytes (RFC 8200 5): there is nothing to clamp.
std::span<const IpFamily> families_at(IpSize mtu) {
  static constexpr std::array kBoth{IpFamily::kIPv4, IpFamily::kIPv6};
  return std::span(kBoth).first(mtu < kLeastIPv6Mtu ? 1 : 2);
}

}  // namespace

Fix fix_ip_link(const FixTarget& target) {
  const std::string name = interface_or(target, kAnyInterface);
  return {"", place(target, ""), fmt::format("ip link set dev {} mtu {}", name, target.mtu.bytes),
          target.now.bytes == 0 ? ""
                                : fmt::format("ip link set dev {} mtu {}", name, target.now.bytes)};
}

Fix fix_route(const FixTarget& target) {
  const bool no_gateway = !target.point_to_point && target.gateway.empty();
  const std::string interface = interface_or(target, kAnyInterface);
  const std::string gateway =
      target.point_to_point ? "" : fmt::format("via {} ", no_gateway ? "GATEWAY" : target.gateway);
  const std::string way = gateway + "dev " + interface;
  const std::string open = look_up_words(target, no_gateway, interface == kAnyInterface);
  const std::string_view separator = target.who.empty() || open.empty() ? "" : "; ";
  return {"", fmt::format("{}{}{}", target.who, separator, open),
          fmt::format("ip route replace {} {} mtu {} advmss {}", destination(target), way,
                      target.mtu.bytes, mss(target, target.family).bytes),
          fmt::format("ip route del {}", destination(target))};
}

// A table of its own works whatever else is configured, and is taken back as a whole. nft(8): `tcp
// flags syn` matches SYN and SYN-ACK, so both directions are clamped; a smaller MSS is never raised
// (Linux net/netfilter/nft_exthdr.c).
Fix fix_nftables(const FixTarget& target) {
  std::string change =
      "nft add table inet mss_clamp\n"
      "nft 'add chain inet mss_clamp forward { type filter hook forward priority mangle; }'";
  for (const IpFamily family : families_at(target.mtu)) {
    change += fmt::format(
        "\nnft add rule inet mss_clamp forward meta nfproto ipv{} tcp flags syn tcp option maxseg "
        "size set {}",
        static_cast<int>(family), mss(target, family).bytes);
  }
  return {"", target.who, change, "nft delete table inet mss_clamp"};
}

Fix fix_iptables(const FixTarget& target) {
  const auto rules = [&](char action) {
    std::string text;
    for (const IpFamily family : families_at(target.mtu)) {
      text += fmt::format(
          "{}{} -t mangle -{} FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --set-mss {}",
          text.empty() ? "" : "\n", family == IpFamily::kIPv4 ? "iptables" : "ip6tables", action,
          mss(target, family).bytes);
    }
    return text;
  };
  return {"", target.who, rules('A'), rules('D')};
}

Fix fix_tcp_mtu_probing(const FixTarget& target) {
  return {"", place(target, ""), "sysctl -w net.ipv4.tcp_mtu_probing=1",
          "sysctl -w net.ipv4.tcp_mtu_probing=0"};
}

Fix fix_windows(const FixTarget& target) {
  const std::string name = interface_or(target, "NAME");
  const auto commands = [&](uint32_t mtu) {
    return fmt::format(
        "netsh interface ipv4 set subinterface \"{0}\" mtu={1} store=persistent\n"
        "netsh interface ipv6 set subinterface \"{0}\" mtu={1} store=persistent",
        name, mtu);
  };
  return {"", place(target, "as administrator"), commands(target.mtu.bytes),
          commands(target.now.bytes == 0 ? 1500 : target.now.bytes)};
}

Fix fix_macos(const FixTarget& target) {
  const std::string name = interface_or(target, "utunN");
  return {
      "", place(target, "until the interface is made anew"),
      fmt::format("sudo ifconfig {} mtu {}", name, target.mtu.bytes),
      target.now.bytes == 0 ? "" : fmt::format("sudo ifconfig {} mtu {}", name, target.now.bytes)};
}

}  // namespace mtuscope
