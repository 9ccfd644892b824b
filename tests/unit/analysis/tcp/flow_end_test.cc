#include "analysis/tcp/flow_end.h"

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

}  // namespace
}  // namespace mtuscope
