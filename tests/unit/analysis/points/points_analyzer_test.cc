#include "analysis/points/points_analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/capture_points.h"
#include "tests/support/packet_builder.h"
#include "tests/support/tcp_simulation.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using build::black_holes;
using build::find;
using build::SimulatedFlow;
using build::SimulatedPath;
using ::testing::Contains;
using ::testing::HasSubstr;

// The same traffic as both ends see it; b's clock is ahead.
Report both_ends(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path,
                 Duration ahead = {}, uint64_t seed = 1) {
  const auto at = [&](build::CapturePoint point) {
    return build::simulate(flows, path, point, 60, seed);
  };
  return build::analyze_files(
      {{"a.pcap", at(build::CapturePoint::kSender)},
       {"b.pcap", build::shifted(at(build::CapturePoint::kReceiver), ahead)}});
}

const SimulatedFlow kIncident{.give_up = 20};

const CrossedDirection* crossed(const Report& report, std::string_view src) {
  if (report.between.empty()) return nullptr;
  for (const CrossedDirection& d : report.between[0].directions) {
    if (to_string(d.src) == src) return &d;
  }
  return nullptr;
}

uint64_t lost(const CrossedDirection& d) {
  return std::accumulate(d.sizes.begin(), d.sizes.end(), uint64_t{0},
                         [](uint64_t sum, const CrossedSize& s) {
                           return sum + s.entered - s.came_out - s.not_recorded;
                         });
}

TEST(TwoPoints, ABlackHoleIsProvedAndLocated) {
  const Report report = both_ends({kIncident}, {.limit = 1400});
  EXPECT_THAT(black_holes(report), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
  const Finding* const hole = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(hole, nullptr);
  ASSERT_TRUE(hole->located);
  EXPECT_EQ(hole->located->where, "between a.pcap and b.pcap");
  EXPECT_GE(hole->located->entered, 5u);
  EXPECT_THAT(report.headline, HasSubstr("lost between a.pcap and b.pcap"));
}

// As captured inside GRE.
build::Packets within_gre(build::Packets packets) {
  for (build::CapturedPacket& p : packets) {
    p.original_bytes += 24;
    p.bytes = build::gre({.src = "192.0.2.1",
                          .dst = "192.0.2.2",
                          .length_field = static_cast<uint16_t>(p.original_bytes)},
                         0x0800, p.bytes);
  }
  return packets;
}

// The large packets never enter the tunnel, but what it costs is seen of the small ones.
TEST(TwoPoints, ATunnelThatOneOfThemSeesCounts) {
  const auto at = [](build::CapturePoint point) {
    return build::simulate({kIncident}, {.limit = 1400}, point, 60, 1);
  };
  const Report report =
      build::analyze_files({{"a.pcap", at(build::CapturePoint::kSender)},
                            {"b.pcap", within_gre(at(build::CapturePoint::kReceiver))}});
  EXPECT_THAT(black_holes(report), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
  ASSERT_EQ(report.recommendations.size(), 1u);
  EXPECT_THAT(report.recommendations[0].basis, HasSubstr(" - 24 GRE"));
}

// Two clocks interleave packets wrongly when they are merged by time.
TEST(TwoPoints, ClocksMayDiffer) {
  for (const double ahead : {-3700.0, -0.1, 0.02, 5.0, 86400.0}) {
    const Report report = both_ends({kIncident}, {.limit = 1400}, Duration::from_seconds(ahead));
    EXPECT_THAT(black_holes(report), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1")) << ahead;
    ASSERT_EQ(report.between.size(), 1u);
    ASSERT_TRUE(report.between[0].clock) << ahead;
    const ClockOffset& clock = *report.between[0].clock;
    EXPECT_NEAR(clock.ahead.seconds(), ahead, clock.uncertainty.seconds()) << ahead;
    EXPECT_NEAR(clock.uncertainty.seconds(), 0.025, 0.001) << ahead;
  }
}

TEST(TwoPoints, AHealthyTransferHasNoProblem) {
  const Report report = both_ends({{.exchanges = std::vector<build::Exchange>(30)}}, {});
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
  const CrossedDirection* const d = crossed(report, "10.9.0.2");
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(lost(*d), 0u);
  EXPECT_EQ(report.points[d->from].name, "a.pcap");
}

TEST(TwoPoints, RandomLossIsCountedWhereItHappens) {
  const Report report =
      both_ends({{.exchanges = std::vector<build::Exchange>(200)}}, {.loss_there = 0.1});
  EXPECT_EQ(black_holes(report), "");
  const CrossedDirection* const d = crossed(report, "10.9.0.2");
  ASSERT_NE(d, nullptr);
  EXPECT_GT(lost(*d), 20u);
  const Finding* const loss = find(report, FindingKind::kRandomLoss);
  ASSERT_NE(loss, nullptr);
  EXPECT_THAT(loss->evidence_for, Contains(HasSubstr("did not come out at b.pcap")));
}

// No loss of any size, and no outage, may look like a limit.
TEST(TwoPoints, LossAndOutagesAreNeverALimit) {
  const std::vector<SimulatedFlow> flows(6, {.exchanges = std::vector<build::Exchange>(40)});
  std::vector<SimulatedFlow> apart = flows;
  for (size_t i = 0; i < apart.size(); ++i) {
    apart[i].ends.b_port = static_cast<uint16_t>(50000 + i);
    apart[i].start = static_cast<double>(i) * 0.3;
  }
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    for (const SimulatedPath& path :
         {SimulatedPath{.loss_there = 0.3}, SimulatedPath{.loss_there = 0.2, .burst = 0.5},
          SimulatedPath{.loss_there = 0.05, .loss_back = 0.3},
          SimulatedPath{.down_from = 1, .down_to = 11}, SimulatedPath{.mute_from = 1, .mute_to = 9},
          SimulatedPath{.reordered = 0.2}}) {
      EXPECT_EQ(black_holes(both_ends(apart, path, Duration::from_seconds(2), seed)), "") << seed;
    }
  }
}

// Between them a firewall gives connections other numbers: taken for one capture they contradict
// each other.
TEST(TwoPoints, BothSidesOfAFirewallThatRenumbersAreJudgedAlone) {
  const auto renumber = [](Packet& p) {
    constexpr uint32_t kOther = 0x12345678;
    SeqNumber& number = p.src == IpAddress::parse("10.9.0.1").value() ? p.tcp.seq : p.tcp.ack;
    number = number + kOther;
  };
  const Report report =
      build::analyze_files({{"a.pcap", build::script({}, build::kIncident)},
                            {"b.pcap", build::script({}, build::kIncidentAtReceiver), renumber}});
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
  EXPECT_THAT(report.between, testing::IsEmpty());
  EXPECT_THAT(find(report, FindingKind::kCaptureQuality)->explanation,
              HasSubstr("connections have other sequence numbers at a.pcap than at b.pcap"));
}

// Bytes that the receiver acknowledged did arrive, whatever its capture shows.
TEST(TwoPoints, WhatACaptureMissedIsNotLost) {
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(40)}};
  build::Packets at_b = build::simulate(flows, {}, build::CapturePoint::kReceiver, 60, 1);
  // The capture at b drops every full segment, as a filter by length would.
  std::erase_if(at_b, [](const auto& p) { return p.from_a && p.original_bytes > 1000; });
  const Report report = build::analyze_files(
      {{"a.pcap", build::simulate(flows, {}, build::CapturePoint::kSender, 60, 1)},
       {"b.pcap", at_b}});
  EXPECT_EQ(black_holes(report), "");
  const CrossedDirection* const d = crossed(report, "10.9.0.2");
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(lost(*d), 0u);
  const CrossedSize& full = d->sizes.back();
  EXPECT_EQ(full.size.bytes, 1420u);
  EXPECT_EQ(full.not_recorded, full.entered);
}

