#include "probes/policy_rule.h"

#include <fmt/format.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include <algorithm>

#include "probes/netlink.h"

namespace mtuscope {
namespace {

PolicyRule read_rule(const nlmsghdr& message) {
  const auto* header = static_cast<const fib_rule_hdr*>(mnl_nlmsg_get_payload(&message));
  PolicyRule rule;
  rule.table = header->table;
  rule.from.length = header->src_len;
  rule.to.length = header->dst_len;
  rule.inverted = (header->flags & FIB_RULE_INVERT) != 0;
  for_each_attribute(message, sizeof(fib_rule_hdr), [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case FRA_PRIORITY:
        rule.priority = read_u32(attribute).value_or(0);
        break;
      case FRA_SRC:
        rule.from.address = read_address(attribute).value_or(IpAddress{});
        break;
      case FRA_DST:
        rule.to.address = read_address(attribute).value_or(IpAddress{});
        break;
      case FRA_TABLE:
        rule.table = read_u32(attribute).value_or(0);
        break;
      case FRA_FWMARK:
        rule.mark = read_u32(attribute).value_or(0);
        break;
      case FRA_FWMASK:
        rule.mark_mask = read_u32(attribute).value_or(0);
        break;
      case FRA_IIFNAME:
        rule.in = read_text(attribute);
        break;
      case FRA_OIFNAME:
        rule.out = read_text(attribute);
        break;
      case FRA_SUPPRESS_PREFIXLEN:
        rule.suppress_prefix_length = static_cast<int>(read_u32(attribute).value_or(0));
        break;
      case FRA_UID_RANGE:
      case FRA_IP_PROTO:
      case FRA_SPORT_RANGE:
      case FRA_DPORT_RANGE:
        rule.other_conditions = true;
        break;
      default:
        break;
    }
  });
  if (header->action != FR_ACT_TO_TBL) rule.table = 0;
  return rule;
}

}  // namespace

std::vector<PolicyRule> policy_rules(IpFamily family) {
  NetlinkRequest request(RTM_GETRULE, NLM_F_DUMP);
  request.header<fib_rule_hdr>().family = static_cast<uint8_t>(address_family(family));
  std::vector<PolicyRule> rules;
  Netlink(NETLINK_ROUTE).ask(request, [&](const nlmsghdr& message) {
    rules.push_back(read_rule(message));
  });
  std::ranges::stable_sort(rules, {}, &PolicyRule::priority);
  return rules;
}

bool applies(const PolicyRule& rule, const IpAddress& target, const IpAddress& source,
             uint32_t mark) {
  // What this host sends comes in through "lo" (ip-rule(8)); before routing it leaves through none.
  const bool matches = (rule.from.length == 0 || rule.from.contains(source)) &&
                       (rule.to.length == 0 || rule.to.contains(target)) &&
                       (mark & rule.mark_mask) == rule.mark &&
                       (rule.in.empty() || rule.in == "lo") && rule.out.empty();
  return matches != rule.inverted;
}

const PolicyRule* rule_for(std::span<const PolicyRule> rules, uint32_t table,
                           const IpAddress& target, const IpAddress& source, uint32_t mark) {
  const auto found = std::ranges::find_if(rules, [&](const PolicyRule& rule) {
    return rule.table == table && applies(rule, target, source, mark);
  });
  return found == rules.end() ? nullptr : &*found;
}

std::string table_name(uint32_t table) {
  switch (table) {
    case kMainTable:
      return "main";
    case kLocalTable:
      return "local";
    case kDefaultTable:
      return "default";
    default:
      return std::to_string(table);
  }
}

std::string to_string(const PolicyRule& rule) {
  std::string text = fmt::format("{}: {}from {}", rule.priority, rule.inverted ? "not " : "",
                                 rule.from.length == 0 ? "all" : to_string(rule.from));
  if (rule.to.length > 0) text += " to " + to_string(rule.to);
  if (rule.mark_mask == UINT32_MAX) text += fmt::format(" fwmark {:#x}", rule.mark);
  if (rule.mark_mask != 0 && rule.mark_mask != UINT32_MAX) {
    text += fmt::format(" fwmark {:#x}/{:#x}", rule.mark, rule.mark_mask);
  }
  if (!rule.in.empty()) text += " iif " + rule.in;
  if (!rule.out.empty()) text += " oif " + rule.out;
  if (rule.table != 0) text += " lookup " + table_name(rule.table);
  if (rule.suppress_prefix_length >= 0) {
    text += fmt::format(" suppress_prefixlength {}", rule.suppress_prefix_length);
  }
  return text;
}

}  // namespace mtuscope
