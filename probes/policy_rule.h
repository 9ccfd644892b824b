// Policy routing: the rules that say which table a packet's route is looked up in (ip-rule(8)).

#ifndef MTUSCOPE_PROBES_POLICY_RULE_H_
#define MTUSCOPE_PROBES_POLICY_RULE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "capture/address.h"
#include "probes/prefix.h"

namespace mtuscope {

inline constexpr uint32_t kMainTable = 254;     // RT_TABLE_MAIN
inline constexpr uint32_t kLocalTable = 255;    // RT_TABLE_LOCAL
inline constexpr uint32_t kDefaultTable = 253;  // RT_TABLE_DEFAULT

struct PolicyRule {
  uint32_t priority = 0;
  IpPrefix from, to;                 // length 0: all
  uint32_t mark = 0, mark_mask = 0;  // mask 0: whatever the mark
  std::string in, out;               // interfaces; empty: any
  bool inverted = false;             // "not": for packets that do not match
  uint32_t table = 0;                // 0: it names none (goto, unreachable)
  // Routes of at most this prefix length are passed over, as wg-quick has it; -1: none.
  int suppress_prefix_length = -1;
  bool other_conditions = false;  // ports, protocols, users: not looked at
};

// In the order that they are asked. Throws Error kSystem.
std::vector<PolicyRule> policy_rules(IpFamily family);

// Whether a packet that this host sends is one that the rule is for, as far as `other_conditions`
// are not looked at.
bool applies(const PolicyRule& rule, const IpAddress& target, const IpAddress& source,
             uint32_t mark);

// The first rule that may have led to `table`; null when none does.
const PolicyRule* rule_for(std::span<const PolicyRule> rules, uint32_t table,
                           const IpAddress& target, const IpAddress& source, uint32_t mark);

// "5270: from all lookup 52", as ip-rule(8) writes it.
std::string to_string(const PolicyRule& rule);
std::string table_name(uint32_t table);  // "main", "52"

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_POLICY_RULE_H_
