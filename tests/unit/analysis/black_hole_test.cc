#include "analysis/black_hole.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

std::string judged(const std::string& lines, const TcpEnds& ends = {}) {
  return black_holes(analyze(script(ends, lines)));
}

// ---- The incident, whatever the ends agreed on (DESIGN section 4, rules 1, 2 and 5)

struct Agreement {
  const char* name;
  bool v6, sack, timestamps;
};

TcpEnds ends_of(const Agreement& a) {
  TcpEnds ends{.timestamps = a.timestamps, .sack = a.sack};
  if (a.v6) {
    ends.a = "fd09::2";
    ends.b = "fd09::1";
    ends.a_mss = ends.b_mss = 1380;
  }
  return ends;
}

class EveryAgreement : public testing::TestWithParam<Agreement> {};

TEST_P(EveryAgreement, IncidentAtTheSenderIsConfirmedWithBothBounds) {
  const TcpEnds ends = ends_of(GetParam());
  const std::string control = ends.sack ? kSelectivelyAcknowledged : kDuplicateAcknowledgement;
  const uint32_t headers = (GetParam().v6 ? 60 : 40) + (ends.timestamps ? 12 : 0);
  const Report report = analyze(script(ends, kOpened + kAnswer + control + kStuck));
  EXPECT_EQ(black_holes(report), "confirmed " + ends.a + " -> " + ends.b + " [" +
                                     std::to_string(232 + headers) + ", " +
                                     std::to_string(1368 + headers) + ") at the sender");
  EXPECT_EQ(report.status, Status::kProblem);
}

