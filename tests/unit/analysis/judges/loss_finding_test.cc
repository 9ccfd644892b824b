#include "analysis/judges/loss_finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tcp_simulation.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Path path_between_hosts() {
  Path path;
  path.low = *IpAddress::parse("10.9.0.1");
  path.high = *IpAddress::parse("10.9.0.2");
  path.flows = 1;
  return path;
}

Path path_with_losses(uint32_t delivered, uint32_t lost, uint32_t size = 500) {
  Path path = path_between_hosts();
  SizeHistogram& sizes = path.directions[0].sizes;
  for (uint32_t i = 0; i < delivered + lost; ++i) sizes.sent(IpSize{size});
  for (uint32_t i = 0; i < delivered; ++i) sizes.delivered(IpSize{size});
  for (uint32_t i = 0; i < lost; ++i) sizes.lost(IpSize{size});
  return path;
}

// ---- random-loss (info, warning from 2 %)

TEST(RandomLoss, NoneIsNotReported) { EXPECT_FALSE(random_loss(path_with_losses(100, 0), 0, {})); }

TEST(RandomLoss, BelowTwoPercentIsForInformation) {
  EXPECT_EQ(random_loss(path_with_losses(981, 19), 0, {})->severity, Severity::kInfo);
}

TEST(RandomLoss, FromTwoPercentItIsAWarning) {
  EXPECT_EQ(random_loss(path_with_losses(980, 20), 0, {})->severity, Severity::kWarning);
}

TEST(RandomLoss, OneLostOfTenIsACoincidence) {
  EXPECT_EQ(random_loss(path_with_losses(9, 1), 0, {})->severity, Severity::kInfo);
}

TEST(RandomLoss, WhereNoArrivalIsKnownThereIsNoRate) {
  const auto f = random_loss(path_with_losses(0, 29), 0, {});
  EXPECT_EQ(f->explanation.find('%'), std::string::npos) << f->explanation;
}

// 60 packets, of which `syns` are SYNs; of these `lost_syns` are lost, and of the others `lost`.
Path path_with_lost_syns(uint32_t syns, uint32_t lost_syns, uint32_t lost) {
  Path path = path_with_losses(60 - lost_syns - lost, 0, 60);
  PathDirection& d = path.directions[0];
  d.syns = syns;
  for (uint32_t i = 0; i < lost_syns + lost; ++i) {
    const Timestamp sent{int64_t{i} * 1'000'000'000};
    d.note_loss({.size = IpSize{60},
                 .sent = sent,
                 .repeated_at = sent + Duration::milliseconds(500),
                 .after_timeout = true,
                 .syn = i < lost_syns},
                Duration::milliseconds(20));
  }
  return path;
}

TEST(RandomLoss, OfSynsAloneIsRatherALimitOnConnections) {
  const auto f = random_loss(path_with_lost_syns(30, 20, 0), 0, {});
  EXPECT_THAT(f->explanation, HasSubstr("of the SYNs 66.7 % (20 of 30), of all others 0.0 %"));
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
}

TEST(RandomLoss, OfSynsAndOthersAlikeIsNone) {
  const auto f = random_loss(path_with_lost_syns(30, 12, 8), 0, {});
  EXPECT_THAT(f->explanation, Not(HasSubstr("SYN")));
}

TEST(RandomLoss, WhatIsLostForItsSizeIsNoRandomLoss) {
  const Path path = path_with_losses(0, 7, 1420);
  EXPECT_FALSE(random_loss(path, 0, IpSize{1420}));
  EXPECT_TRUE(random_loss(path, 0, {}));
}

// Small records are lost, and the sender puts them together when it repeats them: whether it is
// their size is open, but none of it is loss at random.
TEST(RandomLoss, WhatWasLostSinceNothingArrivesIsNone) {
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.1000 > P. 1:401 ack 1
    0.1500 < .  ack 401
    0.2000 > P. 401:801 ack 1
    0.2100 > P. 801:1201 ack 1
    0.2200 > P. 1201:1601 ack 1
    0.3300 > P. 1201:1601 ack 1
    0.5500 > P. 401:1601 ack 1
    1.0500 > P. 401:1601 ack 1
    2.0500 > P. 401:1601 ack 1
    4.0500 > P. 401:1601 ack 1
    8.0500 > P. 401:1601 ack 1
  )"));
  EXPECT_EQ(report.status, Status::kInconclusive) << report.headline;
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(RandomLoss, SmallAndLargeThatFareDifferentlyAreToldApart) {
  Path path = path_with_losses(25, 0, 200);
  SizeHistogram& sizes = path.directions[0].sizes;
  for (int i = 0; i < 33; ++i) {
    sizes.sent(IpSize{1500});
    sizes.delivered(IpSize{1500});
  }
  for (int i = 0; i < 24; ++i) sizes.lost(IpSize{1500});
  EXPECT_THAT(random_loss(path, 0, {})->explanation,
              HasSubstr("(29.3 %), of those up to 576 bytes 0.0 % (0 of 25), of the larger ones "
                        "42.1 % (24 of 57)"));
}

TEST(RandomLoss, SmallAndLargeThatFareAlikeAreNot) {
  Path path = path_with_losses(25, 5, 200);
  SizeHistogram& sizes = path.directions[0].sizes;
  for (int i = 0; i < 60; ++i) {
    sizes.sent(IpSize{1500});
    sizes.delivered(IpSize{1500});
  }
  for (int i = 0; i < 15; ++i) sizes.lost(IpSize{1500});
  EXPECT_THAT(random_loss(path, 0, {})->explanation, testing::EndsWith("%)."));
}

TEST(RandomLoss, WhatWasSentAgainInOnePacketIsLostAsOne) {
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.1000 > P. 1:201 ack 1
    0.1100 > P. 201:401 ack 1
    0.1200 > P. 401:601 ack 1
    0.5000 > P. 1:601 ack 1
    1.0000 > P. 1:601 ack 1
    1.0500 < .  ack 601
  )"));
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("4 of "));
}

