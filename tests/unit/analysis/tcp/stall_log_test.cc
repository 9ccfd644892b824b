#include "analysis/tcp/stall_log.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

// "stuck: 7.8 s large-packet-lost 10.9.0.2:4096 1420 x8 (unended)" for each pause of the first
// flow.
std::string stalls(const Report& report) {
  if (report.flows.empty()) return "no flow";
  const FlowReport& flow = report.flows.front();
  std::string text(to_string(flow.state));
  for (const Stall& s : flow.stalls) {
    char line[200];
    std::snprintf(line, sizeof line, "; %.2f s %s of %s%s", s.waited.seconds(),
                  std::string(to_string(s.cause)).c_str(), to_string(s.flow.src.address).c_str(),
                  s.answer ? " (answer)" : "");
    text += line;
    if (s.size.bytes != 0)
      text += " " + std::to_string(s.size.bytes) + " x" + std::to_string(s.times);
    if (!s.ended) text += ", to the end";
  }
  return text;
}
std::string stalls_of(const std::string& lines) { return stalls(analyze(script({}, lines))); }

TEST(Stall, IsOfALargePacketThatNeverGetsThrough) {
  EXPECT_EQ(stalls_of(kIncident),
            "stuck; 7.76 s large-packet-lost of 10.9.0.2 1420 x7, to the end");
}

TEST(Stall, SeenFromTheReceiverTheLostSizeIsInferred) {
  EXPECT_EQ(stalls_of(kIncidentAtReceiver + kGivenUpAtReceiver),
            "stuck; 20.35 s large-packet-lost of 10.9.0.2 1420 x0, to the end");
}

TEST(Stall, OfALostPacketEndsWithItsAcknowledgement) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.4500 > P. 1:1369 ack 79
    1.1500 > P. 1:1369 ack 79
    1.2000 < .  ack 1369
  )"),
            "open; 1.10 s packet-lost of 10.9.0.2 1420 x3");
}

TEST(Stall, GoesOnWhileTheOtherDirectionIsBusy) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    0.1000 > P. 1:1369 ack 79
    0.4500 > P. 1:1369 ack 79
    0.6000 < P. 79:100 ack 1
    0.6001 > .  ack 100
    1.1500 > P. 1:1369 ack 100
    1.2000 < .  ack 1369
  )"),
            "open; 1.10 s packet-lost of 10.9.0.2 1420 x3");
}

TEST(Stall, IsTheServersWhenItTakesLongToAnswer) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    4.0503 > P. 1:401 ack 79
    4.1003 < .  ack 401
  )"),
            "open; 4.00 s nothing-sent of 10.9.0.2 (answer)");
}

TEST(Stall, OfAClientThatGivesUpIsTheServers) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    6.0503 < F. 79:79 ack 1
    6.0504 > .  ack 80
  )"),
            "closed; 6.00 s nothing-sent of 10.9.0.2 (answer), to the end");
}

TEST(Stall, OfAPersonWhoThinksIsNoWait) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:401 ack 79
    0.1500 < .  ack 401
    9.1500 < P. 79:120 ack 401
    9.1501 > .  ack 120
    9.1600 > P. 401:801 ack 120
    9.2100 < .  ack 801
  )"));
  EXPECT_EQ(report.flows.front().waited.ns, 0);
  EXPECT_EQ(stalls(report), "open; 9.00 s nothing-sent of 10.9.0.1");
}

TEST(Stall, OfAClosedWindow) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    0.1000 > P. 1:1001 ack 79
    0.1500 < .  ack 1001 win 0
    0.4000 > .  1000:1000 ack 79
    0.4500 < .  ack 1001 win 0
    3.1500 < .  ack 1001 win 500
    3.1501 > P. 1001:2001 ack 79
    3.2001 < .  ack 2001
  )"),
            "open; 3.00 s window-closed of 10.9.0.2");
}

TEST(Stall, OfNagleAgainstDelayedAcknowledgementsIsSummedUp) {
  // Small records, each held back until the one before is acknowledged, 40 ms late.
  std::string lines = kOpened;
  double t = 0.1;
  uint32_t seq = 1;
  for (int i = 0; i < 8; ++i) {
    char line[200];
    std::snprintf(line, sizeof line, "%.4f > P. %u:%u ack 79\n%.4f < . ack %u\n", t, seq, seq + 50,
                  t + 0.2, seq + 50);
    lines += line;
    seq += 50;
    t += 0.2001;
  }
  const Report report = analyze(script({}, lines));
  ASSERT_FALSE(report.flows.empty());
  const FlowReport& flow = report.flows.front();
  ASSERT_EQ(flow.stalls.size(), 1u);
  EXPECT_EQ(flow.stalls[0].cause, StallCause::kDelayedAck);
  EXPECT_EQ(flow.stalls[0].times, 7u);
  EXPECT_EQ(to_string(flow.stalls[0].flow.src.address), "10.9.0.2");
}

TEST(Stall, RequestsAndAnswersAreNoDelayedAcknowledgements) {
  std::string lines = kOpened;
  double t = 0.1;
  uint32_t there = 79, back = 1;
  for (int i = 0; i < 8; ++i) {
    char line[300];
    std::snprintf(line, sizeof line,
                  "%.4f < P. %u:%u ack %u\n%.4f > . ack %u\n%.4f > P. %u:%u ack %u\n"
                  "%.4f < . ack %u\n",
                  t, there, there + 40, back, t + 0.04, there + 40, t + 0.06, back, back + 60,
                  there + 40, t + 0.11, back + 60);
    lines += line;
    there += 40;
    back += 60;
    t += 0.12;
  }
  EXPECT_EQ(stalls_of(lines), "open");
}

TEST(Stall, AnOrdinaryRoundTripIsNone) {
  EXPECT_EQ(stalls_of(kOpened + R"(
    0.1000 > P. 1:401 ack 79
    0.2500 < .  ack 401
  )"),
            "open");
}

TEST(FlowReport, SaysHowAFlowEnded) {
  EXPECT_EQ(stalls_of("0.000 < S\n0.001 > R. 0:0 ack 1\n"), "refused");
  EXPECT_EQ(stalls_of("0.000 < S\n1.000 < S\n3.000 < S\n").substr(0, 10), "unanswered");
  EXPECT_EQ(stalls_of(kOpened + "0.1000 > R. 1:1 ack 79\n"), "reset");
}

TEST(FlowReport, CountsBytesAndRepetitions) {
  const Report report = analyze(script({}, kIncident));
  const FlowReport& flow = report.flows.front();
  EXPECT_EQ(to_string(flow.ends[0]), "10.9.0.1:50498") << "who opened it";
  EXPECT_EQ(flow.bytes[0], 78u);
  EXPECT_EQ(flow.bytes[1], 1714u);
  EXPECT_EQ(flow.repeated[1], 6u);
}

TEST(FlowReport, TheWorstComeFirst) {
  TcpEnds other;
  other.b_port = 50999;
  const Report report = analyze(merged({script(other, kOpened + R"(
    4.0503 > P. 1:401 ack 79
    4.1003 < .  ack 401
  )"),
                                        script({}, kIncident)}));
  ASSERT_EQ(report.flows.size(), 2u);
  EXPECT_EQ(report.flows[0].state, FlowState::kStuck);
  EXPECT_EQ(report.flows[1].ends[0].port, 50999);
}

}  // namespace
}  // namespace mtuscope::build
