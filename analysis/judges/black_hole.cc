#include "analysis/judges/black_hole.h"

#include <algorithm>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/size_case.h"
#include "analysis/judges/failure_finding.h"
#include "analysis/judges/outage.h"
#include "analysis/judges/ptb_findings.h"
#include "analysis/judges/some_flows.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

// Beside larger failures, a size that failed by bad luck would make the bracket wrong, and a size
// left out only makes it wider: so the smallest size needs more than a suspicion.
constexpr double kOwnLuckBelow = 0.01;

// The veto: a packet at least as large, sent after the first failure, was delivered.
bool vetoed(const PathDirection& d, const FailedRange& f) {
  const auto later = d.deliveries.latest_of_at_least(f.size);
  return later && later->sent >= f.first;
}

bool countable(const FailedRange& f) { return !f.handshake; }

// What the evidence allows to be said, before the ceilings of vantage and one-way captures.
std::optional<Confidence> confidence_of(const SizeCase& c) {
  if (c.holes_only && c.events < kMinImplied) return std::nullopt;
  if (c.own.stopped()) return std::nullopt;
  // Numbers alone show that they were sent, and such sizes had passed.
  if (c.holes_only && !c.asked_for && c.cut_smaller == nullptr && c.shrunk()) return std::nullopt;
  if (c.cut_smaller != nullptr) {
    // The experiment needs no small chance, but heavy loss can look like it: then luck must be
    // unlikely.
    if (c.size_chance < kSuspectedBelow) return Confidence::kConfirmed;
    return std::nullopt;
  }
  if (c.size_chance >= kSuspectedBelow) return std::nullopt;
  if (!c.control) {
    const bool bulk_from_the_start = !c.shrunk() && c.largest_before && c.other_direction_alive;
    if (bulk_from_the_start) return Confidence::kSuspected;
    return std::nullopt;
  }
  if (std::max(c.size_chance, c.settled_chance) >= kConfirmedBelow) return Confidence::kSuspected;
  // Such sizes did pass before: the path shrank, or it broke just then, or (a NAT forgot the flow)
  // only this flow broke. Life of the flow and small packets that arrive after the first timeout
  // tell.
  if (c.shrunk() && !(c.flow_alive && c.controlled_later)) return Confidence::kSuspected;
  return Confidence::kConfirmed;
}

Confidence ceiling(const SizeCase& c, Confidence confidence) {
  // In a capture that lacks packets, those that would tell may be among them.
  if (c.missed_bytes && !c.own.control) return Confidence::kSuspected;
  // Answers without data may be what is lost, or all that these connections send.
  if (!c.acknowledged || (c.joined && !c.own.control)) return Confidence::kSuspected;
  if (c.one_way || c.smaller_failures > 0 || c.own.doubtful()) return Confidence::kSuspected;
  // From behind the loss a sender that heals itself looks like one that got a PTB late, unless it
  // does it as only a healer does.
  if (c.holes_only && c.cut_smaller != nullptr && !c.cut_smaller->recovered->stack)
    return Confidence::kSuspected;
  if (c.holes_only && c.cut_smaller == nullptr) {
    // The retransmissions are inferred: one stuck flow may have other reasons. And where nobody
    // asks, that anything was sent is inferred too.
    std::vector<FlowDirection> flows;
    for (const FailedRange* f : c.ranges) {
      if (f->asks > 0 && std::ranges::find(flows, f->flow) == flows.end()) flows.push_back(f->flow);
    }
    if (flows.size() < 2) return Confidence::kSuspected;
  }
  return confidence;
}

// Failures down to tiny sizes are a filter.
bool is_too_small(const SizeCase& c) {
  return c.size < kSmallestCredibleFailure && c.cut_smaller == nullptr;
}

// Of packets of the flows that stopped, none is lost at random.
IpSize lost_with(const OwnFlows& own, IpSize size) {
  for (const Unanswered& m : own.missed) {
    if (m.size > kBareHeaders) size = std::min(size, m.size);
  }
  return size;
}

