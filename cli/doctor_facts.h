// Everything that `mtuscope doctor` looks at before it concludes: this host, the way to each
// address of the target, the tunnel on that way, what lies under it, and what was measured.
// Gathering and measuring are apart from judging (doctor_checks.h), which sees these values alone.

#ifndef MTUSCOPE_CLI_DOCTOR_FACTS_H_
#define MTUSCOPE_CLI_DOCTOR_FACTS_H_

#include <optional>
#include <string>
#include <vector>

#include "analysis/advice/encapsulation.h"
#include "cli/probe_report.h"
#include "cli/wg_quick_file.h"
#include "probes/firewall.h"
#include "probes/kernel_counters.h"
#include "probes/kernel_settings.h"
#include "probes/link.h"
#include "probes/neighbour.h"
#include "probes/path_facts.h"
#include "probes/tcp_check.h"
#include "probes/wireguard_device.h"

namespace mtuscope {

struct DoctorPlan {
  ProbePlan probe;        // host, family, --via, rate, time limit
  uint16_t port = 0;      // of the service, for a TCP connection; 0: none is made
  std::string wg_config;  // empty: looked for in /etc/wireguard
  bool verify = false;    // after a change: is it fixed?
};

// A tunnel that packets leave through: WireGuard's (or Tailscale's, of which less can be seen), or
// one of the kernel to one other host (VXLAN, GRE), which has neither device nor file nor peer.
struct TunnelFacts {
  std::string interface;
  Layer layer;  // what it adds; without `what`: not known
  std::optional<WireGuardDevice> device;
  std::string unseen;  // why there is no device; empty with one
  std::optional<WgQuickFile> file;
  std::optional<WireGuardPeer> peer;   // the one that packets to the target go to
  std::optional<PathFacts> underlay;   // the way to that peer's endpoint, or the other host
  std::optional<ProbedPath> measured;  // towards the endpoint
  std::vector<std::string> notes;      // methods that could not be used

  // Or may be: nothing else is known of it.
  bool is_wireguard() const { return layer.what == nullptr || layer.what->name == "wireguard"; }
};

struct TargetFacts {
  PathFacts path;
  std::optional<Offloads> offloads;        // of the interface on the way
  std::optional<NeighbourState> next_hop;  // after probing: of the gateway, or of the host itself
  std::optional<TunnelFacts> tunnel;
  std::optional<ProbedPath> measured;
  std::vector<std::string> notes;
  std::optional<TcpCheck> tcp;
};

struct DoctorFacts {
  std::string host, via;  // as given
  std::vector<Link> links;
  KernelSettings settings;
  FirewallFacts firewall;
  KernelCounters before, after;      // the measurement
  Timestamp now;                     // wall clock
  std::vector<WgQuickFile> files;    // named, or found in /etc/wireguard
  std::vector<std::string> damaged;  // files found there that can't be read, with the reason
  std::vector<TargetFacts> targets;  // one for each address family, never empty
};

// Looks, opens sockets, gives up all privileges, measures. Throws Error: no such host, interface or
// file. `stop`, `visible`: as measure_paths().
DoctorFacts gather(const DoctorPlan& plan, const std::atomic<bool>& stop, bool visible);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_FACTS_H_
