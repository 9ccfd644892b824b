#include "analysis/recommend.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mtuscope {

namespace {

constexpr IpSize kSafeFloor{1280};  // the IPv6 minimum link MTU, RFC 8200 5
// FACTS: IP 20 or 40, UDP 8, type and receiver 8, counter 8, tag 16.
constexpr uint32_t kWireGuardOverIPv4 = 60;
constexpr uint32_t kWireGuardOverIPv6 = 80;
constexpr IpSize kTailscaleMtu{1280};

// What links and their encapsulations commonly leave, largest first.
struct CommonSize {
  uint32_t bytes;
  const char* why;
};
constexpr std::array kCommonSizes = {
    CommonSize{1492, "PPPoE"},
    CommonSize{1480, "IPIP, 6in4 or DS-Lite"},
    CommonSize{1460, "Google Cloud networks"},
    CommonSize{1450, "VXLAN or Geneve"},
    CommonSize{1440, "WireGuard over IPv4"},
    CommonSize{1420, "WireGuard over IPv6"},
    CommonSize{1400, "vSwitches and many VPNs"},
    CommonSize{1380, "WireGuard on a 1460-byte link"},
    CommonSize{1360, "a tunnel within a tunnel"},
    CommonSize{1320, "WireGuard on a 1400-byte link"},
    CommonSize{1280, "the least that IPv6 allows"},
};

bool is_tailscale(const IpAddress& a) {
  if (a.family == IpFamily::kIPv4) return a.bytes[0] == 100 && (a.bytes[1] & 0xc0) == 64;
  constexpr std::array<uint8_t, 6> kPrefix{0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0};
  return std::equal(kPrefix.begin(), kPrefix.end(), a.bytes.begin());
}

bool has_no_link_header(uint16_t link_type) {
  constexpr std::array<uint16_t, 5> kRaw{12, 14, 101, 228, 229};
  return std::ranges::find(kRaw, link_type) != kRaw.end();
}

struct Choice {
  IpSize mtu;
  bool exact = false;
  std::string basis;
};

// The number for the interface itself.
Choice choose(const Bracket& bracket, const LinkFacts& link) {
  const IpSize upper = *bracket.upper;
  if (bracket.exact()) {
    std::string basis =
        fmt::format("{} bytes pass and {} do not", bracket.lower->bytes, upper.bytes);
    if (link.nature == LinkNature::kWireGuard) {
      basis +=
          "; WireGuard pads to 16 bytes, so up to 15 more may be possible once the interface is "
          "set lower";
    }
    return {*bracket.lower, true, basis};
  }
  const IpSize lower = bracket.lower.value_or(IpSize{0});
  const bool tunnel = link.nature == LinkNature::kWireGuard;
  for (const CommonSize& common : kCommonSizes) {
    uint32_t mtu = common.bytes;
    std::string basis;
    if (tunnel) {
      const uint32_t overhead =
          link.underlay == IpFamily::kIPv4 ? kWireGuardOverIPv4 : kWireGuardOverIPv6;
      // The underlay must be too small for what was lost, whichever family carries it.
      const uint32_t least =
          link.underlay == IpFamily::kIPv6 ? kWireGuardOverIPv6 : kWireGuardOverIPv4;
      if (common.bytes >= upper.bytes + least) continue;
      mtu = common.bytes - overhead;
      basis = fmt::format(
          "{} - {} WireGuard = {}, where {} ({}) is the largest common underlay that loses {}-byte "
          "packets{}",
          common.bytes, overhead, mtu, common.bytes, common.why, upper.bytes,
          link.underlay ? "" : "; 80 covers an IPv6 underlay too");
    } else {
      basis =
          fmt::format("{} ({}) is the largest common size below {}", mtu, common.why, upper.bytes);
    }
    if (mtu >= upper.bytes || mtu < kSafeFloor.bytes) continue;
    if (mtu < lower.bytes) break;
    return {IpSize{mtu}, false,
            fmt::format("an estimate: {}; the safe floor is {}", basis, kSafeFloor.bytes)};
  }
  if (lower >= kSafeFloor || upper <= kSafeFloor) {
    return {lower, false,
            fmt::format("packets of {} bytes are proven to pass; a little more may", lower.bytes)};
  }
  return {kSafeFloor, false,
          fmt::format("the safe floor: no common size lies between it and {}", upper.bytes)};
}

std::string verify_command(const IpAddress& dst, IpSize mtu) {
  const uint32_t headers =
      ip_header_bytes(dst.family) + kUdpHeaderBytes;  // an ICMP echo header is 8 too
  return fmt::format("ping -M do -c 3 -s {} {}", mtu.bytes - headers, to_string(dst));
}

void add_fixes(const Finding& f, const LinkFacts& link, Recommendation& r) {
  const std::string src = to_string(*f.src);
  const std::string dst = to_string(*f.dst);
  const std::string name = link.name.empty() ? "wg0" : link.name;
  const std::string both = fmt::format("on {} and on {}: both ends need it", src, dst);
  switch (link.nature) {
    case LinkNature::kWireGuard:
      r.fixes.push_back({"wg-quick", fmt::format("[Interface] of {}.conf, {}", name, both),
                         fmt::format("MTU = {}", r.mtu.bytes)});
      r.fixes.push_back({"at once, until the next restart", both,
                         fmt::format("ip link set dev {} mtu {}", name, r.mtu.bytes)});
      break;
    case LinkNature::kTailscale:
      r.fixes.push_back({"Tailscale",
                         fmt::format("the daemon's environment file, then restart it, {}", both),
                         fmt::format("TS_DEBUG_MTU={}", r.mtu.bytes)});
      break;
    case LinkNature::kTunnel:
      r.fixes.push_back({"the tunnel interface", both,
                         fmt::format("ip link set dev {} mtu {}",
                                     link.name.empty() ? "TUNNEL" : link.name, r.mtu.bytes)});
      break;
    case LinkNature::kPlain:
      r.fixes.push_back(
          {"nftables",
           fmt::format("on the router or tunnel end that forwards between {} and {}", src, dst),
           "nft add rule inet filter forward tcp flags syn tcp option maxseg size set " +
               std::to_string(f.src->family == IpFamily::kIPv4 ? r.mss_ipv4.bytes
                                                               : r.mss_ipv6.bytes)});
      r.fixes.push_back(
          {"the sender's route", "on " + src,
           fmt::format("ip route change {} via GATEWAY dev INTERFACE mtu {} advmss {}", dst,
                       r.mtu.bytes,
                       f.src->family == IpFamily::kIPv4 ? r.mss_ipv4.bytes : r.mss_ipv6.bytes)});
      break;
  }
  r.fixes.push_back({"safety net", "on " + src, "sysctl -w net.ipv4.tcp_mtu_probing=1"});
}

}  // namespace

