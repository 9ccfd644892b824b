#include "analysis/combine.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "analysis/point_claims.h"
#include "analysis/recommend.h"
#include "analysis/summary.h"

namespace mtuscope {

namespace {

// A direction has other addresses behind a NAT: all are known by those at the first point.
class Names {
 public:
  explicit Names(const std::vector<PointPair>& pairs) {
    std::set<std::pair<uint32_t, Way>> ambiguous;
    for (const PointPair& pair : pairs) {
      for (const DirectionCrossings& d : pair.crossings.directions) {
        const Way here{d.src[1], d.dst[1]};
        const Way there = of(pair.a, {d.src[0], d.dst[0]});
        if (here == there) continue;
        const auto [at, is_new] = first_.try_emplace({pair.b, here}, there);
        // Several clients behind one address: nobody knows whose it is.
        if (!is_new && at->second != there) ambiguous.insert({pair.b, here});
      }
    }
    for (const auto& key : ambiguous) first_.erase(key);
  }
  Way of(uint32_t point, const Way& way) const {
    const auto at = first_.find({point, way});
    return at == first_.end() ? way : at->second;
  }

 private:
  std::map<std::pair<uint32_t, Way>, Way> first_;
};

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
        names_(pairs) {
    for (const PointPair& pair : pairs_) {
      for (const DirectionCrossings& d : pair.crossings.directions) {
        const auto from = enters_at(pair, d);
        if (from)
          comparisons_[names_.of(pair.a, {d.src[0], d.dst[0]})].push_back({&pair, &d, *from});
      }
    }
  }

  Report result();

 private:
  struct Comparison {
    const PointPair* pair;
    const DirectionCrossings* direction;
    unsigned from;  // 0 or 1
    uint32_t entry() const { return pair->point(from); }
    uint32_t exit() const { return pair->point(1 - from); }
  };

  void collect_claims();
  void add_crossing_claims();
  bool stopped_anyway(const Way& way, const Finding& black_hole) const;
  void answer_questions();
  void locate(Claim& claim) const;
  void locate_losses(Claim& claim) const;
  void warn_of_half_a_clamp(Claim& claim) const;
  void take_paths(Report& report) const;
  void take_counts(Report& report) const;
  void take_flows(Report& report) const;
  std::optional<Finding> take_quality();
  void recommend_for(Report& report) const;
  LinkFacts link_of(const Claim& claim) const;

  std::optional<Way> way_of(uint32_t point, const Finding& f) const {
    if (!f.src || !f.dst) return std::nullopt;
    return names_.of(point, {*f.src, *f.dst});
  }
  // Comparisons of this direction whose order is known.
  const std::vector<Comparison>& comparisons_of(const Way& way) const;
  bool enters_before(uint32_t a, uint32_t b, const Way& way) const;
  const PathReport* path_at(uint32_t point, const Way& way) const;