TEST_P(EveryAgreement, TheSameAnswerDeliveredIsNoBlackHole) {
  const Report report = analyze(script(ends_of(GetParam()), kOpened + kAnswer + R"(
    0.1522 < .  ack 1715
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
}

INSTANTIATE_TEST_SUITE_P(Tcp, EveryAgreement,
                         testing::Values(Agreement{"v4_sack_timestamps", false, true, true},
                                         Agreement{"v4_sack", false, true, false},
                                         Agreement{"v4_timestamps", false, false, true},
                                         Agreement{"v4_plain", false, false, false},
                                         Agreement{"v6_sack_timestamps", true, true, true},
                                         Agreement{"v6_sack", true, true, false},
                                         Agreement{"v6_timestamps", true, false, true},
                                         Agreement{"v6_plain", true, false, false}),
                         [](const auto& test) { return test.param.name; });

TEST(BlackHole, EvidenceNamesTheFramesAsWiresharkShowsThem) {
  const Report report = analyze(script({}, kIncident));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  std::vector<uint64_t> frames;
  for (const FrameNumber n : f->frames) frames.push_back(n.value);
  // 7 and 11 to 16 are the stuck packet, 8 the smaller one, 10 the SACK for it.
  EXPECT_THAT(frames, testing::ElementsAre(7, 8, 10, 11, 12, 13, 14, 15, 16));
  ASSERT_EQ(f->flows.size(), 1u);
  EXPECT_EQ(to_string(f->flows[0].src), "10.9.0.2:4096");
  EXPECT_EQ(f->first_time, at(0.1001));
  EXPECT_EQ(f->last_time, at(7.91));
}

TEST(BlackHole, UploadSuffersInTheDirectionOfTheUpload) {
  // The client is captured, and the client's data is stuck.
  EXPECT_EQ(judged(R"(
    0.0000 > S
    0.0500 < S. ack 1
    0.0501 > .  ack 1
    0.0502 > P. 1:384 ack 1
    0.0503 > .  384:1752 ack 1
    0.0504 > P. 1752:1800 ack 1
    0.1010 < .  ack 384
    0.1021 < .  ack 384 sack 1752:1800
    0.1200 > .  384:1752 ack 1
    0.3700 > .  384:1752 ack 1
    0.8700 > .  384:1752 ack 1
    1.8700 > .  384:1752 ack 1
    3.8700 > .  384:1752 ack 1
  )"),
            "confirmed 10.9.0.2 -> 10.9.0.1 [435, 1420) at the sender");
}

TEST(BlackHole, BothDirectionsStuckAreTwoFindings) {
  const Report report = analyze(script({}, kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1600 < .  79:1447 ack 115 sack 1483:1715
    0.1601 < P. 1447:1500 ack 115 sack 1483:1715
    0.1602 > .  ack 79 sack 1447:1500
    0.1650 > .  115:1483 ack 79 sack 1447:1500
    0.4100 > .  115:1483 ack 79 sack 1447:1500
    0.4200 < .  79:1447 ack 115 sack 1483:1715
    0.9100 > .  115:1483 ack 79 sack 1447:1500
    0.9200 < .  79:1447 ack 115 sack 1483:1715
    1.9100 > .  115:1483 ack 79 sack 1447:1500
    1.9200 < .  79:1447 ack 115 sack 1483:1715
    3.9100 > .  115:1483 ack 79 sack 1447:1500
    3.9200 < .  79:1447 ack 115 sack 1483:1715
    7.9100 > .  115:1483 ack 79 sack 1447:1500
    7.9200 < .  79:1447 ack 115 sack 1483:1715
  )"));
  EXPECT_THAT(black_holes(report), HasSubstr("10.9.0.2 -> 10.9.0.1 [284,"));
  // b's retransmissions are seen here, behind the loss? No: they arrived, and were never answered
  // for. What is certain is only that the directions are kept apart.
  for (const Finding& f : report.findings) {
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    EXPECT_NE(f.src, f.dst);
  }
}

TEST(BlackHole, TwoFlowsStuckAreOneFindingThatCountsBoth) {
  TcpEnds second;
  second.b_port = 50499;
  const Report report = analyze(merged(
      {script({}, kIncident), shifted(script(second, kIncident), Duration::milliseconds(30))}));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->flow_count, 2u);
}

// ---- Rule 1: three sendings, one RTT apart, one of them a timeout

TEST(BlackHole, TwoSendingsAreNotEnough) {
  EXPECT_EQ(judged(kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1650 > .  115:1483 ack 79
  )"),
            "");
}

TEST(BlackHole, SendingsWithinOneRoundTripAreOneEvent) {
  EXPECT_EQ(judged(kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1530 > .  115:1483 ack 79
    0.1540 > .  115:1483 ack 79
    0.1550 > .  115:1483 ack 79
    0.1560 > .  115:1483 ack 79
    0.1570 > .  115:1483 ack 79
  )"),
            "");
}

TEST(BlackHole, ThreeLossEventsOnlyRaiseASuspicion) {
  EXPECT_THAT(judged(kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1650 > .  115:1483 ack 79
    0.4100 > .  115:1483 ack 79
  )"),
              HasSubstr("suspected"));
}

// ---- Rule 2: what counts as a positive control

const std::string kLastLarge = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1001 > .  115:1483 ack 79
  0.1500 < .  ack 115
  0.4100 > .  115:1483 ack 79
  0.9100 > .  115:1483 ack 79
  1.9100 > .  115:1483 ack 79
  3.9100 > .  115:1483 ack 79
  7.9100 > .  115:1483 ack 79
)";

TEST(BlackHole, WithoutAnyLifeAfterwardsItIsAnOpenQuestion) {
  const Report report = analyze(script({}, kLastLarge));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("a black hole or an outage"));
}

TEST(BlackHole, AnOpenQuestionIsNotToldAsRandomLoss) {
  // Every lost packet had one size: that is no loss that does not depend on size.
  const Report report = analyze(script({}, kLastLarge));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(BlackHole, LifeOfTheOtherDirectionAllowsASuspicion) {
  // The client asks again and again (a bulk answer whose every packet is full-sized).
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < F. 79:79 ack 115
  )"),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
}

