// This host as a whole: settings of its kernel, its packet filter, what it has counted.

#include <fmt/format.h>

#include <array>

#include "cli/doctor_cause.h"
#include "cli/doctor_checks.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

constexpr size_t kListedRules = 3;

std::string probing_words(const KernelSettings& settings) {
  const int64_t value = *settings.tcp_mtu_probing;
  if (value == 0) return "tcp_mtu_probing=0: TCP here does not heal itself";
  return fmt::format("tcp_mtu_probing={}: {}, from tcp_base_mss {}", value,
                     value == 1 ? "TCP here looks for a size that passes after several timeouts"
                                : "TCP here looks for the size that passes from the start",
                     settings.tcp_base_mss.value_or(0));
}

void list_rules(const std::vector<FirewallRule>& rules, std::string_view what, std::string& text) {
  for (size_t i = 0; i < rules.size() && i < kListedRules; ++i) {
    text +=
        fmt::format("{}{} {}: {}", text.empty() ? "" : "; ", what, rules[i].where, rules[i].text);
  }
  if (rules.size() > kListedRules) {
    text += fmt::format("; and {} more", rules.size() - kListedRules);
  }
}

}  // namespace

Check kernel_check(const KernelSettings& settings, bool silent_limit) {
  Check check{.name = "kernel",
              .family = {},
              .state = CheckState::kOk,
              .looked_at = "sysctls net.ipv4.tcp_mtu_probing, ip_no_pmtu_disc, route.min_pmtu",
              .found = {},
              .unseen = {}};
  if (!settings.tcp_mtu_probing) {
    check.state = CheckState::kUnknown;
    check.unseen = "/proc/sys is not readable here";
    return check;
  }
  check.found = probing_words(settings);
  if (silent_limit && *settings.tcp_mtu_probing == 0) check.state = CheckState::kNotable;
  if (const int64_t off = settings.ip_no_pmtu_disc.value_or(0); off == 1 || off == 2) {
    check.state = CheckState::kNotable;
    check.found += fmt::format(
        "; ip_no_pmtu_disc={}: TCP over IPv4 leaves without DF, so routers "
        "cut it and no path MTU is learnt",
        off);
  }
  if (settings.min_pmtu) check.found += fmt::format("; min_pmtu {}", *settings.min_pmtu);
  return check;
}

Check firewall_check(const FirewallFacts& firewall, bool silent_limit) {
  Check check{.name = "firewall",
              .family = {},
              .state = CheckState::kOk,
              .looked_at = "nft list ruleset, iptables-save: MSS clamping, dropped ICMP",
              .found = {},
              .unseen = {}};
  if (!firewall.unseen.empty()) {
    check.state = CheckState::kUnknown;
    check.unseen = "rules: " + firewall.unseen;
    return check;
  }
  list_rules(firewall.clamps, "MSS clamping in", check.found);
  list_rules(firewall.icmp_drops, "ICMP is dropped in", check.found);
  if (!firewall.clamps.empty()) check.state = CheckState::kNotable;
  if (!firewall.icmp_drops.empty()) {
    check.state = silent_limit ? CheckState::kWrong : CheckState::kNotable;
    if (silent_limit) check.found += ": packet-too-big messages may be among it";
  }
  if (check.found.empty()) check.found = "no rule clamps an MSS or drops ICMP";
  return check;
}

Check counter_check(const KernelCounters& before, const KernelCounters& after) {
  Check check{.name = "counters",
              .family = {},
              .state = CheckState::kOk,
              .looked_at = "/proc/net/snmp, snmp6 and netstat, before and after the probes",
              .found = {},
              .unseen = {}};
  if (after.empty()) {
    check.state = CheckState::kUnknown;
    check.unseen = "/proc/net is not readable here";
    return check;
  }
  const int64_t errors =
      counted(after, "Icmp.InDestUnreachs") - counted(before, "Icmp.InDestUnreachs");
  const int64_t too_big =
      counted(after, "Icmp6InPktTooBigs") - counted(before, "Icmp6InPktTooBigs");
  check.found = fmt::format(
      "during this run {} arrived; TCP's own MTU probing since boot: {} succeeded, {} failed",
      count_words(static_cast<uint64_t>(errors + too_big), "ICMP error"),
      counted(after, "TcpExt.TCPMTUPSuccess"), counted(after, "TcpExt.TCPMTUPFail"));
  // net/ipv4/fib_frontend.c, fib_validate_source().
  const int64_t filtered =
      counted(after, "TcpExt.IPReversePathFilter") - counted(before, "TcpExt.IPReversePathFilter");
  if (filtered > 0) {
    check.state = CheckState::kNotable;
    check.found += fmt::format(
        "; rp_filter dropped {} for the interface that they came in through: answers that take "
        "another way back may be among them; sysctl net.ipv4.conf.all.rp_filter=2 lets them in",
        count_words(static_cast<uint64_t>(filtered), "packet"));
  }
  return check;
}

std::string_view to_string(CheckState state) {
  constexpr std::array<std::string_view, 4> kNames = {"ok", "notable", "wrong", "unknown"};
  return kNames[static_cast<size_t>(state)];
}

std::vector<Check> all_checks(const DoctorFacts& facts) {
  std::vector<Check> checks;
  const auto add = [&](std::optional<Check> check) {
    if (check) checks.push_back(std::move(*check));
  };
  bool silent_limit = false;
  for (const TargetFacts& target : facts.targets) {
    add(route_check(facts, target));
    add(interface_check(facts, target));
    add(cache_check(target));
    add(tunnel_check(facts, target));
    add(file_check(target));
    add(underlay_check(target));
    add(path_check(facts, target));
    add(tcp_check(target));
    silent_limit |=
        find_cause(facts, target) == Cause::kLimit && target.measured->conclusion.silent;
  }
  add(kernel_check(facts.settings, silent_limit));
  add(firewall_check(facts.firewall, silent_limit));
  add(counter_check(facts.before, facts.after));
  for (const std::string& what : facts.damaged) {
    checks.push_back({.name = "wg-quick",
                      .family = {},
                      .state = CheckState::kNotable,
                      .looked_at = "files in /etc/wireguard",
                      .found = what,
                      .unseen = {}});
  }
  return checks;
}

}  // namespace mtuscope
