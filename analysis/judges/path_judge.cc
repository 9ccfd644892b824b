#include "analysis/judges/path_judge.h"

#include <algorithm>
#include <iterator>

#include "analysis/advice/recommend.h"
#include "analysis/evidence/unreachable_data.h"
#include "analysis/evidence/zero_window.h"
#include "analysis/judges/black_hole.h"
#include "analysis/judges/connection_attempts.h"
#include "analysis/judges/cut_off.h"
#include "analysis/judges/loss_finding.h"
#include "analysis/judges/mss_clamped.h"
#include "analysis/judges/observations.h"
#include "analysis/judges/outage.h"
#include "analysis/judges/ptb_findings.h"

namespace mtuscope {

namespace {

std::vector<SizeCount> size_counts(const SizeHistogram& sizes) {
  std::vector<SizeCount> counts;
  for (const SizeHistogram::Entry& e : sizes.entries()) {
    counts.push_back({IpSize{e.size}, e.sent, e.delivered});
  }
  return counts;
}

PathReport describe_path(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  PathReport r{.src = path.src(direction), .dst = path.dst(direction), .flows = path.flows};
  if (const auto largest = d.deliveries.largest()) r.bracket.lower = largest->size;
  r.sizes = size_counts(d.sizes);
  r.tunnels = d.tunnels;
  if (d.largest_mss.bytes != 0) r.announced_mtu = mtu_for_mss(d.largest_mss, r.src.family);
  return r;
}

// Only of packets that are captured where the route takes them: not those of a tunnel below.
void add_next_hop(const Path& path, const std::vector<NextHop>& next_hops, LinkFacts& link) {
  const auto leads_here = [&](const NextHop& hop) {
    const bool same_ends = (hop.src == path.low && hop.dst == path.high) ||
                           (hop.src == path.high && hop.dst == path.low);
    return same_ends && hop.interface == link.name;
  };
  const auto hop = std::ranges::find_if(next_hops, leads_here);
  if (hop == next_hops.end()) return;
  link.gateway = hop->via;
  link.gateway_of = hop->src;
}

LinkFacts link_of(const Path& path, const JudgeContext& context) {
  const InterfaceInfo interface =
      interface_at(context.sources, path.interface_source, path.interface);
  // An MSS speaks for its announcer's interface unless somebody else has set it.
  Mss mss;
  for (unsigned direction = 0; direction < 2 && mss.bytes == 0; ++direction) {
    if (clamped_size(path, 1 - direction, context.mss_watch)) continue;
    mss = path.directions[direction].largest_mss;
  }
  const IpSize mtu = mss.bytes == 0 ? IpSize{0} : mtu_for_mss(mss, path.low.family);
  const std::vector<PathTunnel>& tunnels = path.dearest_tunnels();
  LinkFacts link =
      tunnels.empty() ? link_facts(path.low, path.high, interface, mtu) : link_facts(tunnels, mtu);
  if (link.nature == LinkNature::kWireGuard) {
    const auto carrier = context.ties.outer_of({path.low, path.high});
    link.underlay = carrier ? carrier->first.family : context.outer.family();
  }
  add_next_hop(path, context.next_hops, link);
  return link;
}

// What PTBs say of the direction.
struct PtbVerdict {
  std::optional<Finding> ignored, working;
  bool any() const { return ignored || working; }
};

// The bracket of the direction, with what PTBs and the black hole say.
Bracket narrowed(Bracket bracket, const PtbVerdict& ptbs, const BlackHoleVerdict& verdict) {
  for (const auto& ptb : {ptbs.ignored, ptbs.working}) {
    if (!ptb || !ptb->bracket.upper) continue;
    bracket.upper = ptb->bracket.upper;
    // What offload merged may be counted as larger.
    if (bracket.lower >= ptb->bracket.upper || ptb->bracket.lower)
      bracket.lower = ptb->bracket.lower;
  }
  if (verdict.finding && verdict.finding->kind == FindingKind::kPmtuBlackhole)
    bracket = verdict.finding->bracket;
  return bracket;
}

// Packets from this size on are lost for their size.
std::optional<IpSize> limit_of(const PtbVerdict& ptbs, const BlackHoleVerdict& verdict,
                               const std::optional<Finding>& cut) {
  std::optional<IpSize> limit = verdict.lost_from;
  if (cut) limit = std::min(limit.value_or(*cut->bracket.upper), *cut->bracket.upper);
  for (const auto& ptb : {ptbs.ignored, ptbs.working}) {
    if (!ptb) continue;
    const IpSize announced{ptb->pmtu->bytes + 1};
    limit = limit ? std::min(*limit, announced) : announced;
  }
  return limit;
}

void keep(std::optional<Finding> finding, std::vector<Finding>& findings) {
  if (finding) findings.push_back(std::move(*finding));
}

// `limit`: from this size on packets are lost for another reason. `broken`: nothing passes any
// more.
void judge_losses(const Path& path, unsigned direction, std::optional<IpSize> limit, bool broken,
                  std::vector<Finding>& findings) {
  const PathDirection& d = path.directions[direction];
  // SYNs that nothing answers are repeated for another reason than random loss.
  if (!d.carried_data && d.deliveries.empty()) return;
  if (auto loss = size_dependent_loss(path, direction, limit)) {
    limit = IpSize{loss->bracket.lower->bytes + 1};
    findings.push_back(std::move(*loss));
  }
  keep(random_loss(path, direction, limit, broken), findings);
}

DirectionJudgement judge_direction(const Path& path, unsigned direction,
                                   const JudgeContext& context, PathJudgement& all,
                                   std::optional<IpSize>& lost_from) {
  DirectionJudgement judged{.report = describe_path(path, direction)};
  PtbVerdict ptbs{ptb_ignored(path, direction), pmtud_working(path, direction)};
  BlackHoleVerdict verdict = judge_black_hole(path, direction);
  const bool failures_open = verdict.undecided.has_value();
  if (!verdict.undecided && !verdict.finding && !ptbs.any()) {
    // What was lost from there on is part of that question.
    if (auto tries = too_few_tries(path, direction)) {
      verdict.undecided = std::move(tries->question);
      verdict.lost_from = tries->size;
    }
  }
  if (!verdict.undecided && !verdict.finding) verdict.undecided = unanswered(path, direction);
  if (!verdict.undecided && !verdict.finding)
    verdict.undecided = silent_after_window(path, direction);
  if (verdict.undecided && !verdict.finding &&
      (verdict.finding = told_why(path, direction, *verdict.undecided))) {
    verdict.undecided.reset();
  }
  judged.found = verdict.finding || ptbs.any();
  judged.report.bracket = narrowed(judged.report.bracket, ptbs, verdict);
  const bool black_hole = verdict.finding && verdict.finding->kind == FindingKind::kPmtuBlackhole;
  if (black_hole) {
    lost_from = verdict.lost_from;
    context.ties.locate(*verdict.finding, context.sources);
  }
  std::optional<Finding> cut = cut_smaller(path, direction);
  const std::optional<IpSize> limit = limit_of(ptbs, verdict, cut);
  if (judged.found) cut.reset();
  if (cut && judged.report.bracket.lower < cut->bracket.upper)
    judged.report.bracket.upper = cut->bracket.upper;
  if (black_hole || ptbs.any()) judged.reason.limit = limit;
  judged.reason.broken = verdict.finding && verdict.finding->kind == FindingKind::kPathOutage;

  keep(zero_window(path, direction), all.findings);
  keep(mss_clamped(path, direction, context.mss_watch, context.sources), all.findings);
  keep(syn_unanswered(path, direction, context.refusals), all.findings);
  keep(connection_refused(path, direction, context.refusals), all.findings);
  // What was lost since nothing arrives any more is part of that question.
  const bool nothing_arrives = judged.reason.broken || failures_open;
  judge_losses(path, direction, limit, nothing_arrives, all.findings);
  if (verdict.undecided) {
    verdict.undecided->open_question = true;
    judged.open = std::move(verdict.undecided);
  } else if (cut) {
    judged.open = std::move(cut);
  } else if (!judged.report.bracket.upper) {
    if (!judged.found) judged.open = cut_off(path, direction);
    if (!judged.open) judged.open = not_tested(path, direction);
  }
  keep(std::move(verdict.finding), all.findings);
  keep(std::move(ptbs.ignored), all.findings);
  keep(std::move(ptbs.working), all.findings);
  return judged;
}

}  // namespace

InterfaceInfo interface_at(const std::vector<SourceInfo>& sources, uint32_t source,
                           uint32_t interface) {
  if (source >= sources.size() || interface >= sources[source].interfaces.size()) return {};
  return sources[source].interfaces[interface];
}

PathJudgement judge_path(const Path& path, const JudgeContext& context) {
  PathJudgement all;
  std::array<std::optional<IpSize>, 2> lost_from;
  for (unsigned direction = 0; direction < 2; ++direction) {
    if (path.directions[direction].packets == 0) continue;
    all.directions[direction] =
        judge_direction(path, direction, context, all, lost_from[direction]);
  }
  std::ranges::move(past_outages(path, lost_from), std::back_inserter(all.findings));
  const std::optional<std::string> interface =
      interface_at(context.sources, path.interface_source, path.interface).name;
  for (Finding& finding : all.findings) {
    finding.interface = interface;
    add_unreachable(path, finding);
  }
  for (std::optional<DirectionJudgement>& judged : all.directions) {
    if (judged && judged->open) add_unreachable(path, *judged->open);
  }
  if (std::ranges::any_of(all.findings, calls_for_a_size)) {
    all.advice = recommend_path(all.findings, link_of(path, context));
  }
  return all;
}

}  // namespace mtuscope