TEST(BlackHole, ADsackForATailLossProbeIsAControl) {
  // RFC 8985 resends the small last segment, RFC 2883 reports it.
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > P. 1369:1601 ack 79
    0.1500 < .  ack 1 sack 1369:1601
    0.1650 > .  1:1369 ack 79
    0.2650 > P. 1369:1601 ack 79   # the probe
    0.3150 < .  ack 1 sack 1369:1601,1369:1601
    0.5100 > .  1:1369 ack 79
    1.0100 > .  1:1369 ack 79
    2.0100 > .  1:1369 ack 79
    4.0100 > .  1:1369 ack 79
  )"),
            "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
}

TEST(BlackHole, AnAnsweredKeepaliveOfAnotherFlowIsAControl) {
  // RFC 9293 3.8.4: one byte below SND.NXT, answered at once.
  TcpEnds quiet;
  quiet.b_port = 50600;
  const Packets keepalive = script(quiet, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    5.0000 > .  114:114 ack 79
    5.0500 < .  ack 115
  )");
  EXPECT_THAT(black_holes(analyze(merged({script({}, kLastLarge), keepalive}))),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHole, APureAckThatIsNotAskedForAgainIsAControl) {
  // The client sends another request after the first timeout, gets the ACK of it, and goes on.
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < P. 79:157 ack 115
    8.0001 > .  ack 157
    9.5000 < P. 157:235 ack 115
  )"),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [166, 1420)"));
}

TEST(BlackHole, APureAckThatIsAskedForAgainIsNoControl) {
  // The client repeats its request: the ACK was lost like all else, so this may be an outage.
  EXPECT_THAT(judged(kLastLarge + R"(
    8.0000 < P. 79:157 ack 115 echo 0.1
    8.0001 > .  ack 157
    8.3000 < P. 79:157 ack 115 echo 0.1
    8.3001 > .  ack 157
    8.9000 < P. 79:157 ack 115 echo 0.1
    8.9001 > .  ack 157
    10.100 < P. 79:157 ack 115 echo 0.1
    10.101 > .  ack 157
  )"),
              testing::Not(HasSubstr("confirmed")));
}

TEST(BlackHole, AnotherFlowOfThePathIsAControl) {
  TcpEnds other;
  other.b_port = 50700;
  const Packets small = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:315 ack 79
    0.1500 < .  ack 315
  )"),
                                Duration::milliseconds(3000));
  EXPECT_THAT(black_holes(analyze(merged({script({}, kLastLarge), small}))),
              HasSubstr("10.9.0.2 -> 10.9.0.1 [366, 1420)"));
}

TEST(BlackHole, AFlowToAnotherHostIsNoControl) {
  TcpEnds other;
  other.b = "10.9.0.77";
  const Packets small = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:315 ack 79
    0.1500 < .  ack 315
  )"),
                                Duration::milliseconds(3000));
  EXPECT_EQ(black_holes(analyze(merged({script({}, kLastLarge), small}))), "");
}

// With a coarse clock (1 ms) the order of the frames says that the small packet came after.
TEST(BlackHole, ASmallPacketOfTheSameClockTickIsAControl) {
  EXPECT_THAT(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1000 > .  115:1483 ack 79
    0.1000 > P. 1483:1715 ack 79
    0.1500 < .  ack 115
  )" + kSelectivelyAcknowledged +
                     kStuck),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420)"));
}

// ---- Rule 3: vetoes

TEST(BlackHole, TheSameSizeDeliveredLaterOnThisFlowIsAVeto) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1001 > .  115:1483 ack 79
    0.1002 > .  1483:2851 ack 79
    0.1500 < .  ack 115 sack 1483:2851
  )" + kStuck),
            "");
}

TEST(BlackHole, ALargerSizeDeliveredLaterOnAnotherFlowIsAVeto) {
  TcpEnds other;
  other.b_port = 50700;
  const Packets large = shifted(script(other, kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.1500 < .  ack 1369
  )"),
                                Duration::milliseconds(3000));
  EXPECT_EQ(black_holes(analyze(merged({script({}, kIncident), large}))), "");
}

