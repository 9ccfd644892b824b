#include "analysis/points/combine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "analysis/advice/recommend.h"
#include "analysis/judges/summary.h"
#include "analysis/points/combined_tables.h"
#include "analysis/points/loss_location.h"
#include "analysis/points/point_claims.h"
#include "analysis/points/point_order.h"

namespace mtuscope {

namespace {

bool is_ptb(FindingKind kind) {
  return kind == FindingKind::kPtbIgnored || kind == FindingKind::kPmtudWorking;
}

class Combination {
 public:
  Combination(std::vector<Report> reports, const std::vector<PointPair>& pairs,
              const PointPlan& plan, std::vector<PointReport> points,
              const std::vector<SourceInfo>& sources)
      : reports_(std::move(reports)),
        pairs_(pairs),
        plan_(plan),
        points_(std::move(points)),
        sources_(sources),
        order_(pairs) {}

  Report result();

 private:
  void collect_claims();
  void add_crossing_claims();
  bool stopped_anyway(const Way& way, const Finding& black_hole) const;
  void answer_questions();
  void warn_of_half_a_clamp(Claim& claim) const;
  std::optional<Finding> take_quality();
  void recommend_for(Report& report) const;
  LinkFacts link_of(const Claim& claim) const;

  std::optional<Way> way_of(uint32_t point, const Finding& f) const {
    if (!f.src || !f.dst) return std::nullopt;
    return order_.name_of(point, {*f.src, *f.dst});
  }
  const PathReport* path_at(uint32_t point, const Way& way) const;
  bool arrived_elsewhere(const Way& way, IpSize size) const;

