#include "analysis/judges/ptb_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"
#include "tests/unit/analysis/ptb_messages.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;

const std::string kHole = "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender";

TcpEnds ipv6_ends() {
  TcpEnds ends;
  ends.a = "fd09::2";
  ends.b = "fd09::1";
  return ends;
}

// ---- pmtud-working: a PTB about bytes in flight, the same bytes smaller, their acknowledgement

// Two packets of 1420 bytes, cut to 1400 two milliseconds later.
const std::string kObeys = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1001 > .  1369:2737 ack 79
  0.1030 > .  1:1349 ack 79
  0.1031 > .  1349:1369 ack 79
  0.1032 > .  1369:2717 ack 79
  0.1033 > .  2717:2737 ack 79
  0.1500 < .  ack 2737
)";

TEST(PmtudWorking, NamesReporterMtuAndReactionTime) {
  const Report report = with_ptbs(kObeys, {{.at = 0.1010, .seq = 1}});
  const Finding* f = find(report, FindingKind::kPmtudWorking);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(to_string(*f->reporter), "10.9.0.254");
  EXPECT_EQ(f->pmtu, IpSize{1400});
  EXPECT_EQ(f->bracket.lower, IpSize{1400});
  EXPECT_EQ(f->bracket.upper, IpSize{1401});
  EXPECT_THAT(f->explanation, HasSubstr("answered after 2 ms, and 47 ms later"));
  EXPECT_EQ(f->flow_count, 1u);
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PmtudWorking, WithIPv6AndWithoutAnIdentificationThatTellsCopiesFromNewCuts) {
  // The cut comes within the millisecond in which the same bytes may be a copy.
  Report report = with_ptbs(
      kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1004 > .  1:1329 ack 79
    0.1005 > .  1329:1369 ack 79
    0.1500 < .  ack 1369
  )",
      {{.at = 0.1002, .seq = 1, .quoted = 1440, .reporter = "fd09::fe", .quote = ipv6_ends()}},
      ipv6_ends());
  EXPECT_EQ(found(report, FindingKind::kPmtudWorking),
            "confirmed fd09::2 -> fd09::1 [1400, 1401) at the sender");
  EXPECT_EQ(report.quality.duplicates, 0u);
}

TEST(PmtudWorking, ASmallerPacketOfOtherBytesIsNoAnswer) {
  // The tail of the answer is small anyway.
  const Report report = with_ptbs(kOpened + kAnswer + kSelectivelyAcknowledged, {{}});
  EXPECT_EQ(found(report, FindingKind::kPmtudWorking), "");
}

TEST(PmtudWorking, SeveralRoutersWithFallingMtusAreAllNamed) {
  const Report report =
      with_ptbs(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1030 > .  1:1349 ack 79
    0.1031 > .  1349:1369 ack 79
    0.1230 > .  1:1249 ack 79
    0.1231 > .  1249:1369 ack 79
    0.1700 < .  ack 1369
  )",
                {{.at = 0.1010, .mtu = 1400, .seq = 1},
                 {.at = 0.1210, .mtu = 1300, .seq = 1, .quoted = 1400, .reporter = "10.8.0.254"}});
  const Finding* f = find(report, FindingKind::kPmtudWorking);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->pmtu, IpSize{1300});
  EXPECT_EQ(to_string(*f->reporter), "10.8.0.254");
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("10.9.0.254 reported an MTU of 1400")));
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("10.8.0.254 reported an MTU of 1300")));
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PmtudWorking, SegmentsThatWereOnTheirWayDoNotIgnoreIt) {
  const Report report = with_ptbs(kOpened + R"(
    0.10000 > .  1:1369 ack 79
    0.10102 > .  1369:2737 ack 79    # 20 us after the PTB
    0.10104 > .  2737:4105 ack 79
    0.1020 > .  1:1349 ack 79
    0.1500 < .  ack 1349
    0.1501 > .  1349:2697 ack 79
    0.1502 > .  2697:4045 ack 79
    0.1503 > .  4045:4105 ack 79
    0.2000 < .  ack 4105
  )",
                                  {{.at = 0.1010, .seq = 1}});
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
  EXPECT_THAT(found(report, FindingKind::kPmtudWorking), HasSubstr("10.9.0.2 -> 10.9.0.1"));
}