TEST(BlackHole, ABurstWithOneTimestampIsAVeto) {
  // Packets of one size, sent in one clock tick: the first is lost, the others arrive.
  EXPECT_EQ(judged(kOpened + R"(
    0.1001 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1001 > .  2737:4105 ack 79
    0.1500 < .  ack 1 sack 1369:4105
    0.1650 > .  1:1369 ack 79
    0.4100 > .  1:1369 ack 79
    0.9100 > .  1:1369 ack 79
    1.9100 > .  1:1369 ack 79
    3.9100 > .  1:1369 ack 79
  )"),
            "");
}

// Recorded from the first retransmission on: what had been sent behind it is acknowledged
// meanwhile.
std::string joined(const std::string& acknowledged) {
  return R"(
    0.1000 > .  1:1369 ack 79
  )" + acknowledged +
         R"(
    0.1650 > P. 9577:9677 ack 79
    0.2150 < .  ack 1 sack 1369:9677
    0.4100 > .  1:1369 ack 79
    0.9100 > .  1:1369 ack 79
    1.9100 > .  1:1369 ack 79
    3.9100 > .  1:1369 ack 79
    7.9100 > .  1:1369 ack 79
    8.0000 < .  ack 1 sack 1369:9677
  )";
}

TEST(BlackHole, FullPacketsFromBeforeTheRecordingThatArriveAreNoBlackHole) {
  EXPECT_THAT(judged(joined(R"(
    0.1010 < .  ack 1 sack 1369:4105
    0.1020 < .  ack 1 sack 1369:5473
    0.1400 < .  ack 1 sack 1369:6841
    0.1600 < .  ack 1 sack 1369:8209
  )")),
              Not(HasSubstr("confirmed")));
}

TEST(BlackHole, SmallPacketsFromBeforeTheRecordingSayNothingOfLargeOnes) {
  EXPECT_THAT(judged(joined(R"(
    0.1010 < .  ack 1 sack 1369:1505
    0.1020 < .  ack 1 sack 1369:2505
    0.1400 < .  ack 1 sack 1369:3505
    0.1600 < .  ack 1 sack 1369:4505
  )")),
              HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

// Other hosts on the same interface, seconds later.
Packets elsewhere(double seconds) {
  TcpEnds others;
  others.a = "10.9.7.2";
  others.b = "10.9.7.1";
  return shifted(script(others, kOpened), Duration::from_seconds(seconds));
}

TEST(BlackHole, OfWhatCouldNotBeAnsweredBeforeTheEndNothingIsCertain) {
  const std::string until = kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1650 > .  115:1483 ack 79
    0.4100 > .  115:1483 ack 79
    0.4500 > P. 1715:1765 ack 79
    0.5000 < .  ack 115 sack 1483:1765
    0.9100 > .  115:1483 ack 79
  )";
  EXPECT_THAT(judged(until), HasSubstr("suspected"));
  EXPECT_THAT(judged(until + "0.9700 < P. 79:100 ack 115 sack 1483:1765\n"),
              HasSubstr("confirmed"));
  EXPECT_THAT(black_holes(analyze(merged({script({}, until), elsewhere(5)}))),
              HasSubstr("confirmed"));
}

TEST(BlackHole, WhereNoBareAcknowledgementComesBackThoseMayBeLost) {
  // Of another connection, requests come back, with the acknowledgements on them.
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > .  115:1483 ack 79
    0.4500 > .  115:1483 ack 79
    0.9500 > .  115:1483 ack 79
    1.9500 > .  115:1483 ack 79
    3.9500 > .  115:1483 ack 79
    7.9500 > .  115:1483 ack 79
  )";
  const std::string polled = kOpened + R"(
    0.1000 > P. 1:301 ack 79
    1.0000 < P. 79:157 ack 301
    1.1000 > P. 301:601 ack 157
    2.0000 < P. 157:235 ack 601
    2.1000 > P. 601:901 ack 235
    3.0000 < P. 235:313 ack 901
    8.1000 > P. 901:1201 ack 313
  )";
  const auto both = [&](const std::string& last) {
    return black_holes(analyze(merged({script({}, stuck), script(other, polled + last)})));
  };
  EXPECT_THAT(both("8.5000 < P. 313:391 ack 1201\n"), HasSubstr("suspected"));
  EXPECT_THAT(both("8.1500 < .  ack 1201\n"), HasSubstr("confirmed"));
}

TEST(BlackHole, ConnectionsThatTheRecordingJoinedMayHaveBeenDropped) {
  // None of them shows anything smaller since; another connection does.
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > .  115:1483 ack 79
    0.4500 > .  115:1483 ack 79
    0.9500 > .  115:1483 ack 79
    1.9500 > .  115:1483 ack 79
    3.9500 > .  115:1483 ack 79
    7.9500 > .  115:1483 ack 79
  )";
  const std::string polled = kOpened + R"(
    1.1000 > P. 1:301 ack 79
    1.1500 < .  ack 301
    8.1000 > P. 301:601 ack 79
    8.1500 < .  ack 601
  )";
  const Report report = analyze(merged({script({}, stuck), script(other, polled)}));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected"));
  EXPECT_THAT(find(report, FindingKind::kPmtuBlackhole)->evidence_against,
              testing::Contains(HasSubstr("open before the capture began")));
}

