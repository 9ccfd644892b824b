#include "analysis/judges/datagram_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/datagrams/dns_unanswered.h"
#include "analysis/datagrams/fragment_findings.h"
#include "analysis/judges/path_judge.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxFragmentations = 100;
constexpr size_t kMaxDnsFindings = 100;

// Of the clients that asked in vain, those to which anything came, answers or TCP.
std::set<IpAddress> heard_clients(const DnsTracker& dns, const PathTable& paths) {
  std::set<IpAddress> silent, heard;
  for (const auto& [ends, service] : dns.services()) {
    if (service.in_vain_count > 0) (dns.heard(ends.first) ? heard : silent).insert(ends.first);
  }
  for (uint32_t i = 0; !silent.empty() && i < paths.size(); ++i) {
    if (!paths.in_use(i)) continue;
    const Path& path = paths[i];
    for (unsigned direction = 0; direction < 2; ++direction) {
      const IpAddress& dst = path.dst(direction);
      if (path.directions[direction].packets > 0 && silent.contains(dst)) heard.insert(dst);
    }
  }
  return heard;
}

}  // namespace

std::vector<Finding> fragment_findings(const FragmentTracker& fragments,
                                       const std::vector<SourceInfo>& sources) {
  std::vector<Finding> findings;
  uint64_t not_listed = 0;
  size_t listed = 0;
  for (const auto& path : fragments.paths()) {
    const FragmentEvidence evidence = evidence_of(fragments, path);
    std::optional<Finding> seen = fragmentation(evidence);
    if (seen && ++listed > kMaxFragmentations) {
      seen.reset();
      ++not_listed;
    }
    for (auto& finding : {fragment_loss(evidence), std::move(seen)}) {
      if (!finding) continue;
      findings.push_back(*finding);
      findings.back().interface =
          interface_at(sources, path.second.source, path.second.interface).name;
    }
  }
  const auto first = std::ranges::find(findings, FindingKind::kFragmentation, &Finding::kind);
  if (not_listed > 0 && first != findings.end()) {
    first->evidence_for.push_back(
        fmt::format("fragments of {} more paths are not listed", not_listed));
  }
  return findings;
}

std::vector<Recommendation> fragmented_tunnels(const FragmentTracker& fragments) {
  std::map<std::pair<IpAddress, IpAddress>, Recommendation> tunnels;
  for (const auto& path : fragments.paths()) {
    const auto tunnel = unfragmented_tunnel(evidence_of(fragments, path));
    if (!tunnel) continue;
    const auto& [src, dst] = path.first;
    const auto [at, is_new] = tunnels.try_emplace(std::minmax(src, dst), *tunnel);
    if (!is_new && tunnel->mtu < at->second.mtu) at->second = *tunnel;
    if (tunnels.size() >= kMaxFragmentations) break;
  }
  std::vector<Recommendation> all;
  for (auto& [ends, tunnel] : tunnels) all.push_back(std::move(tunnel));
  return all;
}

std::vector<Finding> dns_findings(const DnsTracker& dns, const PathTable& paths,
                                  const std::vector<SourceInfo>& sources,
                                  uint64_t& one_way_queries) {
  std::vector<Finding> findings;
  const std::set<IpAddress> heard = heard_clients(dns, paths);
  size_t listed = 0;
  for (const auto& entry : dns.services()) {
    const DnsService& service = entry.second;
    if (service.in_vain_count == 0 && service.unreachable.empty()) continue;
    const bool client_heard = heard.contains(entry.first.first);
    std::optional<Finding> f = dns_unanswered(entry, client_heard);
    if (!f) {
      if (!client_heard) one_way_queries += service.unanswered;
      continue;
    }
    if (++listed > kMaxDnsFindings) continue;
    f->interface = interface_at(sources, service.source, service.interface).name;
    findings.push_back(std::move(*f));
  }
  return findings;
}

}  // namespace mtuscope
