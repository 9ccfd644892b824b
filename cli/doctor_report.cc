#include "cli/doctor_report.h"

#include <fmt/format.h>

#include <cstring>

#include "analysis/advice/host_fixes.h"
#include "analysis/advice/recommend.h"
#include "cli/doctor_cause.h"
#include "cli/doctor_headline.h"

namespace mtuscope {
namespace {

std::string verify_with(const DoctorPlan& plan) {
  std::string command = "mtuscope doctor " + plan.probe.host;
  if (plan.probe.family) command += plan.probe.family == IpFamily::kIPv4 ? " -4" : " -6";
  if (!plan.probe.interface.empty()) command += " --via " + plan.probe.interface;
  if (plan.port != 0) command += fmt::format(" --port {}", plan.port);
  if (!plan.wg_config.empty()) command += " --wg-config " + plan.wg_config;
  return command + " --verify";
}

// ---- Sizes ----------------------------------------------------------------------------------

// What this host itself tells of the tunnel is more than probes and names do.
LinkFacts known_link(const TargetFacts& target) {
  LinkFacts link = target.measured->intent.link;
  const auto& tunnel = target.tunnel;
  if (!tunnel || link.nature == LinkNature::kTailscale) return link;
  if (tunnel->device) {
    link.nature = LinkNature::kWireGuard;
    link.encapsulation = find_encapsulation("wireguard");
  } else if (tunnel->layer.what != nullptr) {
    link.nature = LinkNature::kTunnel;
    link.encapsulation = tunnel->layer.what;
    link.option_bytes = tunnel->layer.more;
    link.options = tunnel->layer.options;
  }
  if (tunnel->underlay) link.underlay = tunnel->underlay->target.family;
  link.underlay_mtu = underlay_mtu(target);
  return link;
}

// The change to the file that was read, where the first choice is a line of it.
void add_diff(const TargetFacts& target, Recommendation& advice) {
  if (!target.tunnel || !target.tunnel->file || advice.scope != target.tunnel->interface) return;
  const WgQuickFile& file = *target.tunnel->file;
  const std::string diff = mtu_diff(file, advice.mtu);
  if (diff.empty()) return;
  advice.fixes.insert(advice.fixes.begin(),
                      Fix{"wg-quick", fmt::format("{} on this host, as a diff", file.path), diff,
                          "the same with patch -R"});
}

void advise_sizes(const DoctorFacts& facts, const DoctorPlan& plan, Report& report) {
  std::vector<ProbedPath> limits;
  std::vector<const TargetFacts*> targets;
  for (const TargetFacts& target : facts.targets) {
    if (find_cause(facts, target) != Cause::kLimit) continue;
    limits.push_back(*target.measured);
    limits.back().intent.link = known_link(target);
    targets.push_back(&target);
  }
  Report sizes = probe_report(limits, plan.probe);
  report.findings = std::move(sizes.findings);
  report.recommendations = std::move(sizes.recommendations);
  for (Recommendation& advice : report.recommendations) {
    for (const TargetFacts* target : targets) {
      if (advice.scope != target->measured->intent.interface) continue;
      add_diff(*target, advice);
      break;
    }
  }
}

void advise_fragmented(const TargetFacts& target, Report& report) {
  const Route& route = *target.path.answer.route;
  report.recommendations.push_back(recommend_tunnel(route.source.value_or(IpAddress{}),
                                                    target.path.target, known_link(target),
                                                    *underlay_mtu(target)));
  add_diff(target, report.recommendations.back());
}

// ---- Everything else ------------------------------------------------------------------------

Recommendation advice_for(std::string scope, std::string basis, std::vector<Fix> fixes) {
  Recommendation advice;
  advice.scope = std::move(scope);
  advice.basis = std::move(basis);
  advice.fixes = std::move(fixes);
  return advice;
}

Recommendation for_diverted(const TargetFacts& target) {
  const PathFacts& path = target.path;
  const IpFamily family = path.target.family;
  const std::string network = to_string(path.main_entry->destination);
  std::vector<Fix> fixes{fix_diverted(network, family, path.rule->priority)};
  if (is_tailscale(target)) fixes.insert(fixes.begin(), fix_exit_node());
  return advice_for("the route to " + network,
                    fmt::format("rule {} is asked before the main table, which has {} on {}",
                                path.rule->priority, network, path.main_entry->interface),
                    std::move(fixes));
}

Recommendation for_down(const Link& link) {
  if (link.up) {
    return advice_for(link.name,
                      "it is switched on, but nothing is at its other end: the cable, the "
                      "other end of the pair, or the program behind it",
                      {});
  }
  return advice_for("interface " + link.name,
                    "its addresses are set, its routes come back when it is up",
                    {fix_link_down(link.name)});
}

Recommendation for_endpoint(const TargetFacts& target) {
  const TunnelFacts& tunnel = *target.tunnel;
  return advice_for(
      tunnel.interface,
      !tunnel.peer || tunnel.peer->endpoint
          ? "a route to the endpoint is needed that does not lead through the tunnel itself"
          : "this end waits for its peer to speak first: an Endpoint line in its [Peer] section, "
            "or PersistentKeepalive at the other end",
      {});
}

Recommendation for_handshake(const TargetFacts& target) {
  return advice_for(
      target.tunnel->interface,
      "the peer does not answer: its UDP port is filtered, it is not running, or a key "
      "of one end is not that of the other",
      {});
}

Recommendation for_filter(const TargetFacts& target, const DoctorPlan& plan) {
  return advice_for(fmt::format("TCP port {} of {}", plan.port, to_string(target.path.target)),
                    "no MTU helps: look for a firewall that lets SYNs through and not what follows "
                    "(rules for new connections only, answers that take another way, inspection); "
                    "captures of both ends, given to mtuscope analyze together, show where it is",
                    {});
}

std::optional<Recommendation> other_advice(const DoctorFacts& facts, const DoctorPlan& plan,
                                           const TargetFacts& target, Cause cause) {
  switch (cause) {
    case Cause::kInterfaceDown:
      return for_down(*down_link(facts, target));
    case Cause::kTunnelMissing: {
      const WgQuickFile& file = *missing_tunnel(facts, target);
      return advice_for(interface_of(file), "its file is there: " + file.path,
                        {fix_tunnel_missing(interface_of(file))});
    }
    case Cause::kDiverted:
      return for_diverted(target);
    case Cause::kNoPeer:
      return advice_for(target.tunnel->interface,
                        "WireGuard sends a packet to the peer whose AllowedIPs have its address",
                        {fix_allowed_ips(target.tunnel->interface, target.path.target)});
    case Cause::kEndpointUnknown:
      return for_endpoint(target);
    case Cause::kNoHandshake:
      return for_handshake(target);
    case Cause::kDataFiltered:
      return for_filter(target, plan);
    case Cause::kStaleCache:
      return advice_for("the kernel's path MTU cache",
                        fmt::format("until it expires, packets stay at {} bytes for nothing",
                                    cached_mtu(target)->bytes),
                        {fix_path_cache(target.path.target.family)});
    default:
      return std::nullopt;
  }
}

Finding finding_of(FindingKind kind, Severity severity, const TargetFacts& target,
                   const std::string& explanation) {
  Finding finding;
  finding.kind = kind;
  finding.severity = severity;
  finding.confidence = Confidence::kConfirmed;
  if (target.path.answer.route) {
    finding.src = target.path.answer.route->source;
    finding.interface = target.path.answer.route->interface;
  }
  finding.dst = target.path.target;
  finding.vantage = Vantage::kSender;
  finding.explanation = explanation;
  return finding;
}

void add_findings(const TargetFacts& target, Cause cause, Report& report) {
  const auto add = [&](FindingKind kind, Severity severity) {
    report.findings.push_back(finding_of(kind, severity, target, report.headline));
  };
  if (cause == Cause::kDataFiltered) add(FindingKind::kDataUndelivered, Severity::kWarning);
  if (cause == Cause::kServiceSilent) add(FindingKind::kSynUnanswered, Severity::kWarning);
  if (cause == Cause::kServiceRefuses && target.tcp->fate == TcpFate::kRefused) {
    add(FindingKind::kConnectionRefused, Severity::kInfo);
  }
}

Status status_of(Cause cause) {
  if (cause == Cause::kNothing || cause == Cause::kKeptSmaller) return Status::kOk;
  return cause == Cause::kUnclear ? Status::kInconclusive : Status::kProblem;
}

std::string_view verdict_words(Status status) {
  switch (status) {
    case Status::kOk:
      return "fixed: ";
    case Status::kProblem:
      return "not fixed: ";
    case Status::kInconclusive:
      break;
  }
  return "it can't be told whether it is fixed: ";
}

}  // namespace

Report doctor_report(const DoctorFacts& facts, const DoctorPlan& plan) {
  const TargetFacts& target = decisive_target(facts);
  const Cause cause = find_cause(facts, target);
  Report report;
  report.status = status_of(cause);
  report.headline = doctor_headline(facts, target, cause);
  add_findings(target, cause, report);
  if (cause == Cause::kLimit) advise_sizes(facts, plan, report);
  if (cause == Cause::kFragmentedTunnel) advise_fragmented(target, report);
  if (auto advice = other_advice(facts, plan, target, cause)) {
    report.recommendations.push_back(std::move(*advice));
  }
  for (Recommendation& advice : report.recommendations) {
    advice.verify = verify_with(plan);
    advice.verify_on.clear();
    advice.verify_limit.clear();
  }
  for (const ProbedPath& path : measured_paths(facts)) {
    for (const Measurement& m : path.measurements) report.packets += m.result.packets;
  }
  if (plan.verify) report.headline.insert(0, verdict_words(report.status));
  return report;
}

int doctor_exit_status(const Report& report) {
  switch (report.status) {
    case Status::kOk:
      return 0;
    case Status::kProblem:
      return 1;
    case Status::kInconclusive:
      break;
  }
  return 3;
}

std::vector<ProbedPath> measured_paths(const DoctorFacts& facts) {
  std::vector<ProbedPath> paths;
  for (const TargetFacts& target : facts.targets) {
    if (target.measured) paths.push_back(*target.measured);
    if (target.tunnel && target.tunnel->measured) paths.push_back(*target.tunnel->measured);
  }
  return paths;
}

}  // namespace mtuscope