LinkFacts link_facts(const IpAddress& src, const IpAddress& dst, const InterfaceInfo& interface,
                     IpSize announced_mtu) {
  LinkFacts link{.mtu = announced_mtu};
  if (interface.name) link.name = *interface.name;
  const auto named = [&](std::string_view prefix) { return link.name.starts_with(prefix); };
  const bool without_header = has_no_link_header(interface.link_type);
  if (named("tailscale") || ((is_tailscale(src) || is_tailscale(dst)) &&
                             (without_header || announced_mtu == kTailscaleMtu))) {
    link.nature = LinkNature::kTailscale;
  } else if (named("wg") || named("nordlynx") || named("CloudflareWARP")) {
    link.nature = LinkNature::kWireGuard;
  } else if (without_header && link.name.empty()) {
    // Without a name: a layer-3 tunnel, and one whose MTU is what WireGuard leaves of an ordinary
    // link.
    constexpr std::array<uint32_t, 8> kWireGuardMtus{1440, 1432, 1420, 1412,
                                                     1400, 1380, 1320, 1280};
    link.nature =
        announced_mtu.bytes == 0 ||
                std::ranges::find(kWireGuardMtus, announced_mtu.bytes) != kWireGuardMtus.end()
            ? LinkNature::kWireGuard
            : LinkNature::kTunnel;
  } else if (without_header) {
    link.nature = LinkNature::kTunnel;
  }
  return link;
}

Recommendation recommend(const Finding& finding, const LinkFacts& link) {
  Recommendation r;
  const Choice choice = choose(finding.bracket, link);
  r.mtu = choice.mtu;
  r.exact = choice.exact;
  r.basis = choice.basis;
  r.mss_ipv4 = mss_for_mtu(r.mtu, IpFamily::kIPv4);
  r.mss_ipv6 = mss_for_mtu(r.mtu, IpFamily::kIPv6);
  const auto scope = [&](std::string_view what) {
    const std::string mtu = link.mtu.bytes == 0 ? "" : fmt::format(", now MTU {}", link.mtu.bytes);
    return link.name.empty() ? fmt::format("{} of {} and {}{}", what, to_string(*finding.src),
                                           to_string(*finding.dst), mtu)
                             : link.name;
  };
  switch (link.nature) {
    case LinkNature::kWireGuard:
      r.scope = scope("the WireGuard interface");
      break;
    case LinkNature::kTailscale:
      r.scope = scope("the Tailscale interface");
      break;
    case LinkNature::kTunnel:
      r.scope = scope("the tunnel interface");
      break;
    case LinkNature::kPlain:
      r.scope = fmt::format("the path {} -> {}", to_string(*finding.src), to_string(*finding.dst));
      break;
  }
  add_fixes(finding, link, r);
  r.verify = verify_command(*finding.dst, r.mtu);
  return r;
}

}  // namespace mtuscope