TEST(PmtudWorking, AForgottenMtuIsToldApart) {
  // Ten minutes later the host tries 1420 again, is told again, and obeys again.
  const Report report = with_ptbs(kObeys + R"(
    700.100 > .  2737:4105 ack 79
    700.110 > .  2737:4085 ack 79
    700.111 > .  4085:4105 ack 79
    700.160 < .  ack 4105
  )",
                                  {{.at = 0.1010, .seq = 1}, {.at = 700.105, .seq = 2737}});
  const Finding* f = find(report, FindingKind::kPmtudWorking);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->evidence_against, Contains(HasSubstr("larger ones came again")));
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

// ---- ptb-ignored: two or more packets above the MTU, later than an RTT

TEST(PtbIgnored, NamesReporterMtuAndWhatWasSentAfterwards) {
  const Report report = with_ptbs(kIncident, {{}, {.at = 0.412}, {.at = 0.912}});
  const Finding* f = find(report, FindingKind::kPtbIgnored);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->pmtu, IpSize{1400});
  EXPECT_EQ(f->bracket.upper, IpSize{1401});
  EXPECT_EQ(f->bracket.lower, IpSize{284});
  EXPECT_EQ(to_string(*f->reporter), "10.9.0.254");
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("3 times in all")));
  // Of the six sendings one came within an RTT.
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("5 packets of 1420 bytes, for 7.5 s (frames")));
  EXPECT_EQ(black_holes(report), "") << "a limit that was announced is not a silent one";
  EXPECT_EQ(report.status, Status::kProblem);
}

TEST(PtbIgnored, WithIPv6) {
  const Report report = with_ptbs(
      kIncident, {{.quoted = 1440, .reporter = "fd09::fe", .quote = ipv6_ends()}}, ipv6_ends());
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored),
            "confirmed fd09::2 -> fd09::1 [304, 1401) at the sender");
  EXPECT_EQ(black_holes(report), "");
}

TEST(PtbIgnored, ElsewhereThanAtTheSenderItMayNotHaveReachedIt) {
  TcpEnds ends{.a_ttl = 60, .b_ttl = 61};  // routers on both sides
  const Report report = with_ptbs(kIncident, {{}}, ends);
  const Finding* f = find(report, FindingKind::kPtbIgnored);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_THAT(f->explanation, HasSubstr("may not have reached"));
}

TEST(PtbIgnored, OneLaterPacketIsNotEnough) {
  const Report report = with_ptbs(kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.4100 > .  115:1483 ack 79
  )",
                                  {{}});
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PtbIgnored, LargerPacketsThatArriveAfterAllRefuteThePtb) {
  // The route changed, or the PTB was never right.
  const Report report = with_ptbs(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1
    0.4000 > .  1:1369 ack 79
    0.4500 < .  ack 1369
    0.4600 > .  1369:2737 ack 79
    0.5100 < .  ack 2737
    0.5200 > .  2737:4105 ack 79
  )",
                                  {{.at = 0.1010, .seq = 1}});
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PtbIgnored, PacketsWithoutDfMayBeCutOnTheWay) {
  Packets packets = script({}, kIncident);
  for (CapturedPacket& p : packets) p.bytes[6] &= 0xbf;  // DF
  const Report report = analyze(merged({packets, {ptb_message(Message{})}}));
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PtbIgnored, SuperPacketsOfASenderThatObeysAreNotLarger) {
  // TSO: the capture shows 2696 bytes of data, the wire two packets of 1400.
  const Report report = with_ptbs(kOpened + R"(
    0.1000 > .  1:2737 ack 79
    0.1030 > .  1:2697 ack 79
    0.1500 < .  ack 2697
    0.2501 > .  2697:8089 ack 79
    0.3000 < .  ack 8089
    0.3501 > .  8089:13481 ack 79
    0.4000 < .  ack 13481
  )",
                                  {{.at = 0.1010, .seq = 1}});
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
  EXPECT_NE(found(report, FindingKind::kPmtudWorking), "");
}

// ---- Quotes that were cut off, by the router or by the snaplen

TEST(CutQuote, IsAboutTheOnlyDestinationWithSuchPacketsInFlight) {
  for (const size_t quoted : {24u, 12u}) {  // without the ports, without the addresses
    const Report report = with_ptbs(
        kObeys, {{.at = 0.1010, .quoted_bytes = quoted}, {.at = 0.1011, .quoted_bytes = quoted}});
    const Finding* f = find(report, FindingKind::kPmtudWorking);
    ASSERT_NE(f, nullptr) << quoted;
    EXPECT_EQ(f->confidence, Confidence::kSuspected);
    EXPECT_THAT(f->evidence_for, Contains(HasSubstr("2 times in all")));
    EXPECT_THAT(f->evidence_against, Contains(HasSubstr("snaplen")));
  }
}

