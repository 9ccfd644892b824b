#include "analysis/points/combined_tables.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace mtuscope {

void combine_paths(const std::vector<Report>& reports, const std::vector<Claim>& claims,
                   const PointOrder& order, Report& report) {
  std::map<Way, size_t> known;
  for (uint32_t point = 0; point < reports.size(); ++point) {
    for (const PathReport& p : reports[point].paths) {
      const Way way = order.name_of(point, {p.src, p.dst});
      const auto [at, is_new] = known.try_emplace(way, report.paths.size());
      if (is_new) {
        report.paths.push_back(p);
        report.paths.back().src = way.first;
        report.paths.back().dst = way.second;
        continue;
      }
      PathReport& path = report.paths[at->second];
      path.flows = std::max(path.flows, p.flows);
      if (p.bracket.lower && (!path.bracket.lower || *path.bracket.lower < *p.bracket.lower)) {
        path.bracket.lower = p.bracket.lower;
      }
      if (path.announced_mtu.bytes == 0) path.announced_mtu = p.announced_mtu;
      if (path.tunnels.empty()) path.tunnels = p.tunnels;
      // Where packets pass first, the most were sent.
      if (order.enters_before(point, 0, way)) path.sizes = p.sizes;
    }
    report.paths_total = std::max(report.paths_total, reports[point].paths_total);
  }
  report.paths_total = std::max<uint64_t>(report.paths_total, report.paths.size());
  for (const Claim& c : claims) {
    if (c.finding.kind != FindingKind::kPmtuBlackhole || !c.way) continue;
    const auto at = known.find(*c.way);
    if (at != known.end()) report.paths[at->second].bracket = c.finding.bracket;
  }
  std::set<Way> found;
  for (const Claim& c : claims) {
    if (c.way && c.finding.severity > Severity::kInfo) found.insert(*c.way);
  }
  const auto is_found = [&](const PathReport& p) { return found.contains({p.src, p.dst}); };
  std::stable_partition(report.paths.begin(), report.paths.end(), is_found);
}

void combine_flows(const std::vector<Report>& reports, const PointOrder& order, Report& report) {
  std::map<std::array<Endpoint, 2>, size_t> known;
  for (uint32_t point = 0; point < reports.size(); ++point) {
    for (const FlowReport& flow : reports[point].flows) {
      const bool reply_is_larger = flow.bytes[1] > flow.bytes[0];
      const Way way =
          order.name_of(point, reply_is_larger ? Way{flow.ends[1].address, flow.ends[0].address}
                                               : Way{flow.ends[0].address, flow.ends[1].address});
      const auto [at, is_new] = known.try_emplace(flow.ends, report.flows.size());
      if (is_new) {
        report.flows.push_back(flow);
      } else if (order.enters_before(point, 0, way)) {
        report.flows[at->second] = flow;
      }
    }
  }
  std::ranges::stable_sort(report.flows, [](const FlowReport& a, const FlowReport& b) {
    const bool a_stuck = a.state == FlowState::kStuck;
    const bool b_stuck = b.state == FlowState::kStuck;
    return a_stuck != b_stuck ? a_stuck : a.waited > b.waited;
  });
}

void combine_counts(const std::vector<Report>& reports, Report& report) {
  std::map<std::pair<Endpoint, Endpoint>, OuterTunnel> outer;
  for (const Report& r : reports) {
    report.packets += r.packets;
    report.tcp_flows = std::max(report.tcp_flows, r.tcp_flows);
    for (size_t i = 0; i < r.quality.undecoded.size(); ++i) {
      report.quality.undecoded[i] += r.quality.undecoded[i];
    }
    for (const auto& [link_type, packets] : r.quality.unread_link_types) {
      report.quality.unread_link_types[link_type] += packets;
    }
    report.quality.duplicates += r.quality.duplicates;
    report.quality.one_way_flows += r.quality.one_way_flows;
    report.quality.offloaded_packets += r.quality.offloaded_packets;
    report.quality.unseen_acked_bytes += r.quality.unseen_acked_bytes;
    report.quality.ranges_given_up += r.quality.ranges_given_up;
    report.quality.dns_questions_given_up += r.quality.dns_questions_given_up;
    for (const OuterTunnel& t : r.outer_tunnels) {
      const auto [at, is_new] = outer.try_emplace({t.src, t.dst}, t);
      if (!is_new && t.packets > at->second.packets) at->second = t;
    }
  }
  for (const auto& [ends, tunnel] : outer) report.outer_tunnels.push_back(tunnel);
}

}  // namespace mtuscope
