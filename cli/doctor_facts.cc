#include "cli/doctor_facts.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <system_error>

#include "analysis/advice/link_facts.h"
#include "capture/error.h"
#include "cli/measure_paths.h"
#include "probes/netlink.h"
#include "probes/privileges.h"
#include "probes/resolve.h"

namespace mtuscope {
namespace {

constexpr const char* kWireGuardFolder = "/etc/wireguard";

// ---- wg-quick files -------------------------------------------------------------------------

void find_files(DoctorFacts& facts) {
  std::error_code ignored;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kWireGuardFolder, ignored)) {
    if (entry.path().extension() == ".conf") paths.push_back(entry.path().string());
  }
  std::ranges::sort(paths);
  for (const std::string& path : paths) {
    try {
      facts.files.push_back(read_wg_quick(path));
    } catch (const Error& error) {
      facts.damaged.emplace_back(error.what());
    }
  }
}

const WgQuickFile* file_for(const DoctorFacts& facts, const std::string& interface) {
  const auto found = std::ranges::find(facts.files, interface, interface_of);
  return found == facts.files.end() ? nullptr : &*found;
}

// ---- The tunnel on the way -------------------------------------------------------------------

bool may_be_wireguard(const Link& link) {
  return link.kind == "wireguard" || (link.kind == "tun" && !link.has_link_header);
}

// A tunnel of the kernel whose other end is in its settings.
std::optional<TunnelFacts> look_at_kernel_tunnel(const Link& link) {
  const Encapsulation* const what = encapsulation_of_kind(link.kind);
  if (!link.tunnel || what == nullptr) return std::nullopt;
  const TunnelEnd& end = *link.tunnel;
  TunnelFacts tunnel{.interface = link.name, .layer = layer_of(*what, end.remote.family)};
  tunnel.layer.more = end.more;
  tunnel.layer.options = end.options;
  tunnel.underlay =
      look_at_path({.address = end.remote,
                    .interface = end.lower == 0 ? std::string() : interface_name(end.lower),
                    .mark = 0});
  return tunnel;
}

std::optional<TunnelFacts> look_at_tunnel(const DoctorFacts& facts, const PathFacts& path,
                                          const DoctorPlan& plan) {
  if (!path.answer.route) return std::nullopt;
  const std::string& interface = path.answer.route->interface;
  const Link* link = find_link(facts.links, interface);
  const WgQuickFile* file =
      !plan.wg_config.empty() ? &facts.files.front() : file_for(facts, interface);
  if (link == nullptr) return std::nullopt;
  if (!may_be_wireguard(*link)) return look_at_kernel_tunnel(*link);
  TunnelFacts tunnel{.interface = interface};
  WireGuardAnswer answer = ask_wireguard(interface);
  tunnel.device = std::move(answer.device);
  tunnel.unseen = std::move(answer.unseen);
  if (file != nullptr) {
    tunnel.file = *file;
    if (!tunnel.device) tunnel.device = device_of(*file);
  }
  if (!tunnel.device) return tunnel;
  const WireGuardPeer* peer = peer_for(*tunnel.device, path.target);
  if (peer == nullptr) return tunnel;
  tunnel.peer = *peer;
  if (!peer->endpoint) return tunnel;
  tunnel.layer = layer_of(*find_encapsulation("wireguard"), peer->endpoint->address.family);
  tunnel.underlay = look_at_path(
      {.address = peer->endpoint->address, .interface = {}, .mark = tunnel.device->mark});
  return tunnel;
}

// ---- Measuring ------------------------------------------------------------------------------

// What was opened for one target, while there were privileges to do so.
struct Opened {
  std::unique_ptr<Prober> inside, towards_endpoint;
};

std::unique_ptr<Prober> open_prober(const ProbePlan& plan, std::vector<std::string>& notes) {
  try {
    auto prober = std::make_unique<Prober>(plan);
    notes.insert(notes.end(), prober->notes().begin(), prober->notes().end());
    return prober;
  } catch (const Error& error) {
    notes.push_back(std::string(error.what()) + ". " + error.hint());
    return nullptr;
  }
}