TEST(BlackHole, TinyPacketsAreNoMatterOfThePathWhateverPasses) {
  TcpEnds other;
  other.b_port = 50700;
  const std::string stuck = kOpened + R"(
    0.1000 > P. 1:109 ack 79
    0.3500 > P. 1:109 ack 79
    0.8500 > P. 1:109 ack 79
    1.8500 > P. 1:109 ack 79
    3.8500 > P. 1:109 ack 79
    7.8500 > P. 1:109 ack 79
  )";
  const std::string polled = kOpened + R"(
    1.1000 > P. 1:101 ack 79
    1.1500 < .  ack 101
    8.1000 > P. 101:201 ack 79
    8.1500 < .  ack 201
  )";
  const Report report = analyze(merged({script({}, stuck), script(other, polled)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(report.headline, HasSubstr("not that narrow"));
}

TEST(BlackHole, TheLastTryThatArrivesMakesItLoss) {
  EXPECT_EQ(judged(kIncident + R"(
    7.9600 < .  ack 1715
  )"),
            "");
}

// ---- Rule 3: deliveries before the first failure date the change

const std::string kLargeBefore = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1500 < .  ack 1369
  5.0000 < P. 79:157 ack 1369
  5.0001 > .  1369:2737 ack 157
  5.0002 > P. 2737:2969 ack 157
)";

TEST(BlackHole, APathThatShrankIsToldWithTheLastLargePacketBefore) {
  const Report report = analyze(script({}, kLargeBefore + R"(
    5.0520 < .  ack 1369 sack 2737:2969
    5.2600 > .  1369:2737 ack 157
    5.7600 > .  1369:2737 ack 157
    6.7600 > .  1369:2737 ack 157
    8.7600 > .  1369:2737 ack 157
    12.760 > .  1369:2737 ack 157
    13.000 < P. 157:235 ack 1369 sack 2737:2969
    13.001 > .  ack 235
    14.500 < P. 235:300 ack 1369 sack 2737:2969
  )"));
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("no longer arrive"));
  ASSERT_TRUE(f->shrinkage);
  EXPECT_EQ(f->shrinkage->last_delivery, at(0.1000));
  EXPECT_EQ(f->shrinkage->first_failure, at(5.0001));
  EXPECT_THAT(f->evidence_for,
              testing::Contains(HasSubstr("the path shrank between 22:13:20.100")));
  EXPECT_THAT(report.headline, HasSubstr("the path shrank between"));
  // What passed before says nothing about the path now.
  EXPECT_LT(f->bracket.lower.value_or(IpSize{0}), *f->bracket.upper);
}

TEST(BlackHole, OutageAfterLargeDeliveriesCannotBeToldFromAShrunkPath) {
  // Rule 2: nothing of any size arrives any more.
  const Report report = analyze(script({}, kLargeBefore + R"(
    5.2600 > .  1369:2737 ack 157
    5.7600 > .  1369:2737 ack 157
    6.7600 > .  1369:2737 ack 157
    8.7600 > .  1369:2737 ack 157
    12.760 > .  1369:2737 ack 157
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("an outage, or a path that shrank"));
}

// ---- Rule 4: the natural experiment

TEST(BlackHole, TheSameBytesCutSmallerAndDeliveredConfirmIt) {
  // Linux tcp_mtu_probing=1 (net/ipv4/tcp_timer.c, tcp_mtu_probing): base MSS 1024 after timeouts.
  const Report report = analyze(script({}, kLastLarge + R"(
    15.910 > .  115:1087 ack 79
    15.960 < .  ack 1087
    15.961 > .  1087:1483 ack 79
    16.011 < .  ack 1483
  )"));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [1024, 1420) at the sender");
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_TRUE(f->recovered);
  EXPECT_EQ(f->recovered->size, IpSize{1024});
  EXPECT_NEAR(f->recovered->after.seconds(), 15.86, 0.1);
  EXPECT_THAT(report.headline, HasSubstr("recovered after"));
}

TEST(BlackHole, CutSmallerUnderHeavyLossIsLoss) {
  // Half of the small packets are lost too, so that a cut packet gets through proves little.
  std::string lines = kOpened;
  double t = 0.1;
  uint32_t seq = 1;
  for (int i = 0; i < 12; ++i, seq += 100, t += 2) {
    const std::string range = std::to_string(seq) + ":" + std::to_string(seq + 100);
    const int tries = 1 + i % 3;
    for (int k = 0; k < tries; ++k)
      lines += std::to_string(t + 0.3 * k) + " > P. " + range + " ack 79\n";
    lines += std::to_string(t + 0.3 * tries) + " < . ack " + std::to_string(seq + 100) + "\n";
  }
  const std::string whole = std::to_string(seq) + ":" + std::to_string(seq + 1368);
  for (const double at : {0.0, 0.3, 0.9})
    lines += std::to_string(t + at) + " > . " + whole + " ack 79\n";
  lines += std::to_string(t + 2.1) + " > . " + std::to_string(seq) + ":" +
           std::to_string(seq + 700) + " ack 79\n";
  lines += std::to_string(t + 2.15) + " < . ack " + std::to_string(seq + 700) + "\n";
  EXPECT_EQ(judged(lines), "");
}

TEST(BlackHole, AnUpwardProbeOfTheKernelIsNoBlackHole) {
  // Rule 6: one larger packet of new bytes, cut smaller at once when it is lost, and data flows on.
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:973 ack 79
    0.1500 < .  ack 973
    0.2000 > .  973:2341 ack 79    # the probe
    0.2001 > .  2341:3313 ack 79
    0.2002 > .  3313:4285 ack 79
    0.2003 > .  4285:5257 ack 79
    0.2500 < .  ack 973 sack 2341:5257
    0.2501 > .  973:1945 ack 79
    0.2502 > .  1945:2341 ack 79
    0.3001 < .  ack 5257
    10.000 > .  5257:6625 ack 79   # and again, 10 s later
    10.001 > .  6625:7597 ack 79
    10.002 > .  7597:8569 ack 79
    10.051 < .  ack 5257 sack 6625:8569
    10.052 > .  5257:6229 ack 79
    10.053 > .  6229:6625 ack 79
    10.103 < .  ack 8569
  )"),
            "");
}