  std::vector<Report> reports_;
  const std::vector<PointPair>& pairs_;
  const PointPlan& plan_;
  std::vector<PointReport> points_;
  const std::vector<SourceInfo>& sources_;
  Names names_;
  std::map<Way, std::vector<Comparison>> comparisons_;
  std::vector<Claim> claims_;
};

const std::vector<Combination::Comparison>& Combination::comparisons_of(const Way& way) const {
  static const std::vector<Comparison> kNone;
  const auto at = comparisons_.find(way);
  return at == comparisons_.end() ? kNone : at->second;
}

bool Combination::enters_before(uint32_t a, uint32_t b, const Way& way) const {
  return std::ranges::any_of(comparisons_of(way),
                             [&](const Comparison& c) { return c.entry() == a && c.exit() == b; });
}

const PathReport* Combination::path_at(uint32_t point, const Way& way) const {
  for (const PathReport& p : reports_[point].paths) {
    if (names_.of(point, {p.src, p.dst}) == way) return &p;
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
      const Way way = names_.of(pair.a, {d.src[0], d.dst[0]});
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
    for (uint32_t other = 0; other < reports_.size(); ++other) {
      if (other == c.point || !enters_before(other, c.point, *c.way)) continue;
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

// Where a black hole lies that the comparison did not find between two points.
void Combination::locate(Claim& claim) const {
  if (claim.finding.located || !claim.way || !claim.finding.bracket.upper) return;
  const std::vector<Comparison>& all = comparisons_of(*claim.way);
  std::optional<uint32_t> behind, before;
  uint64_t crossed = 0;
  for (const Comparison& c : all) {
    uint64_t both = 0, alone = 0;
    for (const SizeCrossing& s : c.direction->sizes) {
      if (s.size < *claim.finding.bracket.upper) continue;
      both += s.both;
      alone += s.only[0] + s.only[1];
    }
    if (both > 0 && alone == 0 && (!behind || enters_before(*behind, c.exit(), *claim.way))) {
      behind = c.exit();
      crossed = both;
    }
    if (both == 0 && alone == 0 && (!before || enters_before(c.entry(), *before, *claim.way))) {
      before = c.entry();
    }
  }
  Located located;
  if (behind) {
    located.from = behind;
    located.entered = crossed;
    located.where = fmt::format("behind {}", points_[*behind].name);
    claim.finding.evidence_for.insert(
        claim.finding.evidence_for.begin(),
        fmt::format("{} packets of {} bytes or more came as far as {}", crossed,
                    claim.finding.bracket.upper->bytes, points_[*behind].name));
  } else if (before && claim.finding.vantage != Vantage::kSender) {
    located.to = before;
    located.where = fmt::format("before {}", points_[*before].name);
  } else {
    return;
  }
  claim.finding.located = std::move(located);
}

// Where packets are lost whatever their size.
void Combination::locate_losses(Claim& claim) const {
  if (!claim.way) return;
  for (const Comparison& c : comparisons_of(*claim.way)) {
    uint64_t entered = 0, lost = 0, missed = 0;
    for (const SizeCrossing& s : c.direction->sizes) {
      entered += s.both + s.only[c.from] + s.not_recorded[1 - c.from];
      lost += s.only[c.from];
      missed += s.not_recorded[1 - c.from];
    }
    if (entered == 0) continue;
    std::string text = fmt::format("of {} packets that passed {}, {} did not come out at {}",
                                   entered, points_[c.entry()].name, lost, points_[c.exit()].name);
    if (missed > 0) {
      text += fmt::format("; {} more arrived without having been recorded there", missed);
    }
    claim.finding.evidence_for.push_back(std::move(text));
  }
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
    if (at == by_path.end() || r.mtu < at->second.mtu) by_path.insert_or_assign(path, std::move(r));
  }
  for (auto& [path, r] : by_path) report.recommendations.push_back(std::move(r));
  std::ranges::stable_sort(report.recommendations, {}, &Recommendation::mtu);
}

void Combination::take_paths(Report& report) const {
  std::map<Way, size_t> known;
  for (uint32_t point = 0; point < reports_.size(); ++point) {
    for (const PathReport& p : reports_[point].paths) {
      const Way way = names_.of(point, {p.src, p.dst});
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
      if (enters_before(point, 0, way)) path.sizes = p.sizes;
    }
    report.paths_total = std::max(report.paths_total, reports_[point].paths_total);
  }
  report.paths_total = std::max<uint64_t>(report.paths_total, report.paths.size());
  for (const Claim& c : claims_) {
    if (c.finding.kind != FindingKind::kPmtuBlackhole || !c.way) continue;
    const auto at = known.find(*c.way);
    if (at != known.end()) report.paths[at->second].bracket = c.finding.bracket;
  }
  std::set<Way> found;
  for (const Claim& c : claims_) {
    if (c.way && c.finding.severity > Severity::kInfo) found.insert(*c.way);
  }
  const auto is_found = [&](const PathReport& p) { return found.contains({p.src, p.dst}); };
  std::stable_partition(report.paths.begin(), report.paths.end(), is_found);
}

void Combination::take_counts(Report& report) const {
  std::map<std::pair<Endpoint, Endpoint>, OuterTunnel> outer;
  for (const Report& r : reports_) {
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
  for (const PointPair& pair : pairs_) {
    if (pair.crossings.matched > 0) report.between.push_back(describe_between(pair, plan_));
  }
}

// Each flow from the point that its data passes first, which sees what was sent and how often.
void Combination::take_flows(Report& report) const {
  std::map<std::array<Endpoint, 2>, size_t> known;
  for (uint32_t point = 0; point < reports_.size(); ++point) {
    for (const FlowReport& flow : reports_[point].flows) {
      const bool reply_is_larger = flow.bytes[1] > flow.bytes[0];
      const Way way =
          names_.of(point, reply_is_larger ? Way{flow.ends[1].address, flow.ends[0].address}
                                           : Way{flow.ends[0].address, flow.ends[1].address});
      const auto [at, is_new] = known.try_emplace(flow.ends, report.flows.size());
      if (is_new) {
        report.flows.push_back(flow);
      } else if (enters_before(point, 0, way)) {
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
    if (c.finding.kind == FindingKind::kPmtuBlackhole) locate(c);
    if (c.finding.kind == FindingKind::kRandomLoss || c.finding.open_question) locate_losses(c);
    if (c.finding.kind == FindingKind::kMssClamped) warn_of_half_a_clamp(c);
  }
  take_counts(report);
  take_paths(report);
  take_flows(report);
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
