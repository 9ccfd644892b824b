// Random conversations over a path that loses, reorders, breaks, or has a size limit, captured at
// the sender, in the middle and at the receiver: how often is the verdict wrong? The seeds are
// fixed, so the answer is always the same; the bounds say what was accepted when they were written.

#include <gtest/gtest.h>

#include "tests/support/tcp_simulation.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

struct Tally {
  int captures = 0, confirmed = 0, suspected = 0, wrong_bound = 0;
};

constexpr CapturePoint kPoints[] = {CapturePoint::kSender, CapturePoint::kMiddle,
                                    CapturePoint::kReceiver};

// Round `i` decides what the stacks are like: RTT from 1 to 600 ms, minimum RTO 30 ms (BSD,
// Windows) to 1 s (RFC 6298), delayed ACKs 40 or 200 ms, with and without SACK, timestamps and IPv4
// identification.
SimulatedFlow flow_of(int i, int k, const std::vector<Exchange>& exchanges) {
  SimulatedFlow f;
  f.exchanges = exchanges;
  f.start = k * 0.3;
  f.ends.b_port = static_cast<uint16_t>(50'000 + k);
  f.ends.sack = i % 7 != 0;
  f.ends.timestamps = i % 6 != 0;
  f.ends.ip_ids = i % 8 != 0;
  f.min_rto = i % 9 == 0 ? 0.03 : i % 9 == 1 ? 1.0 : 0.2;
  f.delayed_ack = i % 2 ? 0.04 : 0.2;
  return f;
}
double one_way_of(int i) { return i % 5 == 0 ? 0.3 : i % 5 == 1 ? 0.0005 : 0.02; }

std::vector<std::vector<Exchange>> shapes() {
  std::vector<Exchange> chat(20), varied;
  for (uint32_t i = 0; i < 20; ++i)
    varied.push_back({78, {50 + 137 * i % 1300, 900 + 91 * i % 460, 232}, 0.1});
  return {{Exchange{}}, chat, varied, {{78, {100'000}}}, {{78, {200, 200, 1368}}}};
}

void count(const Report& report, std::optional<uint32_t> limit, Tally& tally) {
  ++tally.captures;
  bool confirmed = false, suspected = false;
  for (const Finding& f : report.findings) {
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    (f.confidence == Confidence::kConfirmed ? confirmed : suspected) = true;
    if (limit && ((f.bracket.upper && f.bracket.upper->bytes <= *limit) ||
                  (f.bracket.lower && f.bracket.lower->bytes > *limit))) {
      ++tally.wrong_bound;
    }
  }
  tally.confirmed += confirmed;
  tally.suspected += suspected && !confirmed;
}

Tally campaign(const SimulatedPath& like, int rounds, int flows_each = 1, double end = 10) {
  Tally tally;
  int shape = 0;
  for (const std::vector<Exchange>& exchanges : shapes()) {
    ++shape;
    for (int i = 0; i < rounds; ++i) {
      SimulatedPath path = like;
      path.one_way = one_way_of(i);
      std::vector<SimulatedFlow> flows;
      for (int k = 0; k < flows_each; ++k) flows.push_back(flow_of(i, k, exchanges));
      const CapturePoint point = kPoints[i % 3];
      const uint64_t seed = uint64_t{1'000'003} * shape + i;
      count(analyze(simulate(flows, path, point, end, seed)), path.limit, tally);
    }
  }
  return tally;
}

TEST(Campaign, OnePercentOfLossIsNeverABlackHole) {
  const Tally t = campaign({.loss_there = 0.01, .loss_back = 0.01}, 60);
  EXPECT_EQ(t.confirmed + t.suspected, 0) << "of " << t.captures;
}

TEST(Campaign, FivePercentOfLossInBurstsAndOutOfOrderIsNeverABlackHole) {
  const Tally t =
      campaign({.loss_there = 0.05, .loss_back = 0.05, .burst = 0.05, .reordered = 0.2}, 60);
  EXPECT_EQ(t.confirmed + t.suspected, 0) << "of " << t.captures;
}

TEST(Campaign, ThirtyPercentOfLossIsNeverConfirmed) {
  // Luck alone loses five large packets in a row once in 400 tries: a few suspicions are honest.
  const Tally t = campaign({.loss_there = 0.3, .loss_back = 0.15}, 60);
  EXPECT_EQ(t.confirmed, 0);
  EXPECT_LE(t.suspected, t.captures / 50) << "of " << t.captures;
}

TEST(Campaign, AFlappingLinkIsNeverConfirmed) {
  const Tally t = campaign({.loss_there = 0.01, .down_from = 1.1, .down_to = 3.3}, 40, 2);
  EXPECT_EQ(t.confirmed, 0) << "of " << t.captures;
  EXPECT_LE(t.suspected, t.captures / 50);
}

TEST(Campaign, ADirectionThatDiesIsNeverConfirmed) {
  const Tally t = campaign({.mute_from = 1.1, .mute_to = 1e9}, 40, 2);
  EXPECT_EQ(t.confirmed, 0) << "of " << t.captures;
  EXPECT_LE(t.suspected, t.captures / 25);
}

TEST(Campaign, HeavyReorderingIsNeverABlackHole) {
  const Tally t = campaign({.reordered = 0.5}, 40);
  EXPECT_EQ(t.confirmed + t.suspected, 0) << "of " << t.captures;
}

TEST(Campaign, ALimitIsFoundInMostCapturesAndNeverWithAWrongBound) {
  // What is missed is open: an answer of nothing but large packets shows no sign of life, and at
  // the receiver it shows nothing at all.
  const Tally t = campaign({.limit = 1300}, 60, 2);
  EXPECT_EQ(t.wrong_bound, 0);
  EXPECT_GE(t.confirmed + t.suspected, t.captures / 2) << "of " << t.captures;
}

TEST(Campaign, ALimitOnALossyPathIsStillFoundWithRightBounds) {
  const Tally t = campaign({.loss_there = 0.05, .loss_back = 0.05, .limit = 1300}, 60, 2);
  EXPECT_LE(t.wrong_bound, t.captures / 100);
  EXPECT_GE(t.confirmed + t.suspected, t.captures / 2) << "of " << t.captures;
}

}  // namespace
}  // namespace mtuscope