// ---- Rule 5: chance

TEST(BlackHole, ChanceIsReportedAndFallsWithEveryFailure) {
  const Report many = analyze(script({}, kIncident));
  const Report few = analyze(script({}, kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.1650 > .  115:1483 ack 79
    0.4100 > .  115:1483 ack 79
    0.9100 > .  115:1483 ack 79
  )"));
  const Finding* sure = find(many, FindingKind::kPmtuBlackhole);
  const Finding* unsure = find(few, FindingKind::kPmtuBlackhole);
  ASSERT_NE(sure, nullptr);
  ASSERT_NE(unsure, nullptr);
  EXPECT_LT(*sure->chance, 0.001);
  EXPECT_LT(*sure->chance, *unsure->chance);
  EXPECT_LT(*unsure->chance, 0.05);
}

// ---- Rule 6: what it is not

TEST(BlackHole, DownToTinyPacketsItIsAFilter) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:31 ack 79
    0.3600 > P. 1:31 ack 79
    0.8600 > P. 1:31 ack 79
    1.8600 > P. 1:31 ack 79
    3.8600 > P. 1:31 ack 79
    5.0000 < P. 79:157 ack 1
    5.0001 > .  ack 157
    6.5000 < P. 157:235 ack 1
    7.8600 > P. 1:31 ack 235
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(found(report, FindingKind::kDataUndelivered), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHole, WindowProbesOfOneByteProveNothing) {
  // RFC 9293 3.8.6.1: the window is closed, the probes carry a byte that is not taken.
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369 win 0
    0.4000 > .  1369:1370 ack 79
    0.4500 < .  ack 1369 win 0
    1.0000 > .  1369:1370 ack 79
    1.0500 < .  ack 1369 win 0
    2.2000 > .  1369:1370 ack 79
    2.2500 < .  ack 1369 win 0
    4.6000 > .  1369:1370 ack 79
    4.6500 < .  ack 1369 win 0
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kPathOutage), "");
  EXPECT_EQ(found(report, FindingKind::kDataUndelivered), "");
}

