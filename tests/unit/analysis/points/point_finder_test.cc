#include "analysis/points/point_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/capture_points.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope {
namespace {

using build::Packets;
using ::testing::ElementsAre;

Packets conversation(build::CapturePoint point, const build::TcpEnds& ends = {},
                     const build::SimulatedPath& path = {}) {
  const build::SimulatedFlow flow{
      .ends = ends, .exchanges = std::vector<build::Exchange>(20), .give_up = 20};
  return build::simulate({flow}, path, point, 30, 1);
}

std::pair<Packets, Packets> halves(const Packets& all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  return {{all.begin(), middle}, {middle, all.end()}};
}

TEST(PointFinder, OneCaptureIsOnePoint) {
  EXPECT_THAT(build::points_of({{"a", conversation(build::CapturePoint::kSender)}}),
              ElementsAre(0));
}

TEST(PointFinder, BothEndsAreTwoPoints) {
  EXPECT_THAT(build::points_of({{"a", conversation(build::CapturePoint::kSender)},
                                {"b", conversation(build::CapturePoint::kReceiver)}}),
              ElementsAre(0, 1));
}

TEST(PointFinder, FilesThatContinueEachOtherAreOnePoint) {
  const auto [first, second] = halves(conversation(build::CapturePoint::kSender));
  EXPECT_THAT(build::points_of({{"1", first}, {"2", second}}), ElementsAre(0, 0));
}

// Without timestamps and identification a retransmission looks like the packet itself.
TEST(PointFinder, SegmentsSentAgainAcrossTheBorderOfTwoFilesAreNoSecondPoint) {
  const build::TcpEnds bare{.timestamps = false, .ip_ids = false};
  const auto [first, second] =
      halves(conversation(build::CapturePoint::kSender, bare, {.loss_there = 0.3}));
  EXPECT_THAT(build::points_of({{"1", first}, {"2", second}}), ElementsAre(0, 0));
}

TEST(PointFinder, OneDirectionEachIsOnePoint) {
  const Packets all = conversation(build::CapturePoint::kSender);
  EXPECT_THAT(build::points_of({{"sent", build::one_direction(all, true)},
                                {"received", build::one_direction(all, false)}}),
              ElementsAre(0, 0));
}

TEST(PointFinder, RotatedFilesOfBothEndsStayWithTheirEnd) {
  const build::TcpEnds near_a{.a_ttl = 64, .b_ttl = 60};
  const build::TcpEnds near_b{.a_ttl = 60, .b_ttl = 64};
  const auto [a1, a2] = halves(conversation(build::CapturePoint::kSender, near_a));
  const auto [b1, b2] = halves(conversation(build::CapturePoint::kReceiver, near_b));
  EXPECT_THAT(build::points_of({{"a1", a1}, {"b1", b1}, {"b2", b2}, {"a2", a2}}),
              ElementsAre(0, 1, 1, 0));
}

TEST(PointFinder, NatAndClampBetweenThemHideNothing) {
  const auto masquerade = [](Packet& p) {
    const IpAddress inside = IpAddress::parse("10.9.0.1").value();
    const IpAddress outside = IpAddress::parse("203.0.113.7").value();
    if (p.src == inside) {
      p.src = outside;
      p.src_port = 61000;
    }
    if (p.dst == inside) {
      p.dst = outside;
      p.dst_port = 61000;
    }
    p.ip_id = 0;
    if (p.tcp.mss.bytes != 0) p.tcp.mss = Mss{1200};
  };
  EXPECT_THAT(build::points_of({{"a", conversation(build::CapturePoint::kSender), masquerade},
                                {"b", conversation(build::CapturePoint::kReceiver)}}),
              ElementsAre(0, 1));
}

// As a firewall gives the connections that b opens other numbers, and leaves a's alone.
void renumber(Packet& p) {
  constexpr uint32_t kOther = 0x12345678;
  if (p.src == IpAddress::parse("10.9.0.1").value()) {
    p.tcp.seq = p.tcp.seq + kOther;
  } else {
    p.tcp.ack = p.tcp.ack + kOther;
  }
}

TEST(PointFinder, TheSameConnectionsWithOtherNumbersAreSeenAtAnotherPoint) {
  EXPECT_THAT(build::points_of({{"a", conversation(build::CapturePoint::kSender)},
                                {"b", conversation(build::CapturePoint::kReceiver), renumber}}),
              ElementsAre(0, 1));
}

TEST(PointFinder, OtherNumbersAtAnotherTimeAreALaterConnectionOfTheSamePorts) {
  EXPECT_THAT(build::points_of({{"a", conversation(build::CapturePoint::kSender)},
                                {"b",
                                 build::shifted(conversation(build::CapturePoint::kSender),
                                                Duration::milliseconds(600'000)),
                                 renumber}}),
              ElementsAre(0, 0));
}

TEST(PointFinder, ClocksAreCompared) {
  const Duration ahead = Duration::from_seconds(3700.5);
  const PointPlan plan =
      build::plan_of({{"a", conversation(build::CapturePoint::kSender)},
                      {"b", build::shifted(conversation(build::CapturePoint::kReceiver), ahead)}});
  ASSERT_EQ(plan.points, 2u);
  EXPECT_EQ(plan.ahead(0).ns, 0);
  EXPECT_NEAR(plan.ahead(1).seconds(), ahead.seconds(), 0.026);  // to within one way of 25 ms
}

}  // namespace
}  // namespace mtuscope
