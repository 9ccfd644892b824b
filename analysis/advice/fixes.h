// Configuration, written out: the exact lines that give an interface an MTU, or TCP connections an
// MSS, on each system, where they belong, and how to take them back. Nothing here is ever executed
// by mtuscope; people copy it.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_FIXES_H_
#define MTUSCOPE_ANALYSIS_ADVICE_FIXES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "capture/units.h"

namespace mtuscope {

enum class System : uint8_t {
  // Tunnels
  kWgQuick,
  kNetworkd,
  kNetworkManager,
  kNixos,
  kTailscale,
  kGluetun,
  kOpenVpn,
  kPppd,
  // Containers
  kDockerDefault,
  kDockerNetworks,
  kCompose,
  kPodman,
  kCilium,
  kCalico,
  kFlannel,
  // Any interface and route of a host, and connections that it forwards
  kIpLink,
  kRoute,
  kNftables,
  kIptables,
  kTcpMtuProbing,
  kWindows,
  kMacos,
};

struct SystemInfo {
  System system;
  std::string_view name;     // as spelled on command lines: "wg-quick"
  std::string_view aliases;  // other spellings, separated by spaces
  std::string_view title;    // "wg-quick", "Docker, default bridge"
};

std::span<const SystemInfo> systems();
// By its name or another spelling; null when there is none.
const SystemInfo* find_system(std::string_view name);

// What to write, for whom.
struct FixTarget {
  std::string interface;  // empty, or no name that a kernel would give: a placeholder is written
  IpSize mtu;             // to be set
  IpSize now;             // 0: not known, so that it can't be written into the rollback
  IpFamily family{};      // of the connections that suffer
  std::string who;        // "on 10.9.0.2 and on 10.9.0.1: both ends need it"; may be empty
  // Routes through the interface name no gateway: a tunnel, a point-to-point link, a host on the
  // link.
  bool point_to_point = false;
  std::string gateway = {};  // otherwise; empty: a placeholder is written
  std::string dst;           // that packets are lost to; empty: a placeholder is written
  uint32_t overhead = 60;    // bytes that the tunnel adds, where a setting counts outer packets
};

Fix write_fix(System system, const FixTarget& target);

// A name that may be put into a command: letters, digits, '.', '_', '-', '@', at most 15 bytes
// (Linux IFNAMSIZ). Captures may claim any other.
bool is_interface_name(std::string_view name);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_FIXES_H_