TEST(BlackHole, WindowProbesOfAFlowJoinedInTheMiddleProveNothing) {
  // Without its SYN the scale is unknown, but a closed window is closed on any scale.
  const Report report = analyze(script({}, R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  79:79 ack 1369 win 0
    0.4000 > .  1369:1370 ack 79
    0.4500 < .  ack 1369 win 0
    1.0000 > .  1369:1370 ack 79
    1.0500 < .  ack 1369 win 0
    2.2000 > .  1369:1370 ack 79
    2.2500 < .  ack 1369 win 0
    4.6000 > .  1369:1370 ack 79
    4.6500 < .  ack 1369 win 0
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kPathOutage), "");
  EXPECT_EQ(found(report, FindingKind::kDataUndelivered), "");
}

TEST(BlackHole, AFullSegmentBeyondAClosedWindowProvesNothing) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115 win 0
    0.4000 > .  115:1483 ack 79
    0.4500 < .  ack 115 win 0
    1.0000 > .  115:1483 ack 79
    1.0500 < .  ack 115 win 0
    2.2000 > .  115:1483 ack 79
    2.2500 < .  ack 115 win 0
    4.6000 > .  115:1483 ack 79
    4.6500 < .  ack 115 win 0
    9.4000 > .  115:1483 ack 79
    9.4500 < .  ack 115 win 0
  )"),
            "");
}

