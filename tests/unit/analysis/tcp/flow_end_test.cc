#include "analysis/tcp/flow_end.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

// ---- Captured at b, which asks. Only packets without data come behind what is missing, so b never
// asks for it; but their numbers say that it was sent.

const std::string kEarlierAnswers = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1000 > P. 1:201 ack 79
  0.1001 < .  ack 201
  0.1002 < P. 79:157 ack 201
  0.1500 > P. 201:1101 ack 157
  0.1501 < P. 157:235 ack 1101
)";
// a's answer of 14 kB is lost, with the acknowledgement in it; b repeats its request.
const std::string kLostWithItsAck = R"(
  0.4000 < P. 157:235 ack 1101
  0.4500 > .  15421:15421 ack 235 sack 157:235
)";
const std::string kGivenUp = R"(
  9.0000 < F. 235:235 ack 1101
  9.0500 > .  15421:15421 ack 236
)";

TEST(HoleBeforeBareAcks, ALaterAnswerThatNeverComesIsSuspected) {
  const Report report = analyze(script({}, kEarlierAnswers + kLostWithItsAck + kGivenUp));
  EXPECT_EQ(black_holes(report), "suspected 10.9.0.2 -> 10.9.0.1 [952, 1420) at the receiver");
}

TEST(HoleBeforeBareAcks, TheFirstAnswerToo) {
  const Report report = analyze(script({}, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < .  1:1369 ack 1
    0.1003 > .  14321:14321 ack 1369
    0.2000 < .  1369:2737 ack 1
    0.2500 > .  14321:14321 ack 2737
    8.0000 < F. 2737:2737 ack 1
    8.0500 > .  14321:14321 ack 2738
  )"));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [60, 1420)"));
}

TEST(HoleBeforeBareAcks, SeveralFlowsDoNotConfirmIt) {
  TcpEnds second;
  second.b_port = 50499;
  const std::string all = kEarlierAnswers + kLostWithItsAck + kGivenUp;
  EXPECT_THAT(black_holes(analyze(merged(
                  {script({}, all), shifted(script(second, all), Duration::milliseconds(20))}))),
              HasSubstr("suspected"));
}