  std::vector<Report> reports_;
  const std::vector<PointPair>& pairs_;
  const PointPlan& plan_;
  std::vector<PointReport> points_;
  const std::vector<SourceInfo>& sources_;
  PointOrder order_;
  std::vector<Claim> claims_;
};

const PathReport* Combination::path_at(uint32_t point, const Way& way) const {
  for (const PathReport& p : reports_[point].paths) {
    if (order_.name_of(point, {p.src, p.dst}) == way) return &p;
  }
  return nullptr;
}

void Combination::collect_claims() {
  for (uint32_t point = 0; point < reports_.size(); ++point) {
    for (Finding& f : reports_[point].findings) {
      if (f.kind == FindingKind::kCaptureQuality) continue;
      const std::optional<Way> way = way_of(point, f);
      claims_.push_back({std::move(f), point, way, {}});
    }
  }
}

// One of the points knows of all these flows that they stopped whatever the size.
bool Combination::stopped_anyway(const Way& way, const Finding& black_hole) const {
  return std::ranges::any_of(claims_, [&](const Claim& c) {
    return c.finding.kind == FindingKind::kDataUndelivered && c.way == way &&
           std::ranges::all_of(black_hole.flows, [&](const FlowDirection& flow) {
             return std::ranges::find(c.finding.flows, flow) != c.finding.flows.end();
           });
  });
}

// What only the comparison shows. Of several pairs that show one loss, the closest locates it.
void Combination::add_crossing_claims() {
  std::map<Way, std::pair<int64_t, Claim>> closest;
  std::set<Way> announced;  // a limit that was announced is not a silent one
  for (const Claim& c : claims_) {
    if (c.way && is_ptb(c.finding.kind)) announced.insert(*c.way);
  }
  for (const PointPair& pair : pairs_) {
    const Between between = describe_between(pair, plan_);
    for (const DirectionCrossings& d : pair.crossings.directions) {
      const Way way = order_.name_of(pair.a, {d.src[0], d.dst[0]});
      for (Finding& f : mss_rewritten(pair, d, points_)) {
        const uint32_t point = *f.located->from;
        claims_.push_back({std::move(f), point, way, {}});
      }
      if (announced.contains(way)) continue;
      std::optional<Finding> f = black_hole_between(pair, d, plan_, points_);
      if (!f || stopped_anyway(way, *f)) continue;
      const int64_t apart = between.round_trip.value_or(Duration{INT64_MAX}).ns;
      const uint32_t point = *f->located->from;
      const auto at = closest.find(way);
      if (at == closest.end() || apart < at->second.first) {
        closest.insert_or_assign(way, std::pair(apart, Claim{std::move(*f), point, way, {}}));
      }
    }
  }
  for (auto& [way, claim] : closest) claims_.push_back(std::move(claim.second));
}

// A point that was captured for longer knows.
bool Combination::arrived_elsewhere(const Way& way, IpSize size) const {
  for (uint32_t point = 0; point < reports_.size(); ++point) {
    const PathReport* const path = path_at(point, way);
    if (path != nullptr && path->bracket.lower >= size) return true;
  }
  return false;
}

// What one point left open: another one that packets pass earlier has seen whether they were sent.
void Combination::answer_questions() {
  const auto is_answered = [&](const Claim& c) {
    if (c.finding.kind != FindingKind::kNotTested || !c.way) return false;
    const auto another_says = [&](auto what) {
      return std::ranges::any_of(
          claims_, [&](const Claim& other) { return other.way == c.way && what(other.finding); });
    };
    if (another_says([](const Finding& f) {
          return f.kind == FindingKind::kPmtuBlackhole || f.kind == FindingKind::kPtbIgnored;
        })) {
      return true;
    }
    // Not sent, as far as this point has seen.
    if (!c.finding.open_question) {
      return another_says(
          [](const Finding& f) { return f.open_question || f.kind == FindingKind::kPmtudWorking; });
    }
    if (c.finding.cut_off && arrived_elsewhere(*c.way, *c.finding.cut_off)) return true;
    for (uint32_t other = 0; other < reports_.size(); ++other) {
      if (other == c.point || !order_.enters_before(other, c.point, *c.way)) continue;
      const bool asks_too = std::ranges::any_of(reports_[other].findings, [&](const Finding& f) {
        return f.open_question && way_of(other, f) == c.way;
      });
      if (!asks_too && path_at(other, *c.way) != nullptr) return true;
    }
    return false;
  };
  // A limit that was announced to the sender is not a silent one.
  std::erase_if(claims_, [&](const Claim& c) {
    return c.finding.kind == FindingKind::kPmtuBlackhole && c.way &&
           std::ranges::any_of(claims_, [&](const Claim& other) {
             const FindingKind kind = other.finding.kind;
             const bool healed_far_away =
                 c.finding.recovered && c.finding.vantage == Vantage::kReceiver;
             return other.way == c.way && (kind == FindingKind::kPtbIgnored ||
                                           (kind == FindingKind::kPmtudWorking && healed_far_away));
           });
  });
  std::vector<bool> answered;
  for (const Claim& c : claims_) answered.push_back(is_answered(c));
  size_t i = 0;
  std::erase_if(claims_, [&](const Claim&) { return answered[i++]; });
}

// An MSS limits what its announcer receives: rewritten in one direction only, it leaves the other
// one to lose its large packets.
void Combination::warn_of_half_a_clamp(Claim& claim) const {
  if (!claim.way) return;
  const auto is_said = [&](FindingKind kind, const Way& way) {
    return std::ranges::any_of(
        claims_, [&](const Claim& c) { return c.finding.kind == kind && c.way == way; });
  };
  const Way back{claim.way->second, claim.way->first};
  if (is_said(FindingKind::kMssClamped, back)) return;
  if (!is_said(FindingKind::kPmtuBlackhole, *claim.way)) return;
  claim.finding.severity = Severity::kWarning;
  claim.finding.explanation += fmt::format(
      " What {} announces is left as it is, so packets in the other direction stay too large.",
      to_string(*claim.finding.dst));
}

LinkFacts Combination::link_of(const Claim& claim) const {
  const Finding& f = claim.finding;
  const Report& report = reports_[claim.point];
  // An MSS that somebody else has set says nothing about an interface.
  const bool clamped = std::ranges::any_of(claims_, [&](const Claim& c) {
    return c.finding.kind == FindingKind::kMssClamped && c.way && claim.way &&
           std::minmax(c.way->first, c.way->second) ==
               std::minmax(claim.way->first, claim.way->second);
  });
  IpSize mtu;
  std::span<const PathTunnel> around;
  for (const PathReport& p : report.paths) {
    const bool there = p.src == *f.src && p.dst == *f.dst;
    const bool back = p.src == *f.dst && p.dst == *f.src;
    if ((there || back) && p.tunnels.size() > around.size()) around = p.tunnels;
    if (!clamped && (there || (back && mtu.bytes == 0)) && p.announced_mtu.bytes != 0) {
      mtu = p.announced_mtu;
    }
  }
  // What goes into a tunnel further on does not fit where its cost is forgotten.
  for (const Report& other : reports_) {
    if (!around.empty()) break;
    for (const PathReport& p : other.paths) {
      const bool same = std::minmax(p.src, p.dst) == std::minmax(*f.src, *f.dst);
      if (same && p.tunnels.size() > around.size()) around = p.tunnels;
    }
  }
  InterfaceInfo interface;
  if (f.source < sources_.size()) {
    for (const InterfaceInfo& i : sources_[f.source].interfaces) {
      if (i.name == f.interface) {
        interface = i;
        break;
      }
    }
  }
  LinkFacts link =
      around.empty() ? link_facts(*f.src, *f.dst, interface, mtu) : link_facts(around, mtu);
  if (!report.outer_tunnels.empty() && link.nature == LinkNature::kWireGuard) {
    link.underlay = report.outer_tunnels.front().src.address.family;
  }
  for (const Claim& c : claims_) {
    const bool half = c.finding.kind == FindingKind::kMssClamped && c.way == claim.way &&
                      c.finding.severity == Severity::kWarning;
    if (half) link.half_clamp = c.finding.clamped;
  }
  return link;
}

// One for a path, whichever direction asks for less.
void Combination::recommend_for(Report& report) const {
  std::map<Way, Recommendation> by_path;
  for (const Claim& c : claims_) {
    if (!c.way || !calls_for_a_size(c.finding)) continue;
    Recommendation r = recommend(c.finding, link_of(c));
    const Way path = std::minmax(c.way->first, c.way->second);
    const auto at = by_path.find(path);
    if (at == by_path.end() || goes_before(r, at->second))
      by_path.insert_or_assign(path, std::move(r));
  }
  for (auto& [path, r] : by_path) report.recommendations.push_back(std::move(r));
  std::ranges::stable_sort(report.recommendations, goes_before);
}

// One finding for all points, each limit with its point's name.
std::optional<Finding> Combination::take_quality() {
  std::optional<Finding> quality;
  std::vector<std::string> limits;
  for (uint32_t point = 0; point < reports_.size(); ++point) {
    for (Finding& f : reports_[point].findings) {
      if (f.kind != FindingKind::kCaptureQuality) continue;
      limits.push_back(fmt::format("{}: {}", points_[point].name, f.explanation));
      quality = f;
    }
  }
  for (const auto& [a, b] : plan_.renumbered) {
    limits.push_back(fmt::format(
        "connections have other sequence numbers at {} than at {}, so something between them "
        "rewrites these, as firewalls and proxies do: their packets are not compared, and each is "
        "judged alone",
        points_[a].name, points_[b].name));
  }
  for (const PointPair& pair : pairs_) {
    if (!pair.same_clock || pair.crossings.matched == 0) continue;
    limits.push_back(fmt::format("{} packets were captured both at {} and at {}",
                                 pair.crossings.matched, points_[pair.a].name,
                                 points_[pair.b].name));
  }
  if (limits.empty()) return std::nullopt;
  if (!quality) {
    quality = Finding{.kind = FindingKind::kCaptureQuality,
                      .severity = Severity::kInfo,
                      .confidence = Confidence::kConfirmed};
  }
  quality->explanation = fmt::format("{}", fmt::join(limits, "; "));
  return quality;
}

Report Combination::result() {
  Report report;
  std::optional<Finding> quality = take_quality();
  collect_claims();
  add_crossing_claims();
  claims_ = merge(std::move(claims_), plan_, points_);
  answer_questions();
  for (Claim& c : claims_) {
    if (c.finding.kind == FindingKind::kPmtuBlackhole) locate_black_hole(c, order_, points_);
    if (c.finding.kind == FindingKind::kRandomLoss || c.finding.open_question)
      locate_losses(c, order_, points_);
    if (c.finding.kind == FindingKind::kMssClamped) warn_of_half_a_clamp(c);
  }
  combine_counts(reports_, report);
  combine_paths(reports_, claims_, order_, report);
  combine_flows(reports_, order_, report);
  for (const PointPair& pair : pairs_) {
    if (pair.crossings.matched > 0) report.between.push_back(describe_between(pair, plan_));
  }
  recommend_for(report);
  std::vector<std::string> undecided;
  for (Claim& c : claims_) {
    if (c.finding.open_question) undecided.push_back(c.finding.explanation);
    report.findings.push_back(std::move(c.finding));
  }
  if (quality) report.findings.push_back(std::move(*quality));
  std::ranges::stable_sort(report.findings, [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.confidence > b.confidence;
  });
  report.points = std::move(points_);
  summarize(report, undecided, sources_);
  return report;
}

}  // namespace

Report combine(std::vector<Report> reports, const std::vector<PointPair>& pairs,
               const PointPlan& plan, std::vector<PointReport> points,
               const std::vector<SourceInfo>& sources) {
  return Combination(std::move(reports), pairs, plan, std::move(points), sources).result();
}

}  // namespace mtuscope
