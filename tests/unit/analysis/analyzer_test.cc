// What a capture does to the evidence: none of it may make a finding, or hide one.

#include "analysis/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/link_layer.h"
#include "tests/support/tcp_simulation.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;
using testing::Not;

const std::string kFoundAtSender = "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender";

Report judge(const std::string& lines, const TcpEnds& ends = {}) {
  return analyze(script(ends, lines));
}

// ---- Routes of the host that it runs on

std::string route_advice(const NextHop& hop) {
  const InterfaceInfo eth0{
      .name = "eth0", .link_type = link_type::kEthernet, .link_name = "EN10MB"};
  const Report report = analyze(script({}, kIncident), eth0, {hop});
  for (const Fix& fix : report.recommendations.at(0).fixes) {
    if (fix.change.starts_with("ip route replace")) return fix.change;
  }
  return {};
}

TEST(Analyzer, ARouteThatIsKnownIsWrittenIntoTheAdvice) {
  const IpAddress server = IpAddress::parse("10.9.0.2").value();
  const IpAddress client = IpAddress::parse("10.9.0.1").value();
  EXPECT_THAT(route_advice({server, client, "eth0", "192.0.2.1"}),
              HasSubstr("10.9.0.1 via 192.0.2.1 dev eth0"));
  EXPECT_THAT(route_advice({server, client, "eth0", ""}), HasSubstr("10.9.0.1 dev eth0"));
  // That of the other end, of another path, through another interface: not the sender's here.
  EXPECT_THAT(route_advice({client, server, "eth0", "192.0.2.1"}),
              HasSubstr("via GATEWAY dev eth0"));
  EXPECT_THAT(route_advice({server, server, "eth0", "192.0.2.1"}),
              HasSubstr("via GATEWAY dev eth0"));
  EXPECT_THAT(route_advice({server, client, "wg0", "192.0.2.1"}),
              HasSubstr("via GATEWAY dev eth0"));
}

// ---- Sequence numbers, ports and times

TEST(Analyzer, SequenceNumbersThatWrapInTheMiddleOfTheStuckPacket) {
  for (const uint32_t isn : {0u - 800u, 0u - 115u, 0u - 1483u, 0u - 1u, 0x7fffff00u}) {
    EXPECT_EQ(black_holes(judge(kIncident, {.a_isn = isn, .b_isn = isn})), kFoundAtSender) << isn;
  }
}