// Where loss is so heavy that luck may have taken each of several sizes alone, but not all of them:
// the case of the largest ones that luck does not explain. `standing` ascends by size.
std::optional<Finding> together(const Path& path, unsigned direction,
                                const std::vector<const FailedRange*>& standing) {
  for (size_t i = standing.size(); i-- > 0;) {
    if (i > 0 && standing[i - 1]->size == standing[i]->size) continue;
    const SizeCase c = build_case(path, direction, standing[i]->size, standing);
    if (is_too_small(c)) return std::nullopt;
    if (const auto confidence = confidence_of(c))
      return black_hole_finding(path, direction, c, ceiling(c, *confidence));
  }
  return std::nullopt;
}

// The rule for the whole path, on the failures that no later delivery refutes.
BlackHoleVerdict judge_whole_path(const Path& path, unsigned direction,
                                  std::vector<const FailedRange*> standing) {
  BlackHoleVerdict verdict;
  // A peer that went to sleep does not answer a FIN either, and nobody waits for that.
  if (std::ranges::all_of(standing, &FailedRange::only_fin)) return verdict;
  if ((verdict.finding = open_outage(path, direction))) return verdict;
  std::ranges::stable_sort(standing, {}, [](const FailedRange* f) { return f->size; });
  const std::vector<const FailedRange*> all = standing;

  for (size_t i = 0, next; i < standing.size(); i = next) {
    next = i + 1;
    while (next < standing.size() && standing[next]->size == standing[i]->size) ++next;
    const SizeCase c = build_case(path, direction, standing[i]->size, standing);
    if (next < standing.size() && c.own_chance >= kOwnLuckBelow) {
      // Larger packets may fail for their size; these had bad luck, and say nothing about a limit.
      standing.erase(standing.begin() + static_cast<std::ptrdiff_t>(i),
                     standing.begin() + static_cast<std::ptrdiff_t>(next));
      next = i;
      continue;
    }
    verdict.lost_from = c.size;
    if ((verdict.finding = data_undelivered(path, direction, c))) return verdict;
    if (c.control && c.controlled_later &&
        (verdict.finding = stopped_flows(path, direction, c.ranges, c.own))) {
      verdict.lost_from = lost_with(c.own, c.size);
      return verdict;
    }
    if (is_too_small(c)) continue;
    if (const auto confidence = confidence_of(c)) {
      verdict.finding = black_hole_finding(path, direction, c, ceiling(c, *confidence));
      return verdict;
    }
  }
  if ((verdict.finding = together(path, direction, all))) {
    verdict.lost_from = verdict.finding->bracket.upper;
    return verdict;
  }
  const SizeCase widest = build_case(path, direction, standing.front()->size, standing);
  verdict.finding = lasting_outage(path, direction, widest);
  // Failures that luck explains are loss, and told as such.
  const bool stopped = widest.silent.ns > 0 || widest.events >= kMinImplied;
  const bool worth_asking =
      widest.cut_smaller == nullptr &&
      (widest.holes_only && !widest.asked_for
           ? !widest.shrunk() || stopped
           : widest.chance < kSuspectedBelow || (widest.holes_only && !widest.shrunk()));
  if (!verdict.finding && worth_asking) verdict.undecided = open_question(path, direction, widest);
  verdict.lost_from.reset();
  if (verdict.finding || verdict.undecided) verdict.lost_from = lost_with(widest.own, widest.size);
  return verdict;
}

// Others went on while it was tried three times.
bool others_go_on(const PathDirection& d, const FailedRange& f) {
  const auto latest = d.deliveries.latest();
  return latest && f.transmissions.size() > 2 && latest->sent > f.transmissions[2].time;
}

