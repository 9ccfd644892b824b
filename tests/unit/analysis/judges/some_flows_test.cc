#include "analysis/judges/some_flows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tcp_simulation.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;

// Downloads one after the other; b gives up after 6 s.
std::vector<SimulatedFlow> downloads(int count) {
  std::vector<SimulatedFlow> all;
  for (int k = 0; k < count; ++k) {
    SimulatedFlow f;
    f.exchanges = {{78, {114, 1368, 1368, 1368, 232}}};
    f.start = 0.4 * k;
    f.give_up = 6;
    f.ends.b_port = static_cast<uint16_t>(50'000 + k);
    all.push_back(f);
  }
  return all;
}

Report over(const SimulatedPath& path, int flows, uint64_t seed = 3) {
  return analyze(simulate(downloads(flows), path, CapturePoint::kSender, 20, seed));
}

TEST(SomeFlows, AnotherLinkThatIsNarrowerIsToldForItsFlows) {
  const Report report = over({.limit = 1300, .limit_every = 3}, 12);
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->flow_count + f->flows_well, 12u);
  EXPECT_GE(f->flow_count, 2u);
  for (const FlowDirection& flow : f->flows) EXPECT_EQ(flow.dst.port % 3, 0);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("flows by ports: stuck")));
  EXPECT_THAT(report.headline, HasSubstr("of 12 flows"));
}

// ---- From the receiver.

TEST(SomeFlows, FromTheReceiverItIsSuspected) {
  const Report report = analyze(
      simulate(downloads(12), {.limit = 1300, .limit_every = 3}, CapturePoint::kReceiver, 20, 3));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_EQ(f->vantage, Vantage::kReceiver);
  EXPECT_GE(f->flow_count, 2u);
  for (const FlowDirection& flow : f->flows) EXPECT_EQ(flow.dst.port % 3, 0);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
}

// A download whose first two segments are missing; b asks for them. `end`: how it ends.
Packets stuck_at_receiver(uint16_t port, double start, const std::string& end) {
  TcpEnds ends;
  ends.b_port = port;
  return shifted(script(ends, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    0.1004 > P. 2737:2969 ack 79
    0.1005 < .  ack 1 sack 2737:2969
  )" + end),
                 Duration::from_seconds(start));
}

Packets well_at_receiver(uint16_t port, double start) {
  TcpEnds ends;
  ends.b_port = port;
  return shifted(script(ends, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1000 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1002 > P. 2737:2969 ack 79
    0.1003 < .  ack 2969
    0.1004 < F. 79:79 ack 2969
    0.1500 > F. 2969:2969 ack 80
    0.1501 < .  ack 2970
  )"),
                 Duration::from_seconds(start));
}

Report with_well_ones(const std::string& end) {
  std::vector<Packets> all{stuck_at_receiver(50'000, 0, end), stuck_at_receiver(50'001, 0.3, end)};
  for (uint16_t k = 0; k < 6; ++k)
    all.push_back(well_at_receiver(static_cast<uint16_t>(50'100 + k), 1 + k * 0.4));
  return analyze(merged(std::move(all)));
}

TEST(SomeFlows, ASenderThatIsHeardLaterDidTryAgain) {
  EXPECT_THAT(black_holes(with_well_ones(R"(
    6.0000 < F. 79:79 ack 1
    6.0500 > .  ack 80
  )")),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1"));
}

TEST(SomeFlows, OneThatIsNotMayHaveDied) {
  const Report report = with_well_ones("6.0000 < F. 79:79 ack 1\n");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
}

TEST(SomeFlows, WhatComesAfterAllIsLoss) {
  const Report report = with_well_ones(R"(
    6.0000 > .  1:1369 ack 79
    6.0001 > .  1369:2737 ack 79
    6.0002 < .  ack 2969
    6.1000 < F. 79:79 ack 2969
    6.1500 > .  ack 80
  )");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_NE(report.status, Status::kInconclusive);
}

TEST(SomeFlows, OneFlowAtTheReceiverIsAQuestion) {
  const Report report = analyze(
      simulate(downloads(12), {.limit = 1300, .limit_every = 12}, CapturePoint::kReceiver, 20, 3));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("Several links of which one is narrower"));
}

TEST(SomeFlows, OneFlowAloneIsNeverConfirmed) {
  const Report report = over({.limit = 1300, .limit_every = 12}, 12);
  for (const Finding& f : report.findings) {
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    EXPECT_EQ(f.confidence, Confidence::kSuspected);
  }
}

// ---- Nothing with data follows on the stuck flows, but b goes on asking, and is acknowledged.

const std::string kFullPacketsStuck = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1001 > .  1369:2737 ack 79
  0.3500 > .  1:1369 ack 79
  0.8500 > .  1:1369 ack 79
  1.8500 > .  1:1369 ack 79
  3.8500 > .  1:1369 ack 79
)";
const std::string kAsksOn = R"(
  1.0000 < P. 79:157 ack 1
  1.0001 > .  ack 157
  3.0000 < P. 157:235 ack 1
  3.0001 > .  ack 235
  5.0000 < P. 235:313 ack 1
  5.0001 > .  ack 313
)";
const std::string kAsksInVain = R"(
  1.0000 < P. 79:157 ack 1
  1.0001 > .  ack 157
  1.3000 < P. 79:157 ack 1
  1.3001 > .  ack 157
  1.9000 < P. 79:157 ack 1
  1.9001 > .  ack 157
)";
const std::string kWell = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1001 > .  1369:2737 ack 79
  0.1002 > .  2737:4105 ack 79
  0.1003 > P. 4105:4305 ack 79
  0.1600 < .  ack 4305
  0.2000 < F. 79:79 ack 4305
  0.2001 > F. 4305:4305 ack 80
  0.2501 < .  ack 4306
)";