TEST(TwoPoints, TheEndOfACaptureIsNoLoss) {
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(200)}};
  build::Packets at_b = build::simulate(flows, {}, build::CapturePoint::kReceiver, 60, 1);
  at_b.resize(at_b.size() / 3);
  const Report report = build::analyze_files(
      {{"a.pcap", build::simulate(flows, {}, build::CapturePoint::kSender, 60, 1)},
       {"b.pcap", at_b}});
  const CrossedDirection* const d = crossed(report, "10.9.0.2");
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(lost(*d), 0u);
  EXPECT_GT(report.between[0].outside, 0u);
}

// At a the capture ends with the first large answer; b's goes on.
TEST(TwoPoints, WhatOneCaptureHasCutOffTheOtherOneKnows) {
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(30)}};
  build::Packets at_a = build::simulate(flows, {}, build::CapturePoint::kSender, 60, 1);
  const auto large = std::ranges::find_if(
      at_a, [](const build::CapturedPacket& p) { return p.original_bytes > 1000; });
  at_a.erase(large + 1, at_a.end());
  EXPECT_EQ(build::analyze(at_a).status, Status::kInconclusive);
  const Report report = build::analyze_files(
      {{"a.pcap", at_a},
       {"b.pcap", build::simulate(flows, {}, build::CapturePoint::kReceiver, 60, 1)}});
  EXPECT_EQ(report.points.size(), 2u);
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
}

TEST(TwoPoints, FlowsThatAFilterLeftOutAreNotCompared) {
  SimulatedFlow other = kIncident;
  other.ends.b_port = 50999;
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(20)}, other};
  build::Packets at_a = build::simulate(flows, {}, build::CapturePoint::kSender, 60, 1);
  const build::Packets at_b =
      build::simulate({flows[0]}, {}, build::CapturePoint::kReceiver, 60, 1);
  const Report report = build::analyze_files({{"a.pcap", at_a}, {"b.pcap", at_b}});
  const CrossedDirection* const d = crossed(report, "10.9.0.2");
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(lost(*d), 0u);
  EXPECT_GT(report.between[0].other_flows, 0u);
}