// What a lost packet needs to be told from a limit or an outage: that others arrive.
std::string lost_and_overtaken(int times) {
  std::string lines = "0.0000 < S\n0.0001 > S. ack 1\n0.0501 < . ack 1\n";
  for (int i = 0; i < times; ++i) {
    const auto range = [&](int k) {
      const int begin = 1 + (2 * i + k) * 500;
      return std::to_string(begin) + ":" + std::to_string(begin + 500);
    };
    const auto when = [&](double t) { return std::to_string(1 + i + t); };
    const std::string end = std::to_string(1 + (2 * i + 2) * 500);
    lines += when(0) + " > P. " + range(0) + " ack 1\n" + when(0.01) + " > P. " + range(1) +
             " ack 1\n" + when(0.06) + " < . ack " + std::to_string(1 + 2 * i * 500) + " sack " +
             range(1) + "\n" + when(0.07) + " > P. " + range(0) + " ack 1\n" + when(0.12) +
             " < . ack " + end + "\n";
  }
  return lines;
}

TEST(RandomLoss, IsConfirmedOnceOthersAsLargeGotPastAgainAndAgain) {
  for (const int times : {1, 2}) {
    const Report report = analyze(script({}, lost_and_overtaken(times)));
    const Finding* f = find(report, FindingKind::kRandomLoss);
    ASSERT_NE(f, nullptr);
    EXPECT_EQ(f->confidence, Confidence::kSuspected) << times;
    EXPECT_THAT(f->evidence_against, Contains(HasSubstr("overtaken")));
  }
  const Report report = analyze(script({}, lost_and_overtaken(3)));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss)->confidence, Confidence::kConfirmed);
}

TEST(RandomLoss, NamesItsFlowsAndTimes) {
  const Report report = analyze(script({}, lost_and_overtaken(3)));
  const Finding& f = *find(report, FindingKind::kRandomLoss);
  ASSERT_EQ(f.flows.size(), 1u);
  EXPECT_EQ(f.flow_count, 1u);
  EXPECT_EQ(to_string(f.flows[0].src), "10.9.0.2:4096");
  EXPECT_EQ(f.first_time, at(1));
  EXPECT_EQ(f.last_time, at(3.07));
}

// ---- Conversations of records of all sizes, captured at the sender