TEST(Analyzer, PortsUsedAgainAreANewFlow) {
  const Packets first = script({}, kIncident);
  const Packets again = shifted(script({.a_isn = 777'000, .b_isn = 555'000}, kIncident),
                                Duration::milliseconds(60'000));
  const Report report = analyze(merged({first, again}));
  EXPECT_EQ(report.tcp_flows, 2u);
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->evidence_for.size(), 4u) << "both stuck packets, the control, nothing ever arrived";
}

TEST(Analyzer, ARepeatedSynIsTheSameFlow) {
  const Report report = judge(R"(
    0.0000 < S
    1.0000 < S
    3.0000 < S
    3.0001 > S. ack 1
    3.0501 < .  ack 1
  )");
  EXPECT_EQ(report.tcp_flows, 1u);
}

// As in a pcapng file of simple packet blocks: which packet waited for which can't be told.
TEST(Analyzer, ACaptureWithoutTimesSaysNothingThatRestsOnThem) {
  Packets packets = script({}, kIncident);
  for (CapturedPacket& p : packets) p.time = Timestamp{};
  const Report report = analyze(packets);
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  EXPECT_EQ(find(report, FindingKind::kPmtuBlackhole), nullptr);
  EXPECT_TRUE(report.recommendations.empty());
  const Finding* quality = find(report, FindingKind::kCaptureQuality);
  ASSERT_NE(quality, nullptr);
  EXPECT_THAT(quality->explanation, HasSubstr("same time"));
  EXPECT_FALSE(quality->first_time);
  EXPECT_EQ(report.status, Status::kInconclusive);
}

// Both ends of a connection with 8 % loss, in one file, the clock of one 5 s ahead.
Packets two_clocks(Duration ahead) {
  SimulatedFlow flow;
  flow.exchanges = std::vector<Exchange>(20);
  const SimulatedPath path{.loss_there = 0.08};
  return merged({simulate({flow}, path, CapturePoint::kReceiver, 60, 4),
                 shifted(simulate({flow}, path, CapturePoint::kSender, 60, 4), ahead)});
}

TEST(Analyzer, TwoClocksInOneFileAreNoLossAndNoOutage) {
  const Report report = analyze(two_clocks(Duration::milliseconds(5000)));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  EXPECT_EQ(find(report, FindingKind::kPathOutage), nullptr);
  const Finding* quality = find(report, FindingKind::kCaptureQuality);
  ASSERT_NE(quality, nullptr);
  EXPECT_THAT(quality->explanation, HasSubstr("the same packets come again"));
  EXPECT_EQ(report.status, Status::kInconclusive);
}

TEST(Analyzer, OneClockOrASynThatIsSentAgainAsItWasAreNotTwo) {
  const Report both = analyze(two_clocks(Duration{0}));
  EXPECT_NE(find(both, FindingKind::kRandomLoss), nullptr);
  // Its timestamp stays the same, and the answer to it is a new one.
  const Report again = analyze(script({}, R"(
    0.0000 < S stamp 0
    0.0500 > S. ack 1
    3.0000 < S stamp 0
    3.0500 > S. ack 1
    3.1000 < .  ack 1
    3.1001 < P. 1:79 ack 1
    3.1501 > .  ack 79
  )"));
  const Finding* quality = find(again, FindingKind::kCaptureQuality);
  EXPECT_TRUE(quality == nullptr || quality->explanation.find("come again") == std::string::npos);
}

TEST(Analyzer, AClockThatIsSetBackMakesNothing) {
  // NTP steps the clock by an hour while data is delivered.
  Packets packets = script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1500 < .  ack 2737
    0.2000 > .  2737:4105 ack 79
    0.2500 < .  ack 4105
    0.3000 > .  4105:5473 ack 79
    0.3500 < .  ack 5473
  )");
  for (size_t i = 8; i < packets.size(); ++i)
    packets[i].time = packets[i].time - Duration::milliseconds(3'600'000);
  const Report report = analyze(packets);
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(Analyzer, RetransmissionsAfterTheClockWasSetBackAreNotCopies) {
  // Nothing but the time tells them apart: no IPv4 identification, no timestamps.
  TcpEnds ends{.timestamps = false, .ip_ids = false};
  Packets packets = script(ends, kIncident);
  const size_t before_step = 8;
  for (size_t i = before_step; i < packets.size(); ++i)
    packets[i].time = packets[i].time - Duration::milliseconds(3'600'000);
  EXPECT_EQ(analyze(packets).quality.duplicates, 0u);
}

// ---- Where the capture begins and ends

TEST(Analyzer, AFlowJoinedInTheMiddleIsStillJudged) {
  EXPECT_THAT(black_holes(judge(kAnswer + kSelectivelyAcknowledged + kStuck)),
              HasSubstr("10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender"));
}

TEST(Analyzer, DataInFlightWhenTheCaptureBeganIsNoHole) {
  // Its acknowledgement comes, then all is well.
  const Report report = judge(R"(
    0.0000 > .  4105:5473 ack 79
    0.0100 < .  79:79 ack 1369
    0.0200 < .  ack 2737
    0.0500 < .  ack 5473
    0.0600 > .  5473:6841 ack 79
    0.1100 < .  ack 6841
  )");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(Analyzer, ACaptureThatEndsWithDataInFlightIsHealthy) {
  EXPECT_EQ(judge(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    0.1501 > .  1369:2737 ack 79
    0.1502 > .  2737:4105 ack 79
  )")
                .status,
            Status::kOk);
}

TEST(Analyzer, BytesAcknowledgedThatWereNeverCapturedAreTheCapturesLoss) {
  const Report report = judge(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1002 > P. 1483:1715 ack 79   # 115:1483 was dropped by the capture
    0.1500 < .  ack 1715
    5.0000 < P. 79:157 ack 1715
    5.0001 > P. 1715:1800 ack 157
    5.0500 < .  ack 1800
  )");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.quality.unseen_acked_bytes, 1368u);
  EXPECT_THAT(found(report, FindingKind::kCaptureQuality), Not(testing::IsEmpty()));
}

TEST(Analyzer, DataCapturedAfterItsAcknowledgementIsNotMissing) {
  // Two CPUs, two queues: the capture has them the wrong way round.
  const Report report = judge(kOpened + R"(
    0.10000 < .  ack 1369
    0.10001 > .  1:1369 ack 79
  )");
  EXPECT_EQ(report.quality.unseen_acked_bytes, 0u);
  EXPECT_EQ(black_holes(report), "");
}

// ---- Copies

TEST(Analyzer, EveryPacketCapturedTwiceCountsOnce) {
  for (const bool ip_ids : {true, false}) {
    const Packets once = script({.ip_ids = ip_ids}, kIncident);
    const Report report = analyze(captured_twice(once, Duration{20'000}));
    EXPECT_EQ(black_holes(report), kFoundAtSender) << ip_ids;
    EXPECT_EQ(report.quality.duplicates, once.size()) << ip_ids;
  }
}

TEST(Analyzer, EveryPacketCapturedTwiceMakesNoFailures) {
  // Three lost packets would be enough; copies of two are not three.
  const Packets once = script({}, kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.4100 > .  115:1483 ack 79
    0.4600 < .  ack 1715
  )");
  const Report report = analyze(captured_twice(once, Duration::milliseconds(3)));
  EXPECT_EQ(black_holes(report), "");
}

TEST(Analyzer, PacketsDoubledByTheNetworkAreNoLoss) {
  // RFC 2883: the receiver reports each copy.
  const Report report = judge(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    0.1501 < .  ack 1369 sack 1:1369
    0.2000 > .  1369:2737 ack 79
    0.2500 < .  ack 2737
    0.2501 < .  ack 2737 sack 1369:2737
  )");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kRandomLoss), "");
}

// ---- Offload

TEST(Analyzer, SuperPacketAtTheSenderIsCutIntoSegmentsAndItsRetransmissionsAreSingle) {
  // TSO: ten segments of 1368 leave as one; the first is retransmitted alone.
  const Report report = judge(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1001 > .  115:13795 ack 79
    0.1002 > P. 13795:14027 ack 79
    0.1500 < .  ack 115
    0.1521 < .  ack 115 sack 13795:14027
    0.1650 > .  115:1483 ack 79
    0.4100 > .  115:1483 ack 79
    0.9100 > .  115:1483 ack 79
    1.9100 > .  115:1483 ack 79
    3.9100 > .  115:1483 ack 79
    7.9100 > .  115:1483 ack 79
  )");
  EXPECT_EQ(black_holes(report), kFoundAtSender);
  EXPECT_GE(report.quality.offloaded_packets, 1u);
}

TEST(Analyzer, SuperPacketWithARemainderIsNoPacketOfItsOwnSize) {
  const Report report = judge(kOpened + R"(
    0.1000 > .  1:5001 ack 79       # 3 x 1368 and 896
    0.1500 < .  ack 5001
  )");
  for (const PathReport& path : report.paths) {
    for (const SizeCount& count : path.sizes) EXPECT_LE(count.size, IpSize{1420});
  }
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
}

TEST(Analyzer, PacketsMergedAtTheReceiverProveOnlyTheSizeOfTheirSegments) {
  // GRO: 2 x 1368 shown as one packet of 2788 bytes is no packet of 2788 bytes.
  const Report report = judge(R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1500 > .  1:2737 ack 79
    0.1501 < .  ack 2737
  )");
  EXPECT_THAT(report.headline, HasSubstr("1420 bytes"));
}

TEST(Analyzer, BigTcpPacketsAreSuperPacketsToo) {
  // Longer than the length field can say (it is 0): the frame's length counts.
  TcpEnds ends{.a = "fd09::2", .b = "fd09::1", .a_mss = 1440, .b_mss = 1440};
  const Report report = judge(kOpened + R"(
    0.1000 > .  1:71401 ack 79      # 50 x 1428
    0.1500 < .  ack 71401
    0.2000 > .  71401:72829 ack 79
    0.2500 < .  ack 72829
  )",
                              ends);
  EXPECT_EQ(black_holes(report), "");
  EXPECT_GE(report.quality.offloaded_packets, 1u);
  EXPECT_THAT(report.headline, HasSubstr("1500 bytes"));
}

TEST(Analyzer, WithoutASynASuperPacketIsNotTakenForAJumboFrame) {
  const Report report = judge(R"(
    0.1000 > .  1:64297 ack 79
    0.1500 < .  79:79 ack 64297
  )");
  for (const PathReport& path : report.paths) {
    EXPECT_LE(path.bracket.lower.value_or(IpSize{0}), IpSize{9216});
  }
}

TEST(Analyzer, WithoutASynWhatTimeoutsRepeatWholeIsOneSegment) {
  EXPECT_EQ(black_holes(judge(R"(
    0.1000 > P. 1:3801 ack 79
    0.1500 < .  79:79 ack 3801
    0.1501 > .  3801:12749 ack 79
    0.1502 > P. 12749:13749 ack 79
    0.2003 < .  79:79 ack 3801 sack 12749:13749
    0.4100 > .  3801:12749 ack 79
    0.9100 > .  3801:12749 ack 79
    1.9100 > .  3801:12749 ack 79
    3.9100 > .  3801:12749 ack 79
    7.9100 > .  3801:12749 ack 79
  )")),
            "confirmed 10.9.0.2 -> 10.9.0.1 [1052, 9000) at the sender");
}

TEST(Analyzer, WithoutASynASuperPacketRepeatedBehindAnAcknowledgementIsNotOneSegment) {
  // The second packet is sent again whole when the first has arrived, and not by a timeout of its
  // own: that repeats one segment of it.
  const Report report = judge(R"(
    0.1000 > P. 1:2897 ack 79
    0.1001 > P. 2897:5793 ack 79
    0.4000 > .  1:1449 ack 79
    0.4500 < .  79:79 ack 1449
    0.4501 > .  1449:2897 ack 79
    0.4502 > P. 2897:5793 ack 79
    0.9000 > .  1449:2897 ack 79
    0.9500 < .  79:79 ack 2897
    0.9501 > P. 2897:5793 ack 79
    1.4000 > .  2897:4345 ack 79
    1.4500 < .  79:79 ack 4345
    1.4501 > .  4345:5793 ack 79
    1.5000 < .  79:79 ack 5793
    1.6000 > P. 5793:8689 ack 79
    1.6500 < .  79:79 ack 8689
  )");
  for (const PathReport& path : report.paths) {
    EXPECT_LE(path.bracket.lower.value_or(IpSize{0}), IpSize{1500});
  }
}

// ---- Segmentation

TEST(Analyzer, AnAcknowledgementInTheMiddleOfASegmentLeavesItsRest) {
  EXPECT_EQ(black_holes(judge(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 701
    0.1600 < .  ack 1369
  )")),
            "");
}

TEST(Analyzer, SmallSegmentsMergedIntoALargerRetransmissionFailAtTheLargerSize) {
  // tcp_collapse_retrans (Linux): what was lost small goes out again as one large packet, which
  // never arrives. The small sendings are one loss each, no failure of 152 bytes.
  const Report report = judge(kOpened + R"(
    0.1000 > P. 1:101 ack 79
    0.1001 > P. 101:201 ack 79
    0.1002 > P. 201:301 ack 79
    0.1003 > P. 301:401 ack 79
    0.1500 < .  ack 1 sack 301:401
    0.3600 > P. 1:301 ack 79
    0.8600 > P. 1:301 ack 79
    1.8600 > P. 1:301 ack 79
    3.8600 > P. 1:301 ack 79
  )");
  for (const Finding& f : report.findings) {
    EXPECT_GT(f.bracket.upper.value_or(IpSize{1500}), IpSize{152});
  }
}

// ---- Snaplen

TEST(Analyzer, ASnaplenOf96ChangesNothing) {
  // The scripts hold headers only, as a short snaplen would; with Ethernet in front, 96 bytes are
  // 82 of the packet, and the longest headers here (SACK with timestamps) have 64.
  Packets packets = script({}, kIncident);
  for (const CapturedPacket& p : packets) ASSERT_LE(p.bytes.size(), 82u);
  EXPECT_EQ(black_holes(analyze(packets)), kFoundAtSender);
}

// ---- The report as a whole

TEST(Analyzer, ADirectionThatCarriedOnlySmallPacketsIsNotTested) {
  const Report report = judge(kIncident);
  const Finding* f = find(report, FindingKind::kNotTested);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(to_string(*f->src), "10.9.0.1");
  EXPECT_THAT(f->explanation, HasSubstr("Nothing larger than 130 bytes"));
}

TEST(Analyzer, AnEmptyCaptureIsInconclusive) {
  EXPECT_EQ(analyze({}).status, Status::kInconclusive);
}

TEST(Analyzer, SynsWithoutAnyAnswerAreNoBlackHole) {
  const Report report = judge(R"(
    0.0000 < S
    1.0000 < S
    3.0000 < S
    7.0000 < S
  )");
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(found(report, FindingKind::kSynUnanswered), HasSubstr("10.9.0.1 -> 10.9.0.2"));
}

TEST(Analyzer, TheSamePacketsGiveTheSameReport) {
  const Packets packets = script({}, kIncident);
  EXPECT_EQ(analyze(packets).headline, analyze(packets).headline);
  EXPECT_EQ(find(analyze(packets), FindingKind::kPmtuBlackhole)->evidence_for,
            find(analyze(packets), FindingKind::kPmtuBlackhole)->evidence_for);
}

}  // namespace
}  // namespace mtuscope