TEST(HoleBeforeBareAcks, WhatTheReceiverAcknowledgesWasMissedByTheCapture) {
  const Report report = analyze(script({}, kEarlierAnswers + R"(
    0.4500 > .  15421:15421 ack 235
    0.4501 < .  ack 15421
    9.0000 < F. 235:235 ack 15421
    9.0500 > .  15421:15421 ack 236
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_GT(report.quality.unseen_acked_bytes, 0u);
}

TEST(HoleBeforeBareAcks, WhatComesLateIsLoss) {
  const Report report = analyze(script({}, kEarlierAnswers + R"(
    0.4500 > .  2469:2469 ack 235
    1.0500 > .  1101:2469 ack 235
    1.0501 < .  ack 2469
    9.0000 < F. 235:235 ack 2469
    9.0500 > .  2469:2469 ack 236
  )"));
  EXPECT_EQ(black_holes(report), "");
}

TEST(HoleBeforeBareAcks, AnAcknowledgementThatOvertookItsDataIsHealthy) {
  const Report report = analyze(script({}, kEarlierAnswers + R"(
    0.2000 > .  2469:2469 ack 235
    0.2001 > .  1101:2469 ack 235
    0.2002 < .  ack 2469
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, ASmallOneIsNoMatterOfSize) {
  const Report report = analyze(script({}, kEarlierAnswers + R"(
    0.4500 > .  1301:1301 ack 235
    9.0000 < F. 235:235 ack 1101
    9.0500 > .  1301:1301 ack 236
  )"));
  EXPECT_EQ(black_holes(report), "");
}

TEST(HoleBeforeBareAcks, TheOtherWaysLossMakesLuckLikely) {
  // A capture here sees what is lost on the way back, and nothing of what is lost on the way here.
  std::string lossy;
  for (int i = 0; i < 30; ++i) {
    const double t = 0.5 + 0.3 * i;
    lossy += std::to_string(t) + " < P. 235:313 ack 1101\n";
  }
  const Report report = analyze(script({}, kEarlierAnswers + kLostWithItsAck + lossy + kGivenUp));
  EXPECT_EQ(black_holes(report), "");
}

TEST(HoleBeforeBareAcks, ACaptureThatEndsThenLeavesAQuestion) {
  const Report report = analyze(script({}, kEarlierAnswers + kLostWithItsAck));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("1420 bytes"));
  EXPECT_THAT(report.headline, HasSubstr("as the numbers of those behind it show"));
}

// A download in full segments that stops in the midst. b gives up; what a acknowledges that with
// has the number of what it had sent.
const std::string kStoppedDownload = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1000 > .  1:1369 ack 79
  0.1001 > P. 1369:2737 ack 79
  0.1002 < .  ack 2737
)";
const std::string kGivenUpAtOnce = R"(
  9.0000 < F. 79:79 ack 2737
  9.0500 > .  8209:8209 ack 80
)";

TEST(HoleBeforeBareAcks, ADownloadThatStoppedInItsMidstIsAQuestion) {
  const Report report = analyze(script({}, kStoppedDownload + kGivenUpAtOnce));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("stopped arriving on 1 connection for 8.95 s"));
  EXPECT_THAT(report.headline, HasSubstr("a path that shrank, or an outage"));
}

// A small answer, and the head of a large one, of which b gets nothing more.
const std::string kOnlyTheHead = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1000 > P. 1:201 ack 79
  0.1001 < P. 79:157 ack 201
  0.1500 > P. 201:301 ack 157
  0.1501 < .  ack 301
)";

TEST(HoleBeforeBareAcks, WhoGivesUpWaitingForALargeAnswerLeavesAQuestion) {
  const Report report = analyze(script({}, kOnlyTheHead + R"(
    9.0000 < F. 157:157 ack 301
    9.0500 > .  13981:13981 ack 158
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("nothing of the connection had come by for 8.9 s"));
}

TEST(HoleBeforeBareAcks, NotWhereTheServerHadSentNothing) {
  const Report report = analyze(script({}, kOnlyTheHead + R"(
    9.0000 < F. 157:157 ack 301
    9.0500 > .  301:301 ack 158
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, NorWhereItIsLessThanAFullSegment) {
  const Report report = analyze(script({}, kOnlyTheHead + R"(
    9.0000 < F. 157:157 ack 301
    9.0500 > .  501:501 ack 158
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, NorWhereOthersGetSuchPacketsMeanwhile) {
  TcpEnds other;
  other.b_port = 50499;
  const Packets large = script(other, R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    4.0000 > .  1:1369 ack 79
    4.0001 < .  ack 1369
  )");
  const Report report = analyze(merged({script({}, kOnlyTheHead + R"(
    9.0000 < F. 157:157 ack 301
    9.0500 > .  13981:13981 ack 158
  )"),
                                        large}));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, NorWhereTheAnswerHadJustBegun) {
  const Report report = analyze(script({}, kOnlyTheHead + R"(
    0.3000 < F. 157:157 ack 301
    0.3500 > .  13981:13981 ack 158
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

// 164160 bytes, of which the receiver had allowed 256000.
TEST(HoleBeforeBareAcks, AFastDownloadHasMoreUnderWayThanAnUnscaledWindow) {
  const std::string behind = R"(
    9.0000 < F. 79:79 ack 2737 win 2000
    9.0500 > .  166897:166897 ack 80
  )";
  const Report report =
      analyze(script({}, kStoppedDownload + "0.1500 < . ack 2737 win 2000" + behind));
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("stopped arriving on 1 connection for 8."));
  // No sender goes beyond what it is allowed: the capture has missed acknowledgements too.
  const Report beyond = analyze(script({}, kStoppedDownload + R"(
    9.0000 < F. 79:79 ack 2737
    9.0500 > .  166897:166897 ack 80
  )"));
  EXPECT_EQ(beyond.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, WhatWasSentJustNowIsNone) {
  const Report report = analyze(script({}, kStoppedDownload + R"(
    0.2000 < F. 79:79 ack 2737
    0.2500 > .  8209:8209 ack 80
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, NorIsAnAnswerAfterALongPause) {
  // The answer before had ended: what follows 9 s later may have been sent at that moment.
  const Report report = analyze(script({}, kStoppedDownload + R"(
    0.1003 > P. 2737:3000 ack 79
    0.1004 < .  ack 3000
    9.0000 < F. 79:79 ack 3000
    9.0500 > .  8209:8209 ack 80
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, NorIsWhatComesAfterAll) {
  const Report report = analyze(script({}, kStoppedDownload + kGivenUpAtOnce + R"(
    9.0501 > .  2737:4105 ack 80
    9.0502 > .  4105:5473 ack 80
    9.0503 > .  5473:6841 ack 80
    9.0504 > .  6841:8209 ack 80
  )"));
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(HoleBeforeBareAcks, WhereSuchSizesHadPassedALongHoleIsAQuestion) {
  const Report report = analyze(script({}, kStoppedDownload + R"(
    1.0000 < P. 79:157 ack 2737
    1.0500 > .  8209:8209 ack 157
    9.0000 < P. 157:235 ack 2737
    9.0500 > .  8209:8209 ack 235
  )"));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
}

// ---- A connection that something on the way dropped: all of its packets vanish, whatever their
// size, while other connections of the same hosts go on. And its twin, where size is the reason.

// The pooled connection, idle since 0.2 s; a sends, and its packet of 700 bytes ends a request.
const std::string kPooled = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1500 < .  ack 115
  3.0000 > .  115:1483 ack 79
  3.0001 > .  1483:2851 ack 79
  3.0002 > P. 2851:3251 ack 79
)";
const std::string kTailProbe = R"(
  3.1100 > P. 2851:3251 ack 79
)";
const std::string kTailArrived = R"(
  3.0520 < .  ack 115 sack 2851:3251
)";
const std::string kTailDuplicateAck = R"(
  3.0520 < .  ack 115
)";
const std::string kRepeated = R"(
  3.3500 > .  115:1483 ack 79
  3.8500 > .  115:1483 ack 79
  4.8500 > .  115:1483 ack 79
  6.8500 > .  115:1483 ack 79
  10.850 > .  115:1483 ack 79
)";

// Another connection of the same hosts, with small answers all the while.
Packets small_answers(const TcpEnds& ends, int count = 30) {
  TcpEnds other = ends;
  other.b_port = 50700;
  std::string lines = kOpened;
  uint32_t asked = 79, answered = 1;
  for (int i = 0; i < count; ++i) {
    const double t = 0.1 + 0.4 * i;
    lines += fmt::format("{:f} > P. {}:{} ack {}\n", t, answered, answered + 150, asked);
    lines += fmt::format("{:f} < P. {}:{} ack {}\n", t + 0.05, asked, asked + 70, answered + 150);
    answered += 150;
    asked += 70;
  }
  const double t = 0.1 + 0.4 * count;
  lines += fmt::format("{:f} > P. {}:{} ack {}\n", t, answered, answered + 150, asked);
  lines += fmt::format("{:f} < .  ack {}\n", t + 0.09, answered + 150);
  return script(other, lines);
}

struct Case {
  const char* name;
  bool sack;
};
class DroppedConnection : public testing::TestWithParam<Case> {};

TEST_P(DroppedConnection, IsNoBlackHole) {
  const TcpEnds ends{.sack = GetParam().sack};
  const Report report =
      analyze(merged({script(ends, kPooled + kTailProbe + kRepeated), small_answers(ends)}));
  EXPECT_EQ(black_holes(report), "");
  const Finding* f = find(report, FindingKind::kDataUndelivered);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("nothing of one connection arrives any more"));
  EXPECT_EQ(f->flow_count, 1u);
  EXPECT_EQ(f->flows[0].dst.port, 50498);
  EXPECT_EQ(report.headline + ".", f->explanation);
  EXPECT_TRUE(report.recommendations.empty());
}

TEST_P(DroppedConnection, ItsTwinLetsTheSmallPacketThrough) {
  const TcpEnds ends{.sack = GetParam().sack};
  const std::string answer = ends.sack ? kTailArrived : kTailDuplicateAck;
  const Report report =
      analyze(merged({script(ends, kPooled + answer + kRepeated), small_answers(ends)}));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [452, 1420) at the sender");
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Tcp, DroppedConnection,
                         testing::Values(Case{"sack", true}, Case{"no_sack", false}),
                         [](const auto& test) { return test.param.name; });

TEST(StoppedFlows, OneLostSmallPacketOnlyTakesTheCertainty) {
  // It may have been bad luck: the packet, or its acknowledgement.
  const Report report = analyze(merged({script({}, kPooled + kRepeated), small_answers({})}));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected 10.9.0.2 -> 10.9.0.1"));
}

TEST(StoppedFlows, WhereLossIsHeavyTwoAreNotEnoughEither) {
  EXPECT_THAT(black_holes(analyze(
                  merged({script({}, kPooled + kTailProbe + kRepeated), small_answers({}, 9)}))),
              testing::AnyOf(HasSubstr("suspected"), ""));
}

TEST(StoppedFlows, LateAckOfASmallPacketThatWasRepeatedIsLife) {
  // The tail probe is reported by a D-SACK: the connection lives, and it is the size.
  EXPECT_THAT(black_holes(analyze(merged({script({}, kPooled + kTailArrived + kTailProbe + R"(
    3.1600 < .  ack 115 sack 2851:3251,2851:3251
  )" + kRepeated),
                                          small_answers({})}))),
              HasSubstr("confirmed"));
}

TEST(StoppedFlows, AcknowledgementsThatAreAskedForAgainAreLostToo) {
  // All data of a is full-sized, but b repeats its request though a acknowledges it each time.
  const Report report = analyze(merged({script({}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    3.0000 > .  115:1483 ack 79
    3.0001 > .  1483:2851 ack 79
    3.1000 < P. 79:157 ack 115
    3.1001 > .  ack 157
    3.3500 > .  115:1483 ack 157
    3.4000 < P. 79:157 ack 115
    3.4001 > .  2851:2851 ack 157
    3.8500 > .  115:1483 ack 157
    4.0000 < P. 79:157 ack 115
    4.0001 > .  2851:2851 ack 157
    4.8500 > .  115:1483 ack 157
    5.2000 < P. 79:157 ack 115
    5.2001 > .  2851:2851 ack 157
    6.8500 > .  115:1483 ack 157
    7.6000 < P. 79:157 ack 115
    7.6001 > .  2851:2851 ack 157
    10.850 > .  115:1483 ack 157
  )"),
                                        small_answers({})}));
  EXPECT_EQ(black_holes(report), "");
  const Finding* f = find(report, FindingKind::kDataUndelivered);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->evidence_for, testing::Contains(HasSubstr("down to 52 bytes")));
}

TEST(StoppedFlows, WhereTheTailMayBeTooLargeItselfNothingIsCertain) {
  // 1100 bytes have not been seen to pass, and nothing says that this path carries them.
  const std::string large_tail = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    3.0000 > .  115:1483 ack 79
    3.0002 > P. 1483:2531 ack 79
    3.1100 > P. 1483:2531 ack 79
  )" + kRepeated;
  const Report report = analyze(merged({script({}, large_tail), small_answers({})}));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [202, 1420)"));
  EXPECT_THAT(find(report, FindingKind::kPmtuBlackhole)->evidence_against,
              testing::Contains(HasSubstr("may have dropped the connection instead")));
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

// Each IPv6 link carries 1280 bytes (RFC 8200 5).
TEST(StoppedFlows, WithIPv6TheSameTailIsNotTooLarge) {
  const TcpEnds ends{.a = "fd09::2", .b = "fd09::1"};
  const std::string large_tail = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    3.0000 > .  115:1483 ack 79
    3.0002 > P. 1483:2531 ack 79
    3.1100 > P. 1483:2531 ack 79
  )" + kRepeated;
  const Report report = analyze(merged({script(ends, large_tail), small_answers(ends)}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_NE(find(report, FindingKind::kDataUndelivered), nullptr);
}

TEST(StoppedFlows, InACaptureThatLacksPacketsOnlyTheFlowItselfCanConfirm) {
  // The tail of the dropped connection was not captured, nor were other bytes that arrived.
  const std::string no_tail = kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    3.0000 > .  115:1483 ack 79
    3.0001 > .  1483:2851 ack 79
  )" + kRepeated;
  Packets others = small_answers({});
  const std::string all = black_holes(analyze(merged({script({}, no_tail), others})));
  EXPECT_THAT(all, HasSubstr("confirmed"));
  others.erase(others.begin() + 7);
  EXPECT_THAT(black_holes(analyze(merged({script({}, no_tail), others}))),
              HasSubstr("suspected 10.9.0.2 -> 10.9.0.1"));
}

TEST(StoppedFlows, ATailJustBelowTheFullSizeMayVanishForItsSizeToo) {
  const Report report = analyze(merged({script({}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    3.0000 > .  115:1483 ack 79
    3.0002 > P. 1483:2801 ack 79
    3.1100 > P. 1483:2801 ack 79
  )" + kRepeated),
                                        small_answers({})}));
  EXPECT_THAT(black_holes(report), HasSubstr("suspected 10.9.0.2 -> 10.9.0.1 [202, 1420)"));
}

// A pooled connection that asks in one small packet, idle since 0.2 s.
const std::string kSmallRequest = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1500 < .  ack 115
)";
const std::string kAskedInVain = R"(
  3.0000 > P. 115:315 ack 79
  3.2500 > P. 115:315 ack 79
  3.7500 > P. 115:315 ack 79
  4.7500 > P. 115:315 ack 79
  6.7500 > P. 115:315 ack 79
  10.750 > P. 115:315 ack 79
)";
Packets others_that_go_on() {
  TcpEnds ends;
  ends.b_port = 50800;
  std::string lines = kOpened;
  for (int i = 0; i < 40; ++i) {
    const double t = 0.1 + 0.3 * i;
    lines += fmt::format("{:.4f} > P. {}:{} ack 79\n{:.4f} < . ack {}\n", t, 1 + 400 * i,
                         401 + 400 * i, t + 0.05, 401 + 400 * i);
  }
  return script(ends, lines);
}

TEST(StoppedFlows, ASmallRequestThatIsNeverAnsweredWhileOthersAre) {
  const Report report =
      analyze(merged({script({}, kSmallRequest + kAskedInVain), others_that_go_on()}));
  const Finding* f = find(report, FindingKind::kDataUndelivered);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_THAT(f->explanation, HasSubstr("no data of one connection arrives any more"));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr) << "what it lost is no random loss";
}

// As small as a close_notify, but somebody waits for its answer, and gives up.
const std::string kCommandInVain = R"(
  3.0000 > P. 115:146 ack 79
  3.2500 > P. 115:146 ack 79
  3.7500 > P. 115:146 ack 79
  4.7500 > P. 115:146 ack 79
  6.7500 > P. 115:146 ack 79
)";

TEST(StoppedFlows, AShortCommandToo) {
  for (const std::string end : {"", "8.0000 > F. 146:146 ack 79\n"}) {
    const Report report =
        analyze(merged({script({}, kSmallRequest + kCommandInVain + end), others_that_go_on()}));
    const Finding* f = find(report, FindingKind::kDataUndelivered);
    ASSERT_NE(f, nullptr) << end;
    EXPECT_EQ(f->confidence, Confidence::kSuspected);
    EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  }
}

TEST(StoppedFlows, NotWhatAProgramSaysBeforeItCloses) {
  // TLS close_notify and the FIN (RFC 8446 6.1), to a peer that is gone.
  const Report report = analyze(merged(
      {script({}, kSmallRequest + "2.9999 > P. 115:146 ack 79\n3.0000 > F. 146:146 ack 79\n" +
                      kCommandInVain.substr(kCommandInVain.find("3.2500") - 2)),
       others_that_go_on()}));
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

TEST(StoppedFlows, NotWhatArrivesInTheEnd) {
  const Report report = analyze(merged(
      {script({}, kSmallRequest + kAskedInVain + "10.800 < . ack 315\n"), others_that_go_on()}));
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

TEST(StoppedFlows, NorAFinWhosePeerIsGone) {
  const Report report = analyze(merged({script({}, kSmallRequest + R"(
    3.0000 > F. 115:115 ack 79
    3.2500 > F. 115:115 ack 79
    3.7500 > F. 115:115 ack 79
    4.7500 > F. 115:115 ack 79
    6.7500 > F. 115:115 ack 79
    10.750 > F. 115:115 ack 79
  )"),
                                        others_that_go_on()}));
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

TEST(StoppedFlows, NorWhereOthersAreLostAsOften) {
  std::string lines = kOpened;
  for (int i = 0; i < 20; ++i) {
    const double t = 0.1 + 0.6 * i;
    lines += fmt::format("{:.4f} > P. {}:{} ack 79\n{:.4f} > P. {}:{} ack 79\n{:.4f} < . ack {}\n",
                         t, 1 + 400 * i, 401 + 400 * i, t + 0.3, 1 + 400 * i, 401 + 400 * i,
                         t + 0.35, 401 + 400 * i);
  }
  TcpEnds ends;
  ends.b_port = 50800;
  const Report report =
      analyze(merged({script({}, kSmallRequest + kAskedInVain), script(ends, lines)}));
  EXPECT_EQ(find(report, FindingKind::kDataUndelivered), nullptr);
}

TEST(StoppedFlows, BesidesLargePacketsOfOthersItIsToldToo) {
  TcpEnds bulk;
  bulk.b_port = 50800;
  const Packets large = shifted(script(bulk, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    1.1000 > .  1369:2737 ack 79
    1.1500 < .  ack 2737
  )"),
                                Duration::milliseconds(4000));
  const Report report =
      analyze(merged({script({}, kPooled + kTailProbe + kRepeated), small_answers({}), large}));
  EXPECT_EQ(black_holes(report), "");
  EXPECT_NE(find(report, FindingKind::kDataUndelivered), nullptr);
}

}  // namespace
}  // namespace mtuscope