Packets among_well_flows(const std::string& stuck, bool timestamps = false) {
  std::vector<Packets> all;
  TcpEnds ends;
  ends.timestamps = timestamps;
  for (int64_t k = 0; k < 10; ++k) {
    ++ends.b_port;
    all.push_back(k < 2 ? shifted(script(ends, stuck), Duration::milliseconds(70 * k))
                        : shifted(script(ends, kWell), Duration::milliseconds(300 * k)));
  }
  return merged(all);
}
Report beside_well_flows(const std::string& stuck) { return analyze(among_well_flows(stuck)); }

TEST(SomeFlows, WhereOnlyAcknowledgementsFollowItIsSuspected) {
  const Report report = beside_well_flows(kFullPacketsStuck + kAsksOn);
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_EQ(f->flow_count, 2u);
  EXPECT_EQ(f->flows_well, 8u);
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("only packets without data followed")));
}

TEST(SomeFlows, WhereAcknowledgementsAreLostTooTheyAreNotStuckBySize) {
  const Report report = beside_well_flows(kFullPacketsStuck + kAsksInVain);
  EXPECT_EQ(find(report, FindingKind::kPmtuBlackhole), nullptr);
}

TEST(SomeFlows, WhereTheSnaplenCutsSackNobodyKnowsHowMuchIsStuck) {
  Packets packets = among_well_flows(kFullPacketsStuck + kAsksOn, true);
  for (CapturedPacket& p : packets) {
    constexpr size_t kWithoutTimestamps = 48, kFlags = 33;
    const bool syn = (p.bytes[kFlags] & tcp_flag::kSyn) != 0;
    if (!syn && p.bytes.size() > kWithoutTimestamps) p.bytes.resize(kWithoutTimestamps);
  }
  EXPECT_EQ(find(analyze(packets), FindingKind::kPmtuBlackhole), nullptr);
}

std::vector<SimulatedFlow> full_packets_only(int count) {
  std::vector<SimulatedFlow> all = downloads(count);
  for (SimulatedFlow& f : all) f.exchanges = {{78, {114, 1368, 1368, 1368}}};
  return all;
}

TEST(SomeFlows, HeavyLossOfFullPacketsOnlyIsNoOtherLink) {
  int told = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Report report = analyze(
        simulate(full_packets_only(30), {.loss_there = 0.3}, CapturePoint::kSender, 20, seed));
    const Finding* f = find(report, FindingKind::kPmtuBlackhole);
    told += f != nullptr;
    EXPECT_FALSE(f != nullptr && f->confidence == Confidence::kConfirmed) << seed;
  }
  EXPECT_LE(told, 1);
}

TEST(SomeFlows, ALimitForAWhileIsNoSecondLink) {
  // All flows of that time are stuck, later ones are well.
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Report report = over({.limit = 1300, .limit_from = 1, .limit_to = 3}, 20, seed);
    for (const Finding& f : report.findings) {
      if (f.kind != FindingKind::kPmtuBlackhole || f.flows_well == 0) continue;
      EXPECT_EQ(f.confidence, Confidence::kSuspected) << seed;
    }
  }
}

TEST(SomeFlows, HeavyLossChoosesFlowsByLuck) {
  int suspected = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Report report = over({.loss_there = 0.3, .loss_back = 0.3}, 30, seed);
    for (const Finding& f : report.findings) {
      if (f.kind != FindingKind::kPmtuBlackhole) continue;
      EXPECT_EQ(f.confidence, Confidence::kSuspected) << seed;
      ++suspected;
    }
  }
  EXPECT_LE(suspected, 3);
}

}  // namespace
}  // namespace mtuscope
