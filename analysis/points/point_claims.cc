#include "analysis/points/point_claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace mtuscope {

namespace {

int vantage_rank(Vantage v) {
  switch (v) {
    case Vantage::kSender:
      return 3;
    case Vantage::kMiddle:
      return 2;
    case Vantage::kReceiver:
      return 1;
    case Vantage::kUnknown:
      return 0;
  }
  return 0;
}

// Higher is better evidence.
auto rank(const Claim& c) {
  const Finding& f = c.finding;
  // Of two that say what was not tested, the one that knows of larger packets is right.
  const uint32_t known =
      f.kind == FindingKind::kNotTested ? f.bracket.lower.value_or(IpSize{}).bytes : 0;
  return std::make_tuple(f.severity, f.confidence, known, vantage_rank(f.vantage));
}

// Findings that one point may have several of in one direction, each about its own moment.
bool is_about_a_moment(FindingKind kind) {
  return kind == FindingKind::kPathOutage || kind == FindingKind::kPtbSuspect ||
         kind == FindingKind::kZeroWindow;
}

// Two claims of one kind and direction: do they mean the same?
bool is_same(const Claim& a, const Claim& b, const PointPlan& plan) {
  const Finding& f = a.finding;
  const Finding& g = b.finding;
  if (f.kind == FindingKind::kMssClamped) return f.explanation == g.explanation;
  if (f.open_question != g.open_question) return false;
  if (f.kind != FindingKind::kPmtuBlackhole && a.point == b.point) return false;
  if (!is_about_a_moment(f.kind) || !f.first_time || !g.first_time) return true;
  constexpr Duration kSlack = Duration::milliseconds(2000);
  const auto begin = [&](const Finding& x) { return *x.first_time - plan.ahead(x.source); };
  const auto end = [&](const Finding& x) {
    return x.last_time.value_or(*x.first_time) - plan.ahead(x.source) + kSlack;
  };
  return begin(f) <= end(g) && begin(g) <= end(f);
}

// The evidence of both; the tighter bracket, as long as they agree.
void take_evidence(Claim& best, const Claim& other, const std::vector<PointReport>& points) {
  Finding& f = best.finding;
  const Finding& o = other.finding;
  if (f.kind == FindingKind::kPmtuBlackhole) {
    Bracket tighter = f.bracket;
    if (o.bracket.lower && (!tighter.lower || *o.bracket.lower > *tighter.lower)) {
      tighter.lower = o.bracket.lower;
    }
    if (o.bracket.upper && (!tighter.upper || *o.bracket.upper < *tighter.upper)) {
      tighter.upper = o.bracket.upper;
    }
    if (!tighter.lower || !tighter.upper || *tighter.lower < *tighter.upper) f.bracket = tighter;
    if (!f.recovered) f.recovered = o.recovered;
    f.lost_in_receiver = f.lost_in_receiver || o.lost_in_receiver;
    if (o.located && !f.located) {
      f.located = o.located;
      f.chance = std::min(f.chance.value_or(1), o.chance.value_or(1));
      f.confidence = std::max(f.confidence, o.confidence);
      f.evidence_for.insert(f.evidence_for.begin(), o.evidence_for.begin(), o.evidence_for.end());
      return;
    }
  }
  if (f.kind == FindingKind::kNotTested || o.located) return;
  const std::string& says = o.evidence_for.empty() ? o.explanation : o.evidence_for.front();
  best.also.push_back(fmt::format("{}: {}", points[other.point].name, says));
}

}  // namespace

std::vector<Claim> merge(std::vector<Claim> claims, const PointPlan& plan,
                         const std::vector<PointReport>& points) {
  std::vector<Claim> merged;
  std::map<std::pair<FindingKind, Way>, std::vector<size_t>> known;
  for (Claim& claim : claims) {
    Claim* same = nullptr;
    if (claim.way) {
      std::vector<size_t>& alike = known[{claim.finding.kind, *claim.way}];
      for (const size_t i : alike) {
        if (same == nullptr && is_same(merged[i], claim, plan)) same = &merged[i];
      }
      if (same == nullptr) alike.push_back(merged.size());
    }
    if (same == nullptr) {
      merged.push_back(std::move(claim));
      continue;
    }
    if (rank(claim) > rank(*same) && !(claim.finding.located && !same->finding.located)) {
      std::swap(claim, *same);
      same->also.insert(same->also.end(), claim.also.begin(), claim.also.end());
    }
    take_evidence(*same, claim, points);
  }
  for (Claim& c : merged) {
    std::ranges::move(c.also, std::back_inserter(c.finding.evidence_for));
    c.also.clear();
  }
  return merged;
}

}  // namespace mtuscope
