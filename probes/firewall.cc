#include "probes/firewall.h"

#include <fmt/format.h>
#include <unistd.h>

#include <optional>

#include "probes/tool_output.h"

namespace mtuscope {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <typename F>
void for_each_line(std::string_view text, F on_line) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    on_line(trimmed(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// "table inet filter {" -> "inet filter"; empty when the line does not open such a block.
std::string_view opened(std::string_view line, std::string_view block) {
  if (!line.starts_with(block) || !line.ends_with(" {")) return {};
  return line.substr(block.size(), line.size() - block.size() - 2);
}

}  // namespace

void read_nft_ruleset(std::string_view text, FirewallFacts& facts) {
  std::string table, chain;
  bool output_hook = false;  // what this host sends is no answer that it waits for
  for_each_line(text, [&](std::string_view line) {
    if (const auto name = opened(line, "table "); !name.empty()) table = name;
    if (const auto name = opened(line, "chain "); !name.empty()) {
      chain = name;
      output_hook = false;
    }
    if (line.starts_with("type ")) output_hook = has(line, "hook output");
    const FirewallRule rule{.where = table + ' ' + chain, .text = std::string(line)};
    if (has(line, "tcp option maxseg size set") || has(line, "TCPMSS")) {
      facts.clamps.push_back(rule);
    }
    const bool drops = has(line, " drop") || has(line, " reject");
    if (has(line, "icmp") && drops && !output_hook) facts.icmp_drops.push_back(rule);
  });
}

void read_iptables_save(std::string_view text, FirewallFacts& facts) {
  std::string table;
  for_each_line(text, [&](std::string_view line) {
    if (line.starts_with('*')) table = line.substr(1);
    if (!line.starts_with("-A ")) return;
    const std::string_view chain = line.substr(3, line.find(' ', 3) - 3);
    const FirewallRule rule{.where = fmt::format("{} {}", table, chain), .text = std::string(line)};
    if (has(line, "-j TCPMSS")) facts.clamps.push_back(rule);
    const bool drops = has(line, "-j DROP") || has(line, "-j REJECT");
    const bool icmp = has(line, "-p icmp") || has(line, "-p ipv6-icmp");
    if (icmp && drops && chain != "OUTPUT") facts.icmp_drops.push_back(rule);
  });
}

FirewallFacts read_firewall() {
  FirewallFacts facts;
  bool read = false, installed = false;
  const auto look = [&](const std::string& tool, const std::vector<std::string>& arguments,
                        auto reader) {
    if (find_tool(tool).empty()) return;
    installed = true;
    const auto text = tool_output(tool, arguments);
    if (!text) return;
    read = true;
    reader(*text, facts);
  };
  // Where iptables is nftables underneath, nft shows its rules; the older kind it does not know.
  const std::string_view save = find_tool("nft").empty() ? "save" : "legacy-save";
  look("nft", {"list", "ruleset"}, read_nft_ruleset);
  look(fmt::format("iptables-{}", save), {}, read_iptables_save);
  look(fmt::format("ip6tables-{}", save), {}, read_iptables_save);
  if (!installed) {
    facts.unseen = "neither nft nor iptables-save is installed";
  } else if (!read) {
    facts.unseen = geteuid() == 0 ? "the kernel does not show them here"
                                  : "they are shown to root only: run it with sudo";
  }
  return facts;
}

}  // namespace mtuscope
