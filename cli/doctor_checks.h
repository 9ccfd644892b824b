// What `mtuscope doctor` looked at, in the order that a careful engineer takes: each check says
// what it looked at, what it found, and what it could not see and why.

#ifndef MTUSCOPE_CLI_DOCTOR_CHECKS_H_
#define MTUSCOPE_CLI_DOCTOR_CHECKS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/doctor_facts.h"

namespace mtuscope {

enum class CheckState : uint8_t {
  kOk,
  kNotable,  // nothing wrong by itself, but worth knowing
  kWrong,
  kUnknown,  // could not be seen
};
std::string_view to_string(CheckState state);  // "ok", "notable", "wrong", "unknown"

struct Check {
  std::string_view name;           // "route"; an API: never rename one
  std::optional<IpFamily> family;  // unset: it is about the whole host
  CheckState state = CheckState::kUnknown;
  std::string looked_at;  // "rtnetlink: route and rules for 10.9.0.2"
  std::string found;      // empty when nothing could be seen
  std::string unseen;     // what could not be seen, why, and what grants it; empty: nothing
};

// Of one address.
Check route_check(const DoctorFacts& facts, const TargetFacts& target);
std::optional<Check> interface_check(const DoctorFacts& facts, const TargetFacts& target);
std::optional<Check> cache_check(const TargetFacts& target);
std::optional<Check> tunnel_check(const DoctorFacts& facts, const TargetFacts& target);
std::optional<Check> file_check(const TargetFacts& target);
std::optional<Check> underlay_check(const TargetFacts& target);
std::optional<Check> path_check(const DoctorFacts& facts, const TargetFacts& target);
std::optional<Check> tcp_check(const TargetFacts& target);

// Of this host. `silent_limit`: large packets vanish, so that what heals or hides it matters.
Check kernel_check(const KernelSettings& settings, bool silent_limit);
Check firewall_check(const FirewallFacts& firewall, bool silent_limit);
Check counter_check(const KernelCounters& before, const KernelCounters& after);

// All of them, in order.
std::vector<Check> all_checks(const DoctorFacts& facts);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_CHECKS_H_