std::vector<SimulatedFlow> records_of_all_sizes(int flows, uint32_t records = 200) {
  std::vector<SimulatedFlow> all;
  for (int k = 0; k < flows; ++k) {
    SimulatedFlow f;
    f.ends.b_port = static_cast<uint16_t>(50'000 + k);
    f.start = 0.013 * k;
    f.exchanges.clear();
    for (uint32_t i = 0; i < records; ++i)
      f.exchanges.push_back({78, {60 + (137 * i + 71 * static_cast<uint32_t>(k)) % 2600}, 0.01});
    all.push_back(f);
  }
  return all;
}

// Bulk and records together: most large packets belong to the bulk.
std::vector<SimulatedFlow> bulk_and_records() {
  std::vector<SimulatedFlow> all = records_of_all_sizes(2, 300);
  all.push_back(SimulatedFlow{.exchanges = {{78, {1'500'000}}}});
  all.back().ends.b_port = 49'999;
  return all;
}

Report over(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path, uint64_t seed = 7) {
  return analyze(simulate(flows, path, CapturePoint::kSender, 60, seed));
}

TEST(SizeDependentLoss, OneInFiveAboveALimitIsTold) {
  const Report report = over(records_of_all_sizes(3), {.lossy_above = 1200, .lossy_rate = 0.2});
  const Finding* f = find(report, FindingKind::kSizeDependentLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->severity, Severity::kWarning);
  EXPECT_LT(*f->chance, 0.001);
  EXPECT_LE(f->bracket.lower->bytes, 1200u);
  EXPECT_GT(f->bracket.upper->bytes, 1200u);
  EXPECT_FALSE(f->frames.empty());
  EXPECT_EQ(black_holes(report), "");
}

TEST(SizeDependentLoss, LossAboveALimitIsNotToldAgainAsRandom) {
  const Report report = over(records_of_all_sizes(3), {.lossy_above = 1200, .lossy_rate = 0.2});
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

// "0.0 % (0 of 1)" is no share: all but a SYN is large here.
TEST(SizeDependentLoss, NeedsSmallPacketsToCompareWith) {
  std::vector<SimulatedFlow> flows = records_of_all_sizes(2, 300);
  for (SimulatedFlow& f : flows) {
    for (Exchange& e : f.exchanges) e.writes = {1300};
  }
  const Report report = over(flows, {.lossy_above = 1200, .lossy_rate = 0.2});
  EXPECT_EQ(find(report, FindingKind::kSizeDependentLoss), nullptr);
}

TEST(SizeDependentLoss, AFewPercentNeedMorePackets) {
  const SimulatedPath path{.lossy_above = 1200, .lossy_rate = 0.03};
  EXPECT_EQ(find(over(records_of_all_sizes(1, 60), path), FindingKind::kSizeDependentLoss),
            nullptr);
  EXPECT_NE(find(over(records_of_all_sizes(6, 400), path), FindingKind::kSizeDependentLoss),
            nullptr);
}

TEST(SizeDependentLoss, LossOfAllSizesIsNone) {
  for (const double rate : {0.01, 0.05, 0.2}) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      const Report report = over(records_of_all_sizes(3), {.loss_there = rate}, seed);
      EXPECT_EQ(find(report, FindingKind::kSizeDependentLoss), nullptr) << rate << ' ' << seed;
    }
  }
}

TEST(SizeDependentLoss, APolicerThatCountsBytesIsNone) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const double rate : {30e3, 100e3, 300e3}) {
      const Report report =
          over(bulk_and_records(), {.police_rate = rate, .police_burst = 8000}, seed);
      EXPECT_EQ(find(report, FindingKind::kSizeDependentLoss), nullptr) << rate << ' ' << seed;
      EXPECT_EQ(black_holes(report), "");
    }
  }
}

TEST(SizeDependentLoss, AQueueThatOverflowsIsNone) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    for (const double rate : {60e3, 250e3}) {
      const Report report =
          over(bulk_and_records(), {.link_rate = rate, .queue_bytes = 9000}, seed);
      EXPECT_EQ(find(report, FindingKind::kSizeDependentLoss), nullptr) << rate << ' ' << seed;
      EXPECT_EQ(black_holes(report), "");
    }
  }
}

TEST(SizeDependentLoss, BurstsOfLossAreNone) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Report report = over(bulk_and_records(), {.loss_there = 0.005, .burst = 0.1}, seed);
    EXPECT_EQ(find(report, FindingKind::kSizeDependentLoss), nullptr) << seed;
  }
}

TEST(RandomLoss, NamesExamplesRatesAndRecovery) {
  const Report report = over(records_of_all_sizes(3), {.loss_there = 0.1});
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_FALSE(f->frames.empty());
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("lost by size: up to 576 bytes")));
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("after a timeout (RFC 6298)")));
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("was sent again as frame")));
  EXPECT_THAT(f->explanation, testing::Not(HasSubstr("congestion")));
}

TEST(RandomLoss, LossUnderLoadIsToldAsCongestion) {
  const Report report = over(bulk_and_records(), {.police_rate = 100e3, .police_burst = 8000});
  const Finding* f = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("policer"));
}

// ---- A tunnel's interface refuses packets that do not fit below it, and the kernel cuts them.

std::string cut_after(const char* when) {
  return "0.0000 < S\n0.0001 > S. ack 1\n0.0501 < . ack 1\n"
         "0.1000 > .  1:1369 ack 1\n0.1001 > P. 1369:2737 ack 1\n" +
         std::string(when) + " > .  1:1319 ack 1\n" + when + " > .  1319:2637 ack 1\n" + when +
         " > P. 2637:2737 ack 1\n0.2600 < .  ack 2637\n0.2601 < .  ack 2737\n";
}

TEST(RandomLoss, WhatTheSendersOwnHostRefusedWasNotLost) {
  EXPECT_EQ(find(analyze(script({}, cut_after("0.1003"))), FindingKind::kRandomLoss), nullptr);
  // After an RTT it may be a probe, or an answer that the capture missed.
  EXPECT_NE(find(analyze(script({}, cut_after("0.2003"))), FindingKind::kRandomLoss), nullptr);
}

}  // namespace
}  // namespace mtuscope
