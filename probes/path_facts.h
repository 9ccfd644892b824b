// How packets of this host get to an address, and why that way: the route, the table and rule that
// chose it, and what the main table alone would have done.

#ifndef MTUSCOPE_PROBES_PATH_FACTS_H_
#define MTUSCOPE_PROBES_PATH_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "capture/address.h"
#include "probes/policy_rule.h"
#include "probes/route.h"

namespace mtuscope {

struct PathFacts {
  IpAddress target;
  uint32_t mark = 0;  // fwmark of the packets
  RouteAnswer answer;
  std::optional<FibEntry> entry;       // that the lookup ended at
  std::optional<PolicyRule> rule;      // that led to its table, when that is not the main one
  std::optional<FibEntry> main_entry;  // longest match of the main table, with `rule`
};

// Throws Error as look_up_route() does.
PathFacts look_at_path(const RouteQuery& query);

// A rule of its own takes the packets elsewhere than the main table, which has a route of its own
// to them (not only the default one): somebody may not have meant that.
bool is_diverted(const PathFacts& path);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PATH_FACTS_H_