TEST(CutQuote, MayBeAboutEitherOfTwoDestinations) {
  TcpEnds elsewhere;
  elsewhere.b = "10.77.0.1";
  const Packets cut{ptb_message({.at = 0.1010, .quoted_bytes = 12})};
  const Report report = analyze(merged({script({}, kObeys), script(elsewhere, kIncident), cut}));
  EXPECT_EQ(found(report, FindingKind::kPmtudWorking), "");
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.77.0.1 [284, 1420) at the sender");
}

// ---- Other flows: a host keeps the MTU for the destination (RFC 1191 3)

const TcpEnds kOther{.b_port = 50499, .a_isn = 700'000, .b_isn = 800'000};

TEST(PtbIgnored, AnotherFlowThatGoesOnAndFailsIsToldApart) {
  Packets told = script({}, kObeys);
  const Report report =
      analyze(merged({told,
                      script(kOther, kIncident),
                      {ptb_message({.at = 0.1010, .seq = 1})},
                      {ptb_message({.at = 0.4, .seq = 2737 - 20, .quoted = 1420})}}));
  const Finding* f = find(report, FindingKind::kPtbIgnored);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_EQ(f->flows.size(), 1u);
  EXPECT_EQ(f->flows[0].dst.port, 50499);
  EXPECT_THAT(f->explanation, HasSubstr("told one flow"));
  EXPECT_NE(find(report, FindingKind::kPmtudWorking), nullptr);
}

TEST(PtbIgnored, APtbSaysNothingAboutAnotherDestination) {
  TcpEnds elsewhere;
  elsewhere.b = "10.77.0.1";
  const Report report = analyze(merged(
      {script({}, kObeys), script(elsewhere, kIncident), {ptb_message({.at = 0.1010, .seq = 1})}}));
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.77.0.1 [284, 1420) at the sender");
}

// ---- A black hole is only excused by a PTB that announced it

TEST(PtbAndBlackHole, APtbForALargerMtuDoesNotExcuseIt) {
  // The router says 1410, the hole begins below that: packets of 1410 vanish as silently.
  const std::string cut = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1001 > .  115:1483 ack 79
    0.1002 > P. 1483:1715 ack 79
    0.1500 < .  ack 115
    0.1521 < .  ack 115 sack 1483:1715
    0.1650 > .  115:1473 ack 79      # 1410 bytes
    0.1651 > .  1473:1483 ack 79
    0.2150 < .  ack 115 sack 1473:1715
    0.4100 > .  115:1473 ack 79
    0.9100 > .  115:1473 ack 79
    1.9100 > .  115:1473 ack 79
    3.9100 > .  115:1473 ack 79
    7.9100 > .  115:1473 ack 79
  )";
  const Report report = with_ptbs(cut, {{.mtu = 1410}});
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1410) at the sender");
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PtbAndBlackHole, ABogusPtbDoesNotExcuseIt) {
  for (const uint32_t mtu : {0u, 40u, 1420u, 1500u}) {
    const Report report = with_ptbs(kIncident, {{.mtu = mtu}});
    EXPECT_EQ(black_holes(report), kHole) << mtu;
    EXPECT_NE(found(report, FindingKind::kPtbSuspect), "") << mtu;
  }
}

TEST(PtbAndBlackHole, APtbAboutBytesThatWereNeverSentDoesNotExcuseIt) {
  const Report report = with_ptbs(kIncident, {{.seq = 900'000}});
  EXPECT_EQ(black_holes(report), kHole);
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
}

TEST(PtbAndBlackHole, APtbOfLongBeforeDoesNotExcuseIt) {
  // Told and obeyed; ten minutes later the host tries larger ones again, and nothing says why not.
  const Report report = with_ptbs(kObeys + R"(
    700.0000 > P. 2737:2851 ack 79
    700.0001 > .  2851:4219 ack 79
    700.0002 > P. 4219:4451 ack 79
    700.0500 < .  ack 2851
    700.0521 < .  ack 2851 sack 4219:4451
    700.0650 > .  2851:4219 ack 79
    700.3100 > .  2851:4219 ack 79
    700.8100 > .  2851:4219 ack 79
    701.8100 > .  2851:4219 ack 79
    703.8100 > .  2851:4219 ack 79
    707.8100 > .  2851:4219 ack 79
  )",
                                  {{.at = 0.1010, .seq = 1}});
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [1400, 1420) at the sender");
}

}  // namespace
}  // namespace mtuscope
