#include "tests/accuracy/tally.h"

#include <algorithm>

namespace mtuscope::build {

namespace {

constexpr size_t kToLookAt = 20;

struct Verdict {
  bool right = false, wrong = false;  // told; in the right direction or where there is nothing
  bool right_confirmed = false, wrong_confirmed = false;
  bool wrong_bounds = false;
  bool size_loss = false;
  bool wrong_outage = false, wrong_outage_confirmed = false;
};

// Are there times in which nothing passes?
bool breaks(const SimulatedPath& path) {
  return path.burst > 0 || path.down_to > path.down_from || path.mute_to > path.mute_from;
}

Verdict verdict_of(const Report& report, const Run& run, const SimulatedTruth& truth) {
  Verdict v;
  const IpAddress a = *IpAddress::parse(run.flows.front().ends.a);
  for (const Finding& f : report.findings) {
    v.size_loss = v.size_loss || f.kind == FindingKind::kSizeDependentLoss;
    const bool confirmed = f.confidence == Confidence::kConfirmed;
    if (f.kind == FindingKind::kPathOutage) {
      const bool wrong = !breaks(run.path);
      v.wrong_outage = v.wrong_outage || wrong;
      v.wrong_outage_confirmed = v.wrong_outage_confirmed || (wrong && confirmed);
    }
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    if (truth.lost_by_limit == 0 || f.src != a) {
      v.wrong = true;
      v.wrong_confirmed = v.wrong_confirmed || confirmed;
      continue;
    }
    v.right = true;
    v.right_confirmed = v.right_confirmed || confirmed;
    v.wrong_bounds = v.wrong_bounds || f.bracket.upper->bytes <= *run.path.limit ||
                     (f.bracket.lower && f.bracket.lower->bytes > *run.path.limit);
  }
  return v;
}

void count(const Verdict& v, const SimulatedTruth& truth, uint64_t number, Tally& t) {
  const auto look_at = [&](const char* what) {
    if (t.wrong.size() < kToLookAt)
      t.wrong.push_back(std::string(what).append(1, ' ').append(std::to_string(number)));
  };
  ++t.runs;
  t.false_confirmed += v.wrong_confirmed;
  t.false_suspected += v.wrong && !v.wrong_confirmed;
  t.false_size_loss += v.size_loss;
  t.false_outage += v.wrong_outage_confirmed;
  t.false_suspected_outage += v.wrong_outage && !v.wrong_outage_confirmed;
  t.wrong_bounds += v.wrong_bounds;
  if (v.wrong_confirmed) look_at("false-confirmed");
  if (v.size_loss) look_at("false-size-loss");
  if (v.wrong_outage_confirmed) look_at("false-outage");
  if (v.wrong_bounds) look_at("wrong-bounds");
  if (!truth.provable) return;
  ++t.provable;
  t.confirmed += v.right_confirmed;
  t.suspected += v.right && !v.right_confirmed;
  if (!v.right) look_at("missed");
}

}  // namespace

void Tally::add(const Tally& other) {
  runs += other.runs;
  false_confirmed += other.false_confirmed;
  false_suspected += other.false_suspected;
  false_size_loss += other.false_size_loss;
  false_outage += other.false_outage;
  false_suspected_outage += other.false_suspected_outage;
  provable += other.provable;
  confirmed += other.confirmed;
  suspected += other.suspected;
  wrong_bounds += other.wrong_bounds;
  wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
  wrong.resize(std::min(wrong.size(), kToLookAt));
}

std::vector<Tally> tally_by_point(const NetworkClass& network, uint64_t first, uint64_t count_) {
  std::vector<Tally> tallies(3);
  for (uint64_t number = first; number < first + count_; ++number) {
    const Run run = make_run(network, number);
    SimulatedTruth truth;
    Packets packets = simulate(run.flows, run.path, run.point, run.end, run.seed, &truth);
    if (run.damage) packets = run.damage(std::move(packets));
    count(verdict_of(analyze(packets), run, truth), truth, number,
          tallies[static_cast<size_t>(run.point)]);
  }
  return tallies;
}

}  // namespace mtuscope::build
