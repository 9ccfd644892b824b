#include "probes/path_facts.h"

#include <vector>

namespace mtuscope {

PathFacts look_at_path(const RouteQuery& query) {
  PathFacts path{.target = query.address, .mark = query.mark, .answer = look_up_route(query)};
  path.entry = find_fib_entry(query);
  const uint32_t table = path.answer.route ? path.answer.route->table
                         : path.entry      ? path.entry->table
                                           : kMainTable;
  if (table == kMainTable || table == kLocalTable) return path;
  const std::vector<PolicyRule> rules = policy_rules(query.address.family);
  const IpAddress source =
      path.answer.route ? path.answer.route->source.value_or(IpAddress{}) : IpAddress{};
  const PolicyRule* rule = rule_for(rules, table, query.address, source, query.mark);
  if (rule == nullptr) return path;
  path.rule = *rule;
  path.main_entry = longest_match(query.address, kMainTable);
  return path;
}

bool is_diverted(const PathFacts& path) {
  if (!path.rule || !path.main_entry || path.main_entry->destination.length == 0) return false;
  const std::string chosen = path.answer.route ? path.answer.route->interface
                             : path.entry      ? path.entry->interface
                                               : std::string();
  const bool more_specific =
      !path.entry || path.main_entry->destination.length > path.entry->destination.length;
  return more_specific && path.main_entry->interface != chosen;
}

}  // namespace mtuscope