// Packets that every path carries (RFC 791), sent again and again on one flow while others went on,
// are lost with their flow. A FIN may find its peer gone, and harms nobody.
OwnFlows small_packets_in_vain(const PathDirection& d, const FailedRange& f) {
  constexpr uint64_t kTries = 4;
  OwnFlows own;
  if (f.hole || f.recovered || f.one_way || f.flow_control || f.flow_answered ||
      (f.size <= kBareHeaders && !f.waited_for) || f.size >= kSmallestCredibleFailure) {
    return own;
  }
  std::vector<Timestamp> times;
  for (const Transmission& t : f.transmissions) times.push_back(t.time);
  own.events = separate_events(std::move(times), f.rtt);
  if (own.events < kTries) return {};
  LossCount others = d.sizes.below(kSmallestCredibleFailure);
  others.lost -= std::min(others.lost, own.events);
  own.chance = chance_of_luck(others, own.events, others.delivered + others.lost);
  return own;
}

// The same for a whole path: at most a suspicion, since the loss of a flow's own link looks the
// same.
BlackHoleVerdict small_flows_in_vain(const Path& path, unsigned direction,
                                     const std::vector<const FailedRange*>& refuted) {
  const PathDirection& d = path.directions[direction];
  std::vector<const FailedRange*> stopped;
  OwnFlows least;
  IpSize smallest = kSmallestCredibleFailure;
  for (const FailedRange* f : refuted) {
    const OwnFlows own = small_packets_in_vain(d, *f);
    if (!others_go_on(d, *f) || !own.stopped() || own.chance >= kConfirmedBelow) continue;
    stopped.push_back(f);
    smallest = std::min(smallest, f->size);
    if (own.chance < least.chance) least = own;
  }
  if (stopped.empty()) return {};
  return {.finding = stopped_flows(path, direction, stopped, least), .lost_from = smallest};
}

// Flows that stopped while others carry packets as large as theirs.
void add_stopped(const Path& path, unsigned direction,
                 const std::vector<const FailedRange*>& refuted, BlackHoleVerdict& verdict) {
  std::vector<const FailedRange*> stopped;
  const PathDirection& d = path.directions[direction];
  IpSize size{0};
  for (const FailedRange* f : refuted) {
    if (!others_go_on(d, *f) || !own_flows(d, {f}, f->size, f->size).stopped()) continue;
    stopped.push_back(f);
    size = std::max(size, f->size);
  }
  if (stopped.empty()) {
    BlackHoleVerdict small = small_flows_in_vain(path, direction, refuted);
    if (!small.finding) return;
    verdict.finding = std::move(small.finding);
    verdict.lost_from = small.lost_from;
    return;
  }
  const OwnFlows own = own_flows(d, stopped, size, size);
  if ((verdict.finding = stopped_flows(path, direction, stopped, own)))
    verdict.lost_from = lost_with(own, size);
}

}  // namespace

BlackHoleVerdict judge_black_hole(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  std::vector<const FailedRange*> standing, refuted;
  for (const FailedRange& f : d.failures) {
    if (countable(f) && !was_announced(f, d)) (vetoed(d, f) ? refuted : standing).push_back(&f);
  }
  // Refuted for the path; but where flows take different links, not for theirs.
  auto some_flows = black_hole_of_some_flows(path, direction, refuted);
  BlackHoleVerdict verdict;
  if (!some_flows || some_flows->confidence != Confidence::kConfirmed)
    verdict = judge_whole_path(path, direction, std::move(standing));
  // Where the last flow to fail was one of them, nothing refutes it for the path any more.
  const bool rather_some = verdict.finding && verdict.finding->shrinkage &&
                           verdict.finding->kind == FindingKind::kPmtuBlackhole &&
                           verdict.finding->confidence == Confidence::kSuspected;
  if (some_flows && (!verdict.finding || rather_some)) {
    verdict.lost_from = some_flows->bracket.upper;
    verdict.finding = std::move(some_flows);
    verdict.undecided.reset();
  }
  if (!verdict.finding) add_stopped(path, direction, refuted, verdict);
  if (!verdict.finding && !verdict.undecided)
    verdict.undecided = stuck_flows_question(path, direction, refuted);
  return verdict;
}

}  // namespace mtuscope