TEST(BlackHole, UnansweredKeepalivesAreNoBlackHole) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    60.000 > .  114:114 ack 79
    75.000 > .  114:114 ack 79
    90.000 > .  114:114 ack 79
    105.00 > .  114:114 ack 79
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(BlackHole, EverythingOfEverySizeLostIsAnOutage) {
  TcpEnds second;
  second.b_port = 50499;
  const std::string lost = kOpened + R"(
    1.0000 > .  1:1369 ack 79
    1.0001 > P. 1369:1401 ack 79
    1.2600 > .  1:1369 ack 79
    1.7600 > .  1:1369 ack 79
    2.7600 > .  1:1369 ack 79
    4.7600 > .  1:1369 ack 79
    8.7600 > .  1:1369 ack 79
  )";
  const Report report = analyze(merged({script({}, lost), script(second, lost)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_THAT(found(report, FindingKind::kPathOutage), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

// ---- From the receiver

TEST(BlackHole, AHoleThatIsNeverFilledIsSuspectedAtTheReceiver) {
  EXPECT_EQ(judged(kIncidentAtReceiver + kGivenUpAtReceiver),
            "suspected 10.9.0.2 -> 10.9.0.1 [284, 1420) at the receiver");
}

TEST(BlackHole, WithoutSackAnyLaterAcknowledgementAsksForTheHole) {
  // The ACK of the first packet waited, so that there is no duplicate; 20 s later the FIN still
  // carries its number.
  EXPECT_THAT(judged(R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    0.1500 > P. 1:115 ack 79
    0.1502 > P. 1483:1715 ack 79
    0.1503 < .  ack 115
    20.000 < F. 79:79 ack 115
    20.050 > .  ack 80
    20.500 > .  ack 80
  )",
                     {.sack = false}),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [284, 1420)"));
}

TEST(BlackHole, AHoleSeenForAMomentIsAnOpenQuestion) {
  const Report report = analyze(script({}, kIncidentAtReceiver));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("right after that the capture ends"));
}

TEST(BlackHole, AHoleWithNothingBehindItMayBeASenderThatStopped) {
  const Report report = analyze(merged({script({}, kIncidentAtReceiver), elsewhere(30)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("a sender that stopped"));
}

TEST(BlackHole, HolesInTwoFlowsConfirmEachOtherAtTheReceiver) {
  TcpEnds second;
  second.b_port = 50499;
  const std::string lines = kIncidentAtReceiver + kGivenUpAtReceiver;
  EXPECT_THAT(black_holes(analyze(merged({script({}, lines), script(second, lines)}))),
              HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
}

TEST(BlackHole, AConnectionThatHangsIsNamedThoughLargerPacketsPass) {
  // What another connection gets is just as large.
  TcpEnds other;
  other.b_port = 50700;
  const Packets large = shifted(script(other, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.1000 > .  1:1369 ack 1
    0.1001 < .  ack 1369
  )"),
                                Duration::milliseconds(3000));
  const Report report =
      analyze(merged({script({}, kIncidentAtReceiver + kGivenUpAtReceiver), large}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_THAT(report.headline, HasSubstr("one connection waits for a lost packet"));
}

TEST(BlackHole, AHoleThatIsFilledLaterIsLoss) {
  EXPECT_EQ(judged(kIncidentAtReceiver + R"(
    0.4100 > .  115:1483 ack 79
    0.4101 < .  ack 1715
    20.000 < P. 79:157 ack 1715
    20.050 > .  ack 157
  )"),
            "");
}

TEST(BlackHole, ASlowServerIsAnOpenQuestionNotABlackHole) {
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
    30.000 < F. 79:79 ack 1
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("slow server"));
}

// ---- From one direction only: the ceiling is `suspected`

TEST(BlackHole, TheDataDirectionAloneNeverConfirms) {
  const Packets all = script({}, kIncident);
  EXPECT_THAT(black_holes(analyze(one_direction(all, true))), testing::Not(HasSubstr("confirmed")));
}

TEST(BlackHole, TheAcknowledgementDirectionAloneNeverConfirms) {
  const Packets all = script({}, kIncident);
  EXPECT_THAT(black_holes(analyze(one_direction(all, false))),
              testing::Not(HasSubstr("confirmed")));
}

}  // namespace
}  // namespace mtuscope