TEST(TwoPoints, ARewrittenMssIsNamed) {
  const auto clamp = [](Packet& p) {
    if (p.tcp.mss.bytes != 0 && p.src_port != 4096) p.tcp.mss = Mss{1300};
  };
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(5)}};
  const Report report = build::analyze_files(
      {{"a.pcap", build::simulate(flows, {}, build::CapturePoint::kSender, 60, 1), clamp},
       {"b.pcap", build::simulate(flows, {}, build::CapturePoint::kReceiver, 60, 1)}});
  const Finding* const f = find(report, FindingKind::kMssClamped);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("Between b.pcap and a.pcap the MSS that 10.9.0.1 announces "
                                        "is rewritten from 1380 to 1300"));
  EXPECT_EQ(f->flow_count, 1u);
  const Endpoint announcer{IpAddress::parse("10.9.0.1").value(), 50498};
  ASSERT_EQ(f->flows.size(), 1u);
  EXPECT_EQ(f->flows[0].src, announcer);
}

TEST(TwoPoints, NatBetweenThemIsOnePath) {
  const IpAddress inside = IpAddress::parse("10.9.0.1").value();
  const IpAddress outside = IpAddress::parse("203.0.113.7").value();
  const auto masquerade = [&](Packet& p) {
    if (p.src == inside) p.src = outside;
    if (p.dst == inside) p.dst = outside;
    (p.src == outside ? p.src_port : p.dst_port) = 61000;
  };
  const auto at = [&](build::CapturePoint point) {
    return build::simulate({kIncident}, {.limit = 1400}, point, 60, 1);
  };
  const Report report =
      build::analyze_files({{"b.pcap", at(build::CapturePoint::kReceiver)},
                            {"a.pcap", at(build::CapturePoint::kSender), masquerade}});
  EXPECT_THAT(black_holes(report), HasSubstr("confirmed 10.9.0.2 -> 203.0.113.7"));
  const Finding* const hole = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(hole, nullptr);
  ASSERT_TRUE(hole->located);
  EXPECT_EQ(hole->located->where, "between a.pcap and b.pcap");
  EXPECT_EQ(report.paths.size(), 2u);
}

// The large packets pass both points and vanish behind them.
TEST(TwoPoints, ALossBehindBothIsLocatedThere) {
  build::TcpEnds routed;
  routed.a_ttl = 63;
  const auto at = [&](const build::TcpEnds& ends) {
    SimulatedFlow flow = kIncident;
    flow.ends = ends;
    return build::simulate({flow}, {.limit = 1400}, build::CapturePoint::kSender, 60, 1);
  };
  const Report report = build::analyze_files(
      {{"a.pcap", at({})}, {"router.pcap", build::shifted(at(routed), Duration::milliseconds(1))}});
  const Finding* const hole = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(hole, nullptr);
  ASSERT_TRUE(hole->located);
  EXPECT_EQ(hole->located->where, "behind router.pcap");
}

// Small packets pass both points. Then packets of 1420 bytes come as far as the first one, none
// leaves the router, and nothing else is sent: a black hole or an outage.
TEST(TwoPoints, WhatNeitherPointCanTellStaysOpen) {
  const std::string small = R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.0503 > .  ack 79
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > P. 115:215 ack 79
    0.2500 < .  ack 215
  )";
  const std::string large = R"(
    0.3000 > .  215:1583 ack 79
    0.3001 > .  1583:2951 ack 79
    0.5500 > .  215:1583 ack 79
    1.0500 > .  215:1583 ack 79
    2.0500 > .  215:1583 ack 79
    4.0500 > .  215:1583 ack 79
    8.0500 > .  215:1583 ack 79
  )";
  build::TcpEnds routed;
  routed.a_ttl = 63;
  const Report report = build::analyze_files(
      {{"in", build::script({}, small + large)},
       {"out", build::shifted(build::script(routed, small), Duration::milliseconds(1))}});
  EXPECT_EQ(report.status, Status::kInconclusive) << report.headline;
  for (const Finding& f : report.findings) {
    const bool is_about_a = f.kind == FindingKind::kNotTested && to_string(*f.src) == "10.9.0.2";
    EXPECT_EQ(is_about_a, f.open_question) << f.explanation;
  }
}

// Where the other point has seen that nothing more was sent, nothing is open.
TEST(TwoPoints, WhatWasNotSentIsSaidOnce) {
  const std::vector<SimulatedFlow> flows{{.exchanges = std::vector<build::Exchange>(5)}};
  const Report report = both_ends(flows, {});
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
  const auto about_a = std::ranges::count_if(report.findings, [](const Finding& f) {
    return f.kind == FindingKind::kNotTested && to_string(*f.src) == "10.9.0.2";
  });
  EXPECT_EQ(about_a, 1);
}

}  // namespace
}  // namespace mtuscope
