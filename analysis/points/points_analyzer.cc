#include "analysis/points/points_analyzer.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "analysis/points/combine.h"

namespace mtuscope {

namespace {

// A place within its file, where that is needed to tell it from another.
std::string place_words(const CapturePlace& place, const SourceInfo& source) {
  if (place.ifindex != 0) return fmt::format("interface {}", place.ifindex);
  if (place.direction == HostDirection::kIncoming) return "incoming side";
  if (place.direction == HostDirection::kOutgoing) return "outgoing side";
  if (place.interface < source.interfaces.size() && source.interfaces[place.interface].name) {
    return "interface " + *source.interfaces[place.interface].name;
  }
  return fmt::format("interface {}", place.interface);
}

std::vector<PointReport> name_points(const PointPlan& plan,
                                     const std::vector<SourceInfo>& sources) {
  std::vector<PointReport> points(plan.points);
  std::vector<std::set<uint32_t>> of_source(sources.size());
  for (const PointPlan::Entry& e : plan.entries) {
    if (e.place.source < sources.size()) of_source[e.place.source].insert(e.point);
  }
  for (const PointPlan::Entry& e : plan.entries) {
    if (e.place.source >= sources.size()) continue;
    PointReport& point = points[e.point];
    const SourceInfo& source = sources[e.place.source];
    const bool is_new_source =
        std::ranges::find(point.sources, e.place.source) == point.sources.end();
    if (is_new_source) {
      point.sources.push_back(e.place.source);
      point.dropped += source.dropped.value_or(0);
    }
    const bool several = of_source[e.place.source].size() > 1;
    constexpr size_t kNamed = 3;
    if (point.sources.size() > kNamed || (!is_new_source && !several)) continue;
    if (is_new_source) {
      if (!point.name.empty()) point.name += " and ";
      if (!several) point.name += source.path;
      if (several && sources.size() > 1) point.name += source.path + ", ";
      if (several) point.name += place_words(e.place, source);
    } else {
      point.name += " and " + place_words(e.place, source);
    }
  }
  return points;
}

// What limits the conclusions at one point: the other sources keep their names only.
std::vector<SourceInfo> seen_from(uint32_t point, const std::vector<PointReport>& points,
                                  std::vector<SourceInfo> sources) {
  const auto has = [](const PointReport& p, uint32_t source) {
    return std::ranges::find(p.sources, source) != p.sources.end();
  };
  for (uint32_t i = 0; i < sources.size(); ++i) {
    // What no packet was read of belongs to no point, and is said once.
    const bool nowhere = std::ranges::none_of(points, [&](const auto& p) { return has(p, i); });
    if (has(points[point], i) || (nowhere && point == 0)) continue;
    sources[i].truncated = false;
    sources[i].dropped.reset();
    for (InterfaceInfo& interface : sources[i].interfaces) interface.filter_problem.clear();
  }
  return sources;
}

bool share_a_clock(const PointReport& a, const PointReport& b) {
  return std::ranges::any_of(a.sources, [&](uint32_t source) {
    return std::ranges::find(b.sources, source) != b.sources.end();
  });
}

}  // namespace

PointsAnalyzer::PointsAnalyzer(PointPlan plan) : plan_(std::move(plan)), packets_(plan_.points) {
  for (uint32_t i = 0; i < plan_.points; ++i) {
    analyzers_.push_back(std::make_unique<Analyzer>());
    for (uint32_t k = 0; k < i; ++k) {
      if (std::ranges::find(plan_.renumbered, std::pair(k, i)) == plan_.renumbered.end())
        comparisons_.push_back({.a = k, .b = i, .matcher = {}});
    }
  }
}

void PointsAnalyzer::add(const Packet& packet) {
  const CapturePlace place = place_of(packet);
  if (!any_ || place != last_place_) {
    last_place_ = place;
    last_point_ = plan_.point_of(place);
    any_ = true;
  }
  ++packets_[last_point_];
  analyzers_[last_point_]->add(packet);
  const Timestamp common = packet.time - plan_.ahead(packet.source);
  for (Comparison& c : comparisons_) {
    if (c.a == last_point_) c.matcher.add(packet, 0, common);
    if (c.b == last_point_) c.matcher.add(packet, 1, common);
  }
}

void PointsAnalyzer::add_undecoded(Undecoded reason, uint16_t link_type) {
  analyzers_.front()->add_undecoded(reason, link_type);
}

Report PointsAnalyzer::finish(const std::vector<SourceInfo>& sources) {
  std::vector<PointReport> points = name_points(plan_, sources);
  std::vector<Report> reports;
  for (uint32_t i = 0; i < plan_.points; ++i) {
    points[i].packets = packets_[i];
    reports.push_back(analyzers_[i]->finish(seen_from(i, points, sources)));
  }
  std::vector<PointPair> pairs;
  for (Comparison& c : comparisons_) {
    PointPair pair{.a = c.a, .b = c.b};
    pair.same_clock = share_a_clock(points[c.a], points[c.b]);
    pair.crossings = c.matcher.finish();
    pairs.push_back(std::move(pair));
  }
  return combine(std::move(reports), pairs, plan_, std::move(points), sources);
}

}  // namespace mtuscope