Opened open_probers(const DoctorPlan& plan, TargetFacts& target) {
  Opened opened;
  if (!target.path.answer.route) return opened;
  ProbePlan inside = plan.probe;
  inside.family = target.path.target.family;
  opened.inside = open_prober(inside, target.notes);
  if (!target.tunnel || !target.tunnel->underlay || !target.tunnel->underlay->answer.route) {
    return opened;
  }
  // Bound to the interface that the outer packets leave through: probes have no fwmark, and would
  // otherwise be sent into the tunnel that takes everything.
  ProbePlan under = plan.probe;
  under.host = to_string(target.tunnel->underlay->target);
  under.family.reset();
  under.interface = target.tunnel->underlay->answer.route->interface;
  opened.towards_endpoint = open_prober(under, target.tunnel->notes);
  return opened;
}

std::optional<ProbedPath> measure(const std::unique_ptr<Prober>& prober,
                                  const std::atomic<bool>& stop, bool visible) {
  if (!prober) return std::nullopt;
  std::vector<ProbedPath> paths = measure_paths(*prober, stop, visible);
  return paths.empty() ? std::nullopt : std::optional(std::move(paths.front()));
}

void look_at_next_hop(TargetFacts& target) {
  const auto& route = target.path.answer.route;
  if (!route || !route->has_link_header || route->interface == "lo") return;
  target.next_hop = neighbour(route->gateway.value_or(target.path.target), route->interface_index);
}

void try_tcp(const DoctorPlan& plan, TargetFacts& target) {
  if (plan.port == 0 || !target.path.answer.route) return;
  const Route& route = *target.path.answer.route;
  target.tcp = check_tcp({.address = target.path.target,
                          .scope = route.interface_index,
                          .interface = route.interface,
                          .bind = !plan.probe.interface.empty()},
                         plan.port);
}

Timestamp wall_clock() {
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count()};
}

// Through --via, or the interface of a link-local address. Where it is down there is no route,
// which is what is told.
TargetFacts look_at(const DoctorFacts& facts, const DoctorPlan& plan,
                    const ResolvedAddress& resolved) {
  RouteQuery query{.address = resolved.address, .interface = plan.probe.interface, .mark = 0};
  if (query.interface.empty() && resolved.scope > 0) {
    query.interface = interface_name(resolved.scope);
  }
  TargetFacts target{.path = look_at_path(query)};
  if (target.path.answer.route) {
    if (target.path.answer.route->broadcast) {
      throw not_one_host(resolved.address, kSubnetBroadcast);
    }
    target.offloads = offloads(target.path.answer.route->interface);
  }
  target.tunnel = look_at_tunnel(facts, target.path, plan);
  return target;
}

}  // namespace

DoctorFacts gather(const DoctorPlan& plan, const std::atomic<bool>& stop, bool visible) {
  DoctorFacts facts{.host = plan.probe.host, .via = plan.probe.interface};
  if (plan.wg_config.empty()) {
    find_files(facts);
  } else {
    facts.files.push_back(read_wg_quick(plan.wg_config));
  }
  facts.links = links();
  facts.settings = read_kernel_settings("/proc/sys");
  facts.firewall = read_firewall();
  std::vector<Opened> opened;
  for (const ResolvedAddress& address : resolve(plan.probe.host, plan.probe.family)) {
    facts.targets.push_back(look_at(facts, plan, address));
    opened.push_back(open_probers(plan, facts.targets.back()));
  }
  drop_privileges();

  facts.now = wall_clock();
  facts.before = read_kernel_counters("/proc");
  for (size_t i = 0; i < facts.targets.size(); ++i) {
    TargetFacts& target = facts.targets[i];
    target.measured = measure(opened[i].inside, stop, visible);
    if (target.tunnel) {
      target.tunnel->measured = measure(opened[i].towards_endpoint, stop, visible);
    }
    if (!stop) try_tcp(plan, target);
    look_at_next_hop(target);
  }
  facts.after = read_kernel_counters("/proc");
  return facts;
}

}  // namespace mtuscope
