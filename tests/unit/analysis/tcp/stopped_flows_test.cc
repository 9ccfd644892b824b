// What becomes of a flow that ends with nothing of it arriving any more (flow_end.h), beside flows
// that go on.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/tcp/flow_end.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

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
