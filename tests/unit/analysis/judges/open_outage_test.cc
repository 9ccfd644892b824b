// Outages that last until the capture ends: what shows that it is not a narrower path, and not one
// flow alone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

const Finding* outage(const Report& report) { return find(report, FindingKind::kPathOutage); }

// The retransmissions of small records are merged into large packets, as Linux does; that small
// ones were lost shows in their first sendings.
TEST(OpenOutage, IsToldWhenSmallPacketsWereLost) {
  const std::string last = R"(
    0.3000 > P. 801:1001 ack 79
    0.4000 > P. 1001:1201 ack 79
    0.5000 > P. 1201:1401 ack 79
    0.6000 > P. 1401:1601 ack 79
    0.8500 > P. 801:1601 ack 79
    1.4000 > P. 801:1601 ack 79
    2.6000 > P. 801:1601 ack 79
    5.0000 > P. 801:1601 ack 79
  )";
  const Report report = analyze(script({}, small_records() + last));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(
      f->explanation.find("Between 10.9.0.2 and 10.9.0.1 nothing of any size passed any more"),
      std::string::npos)
      << f->explanation;
  EXPECT_EQ(find(report, FindingKind::kPmtuBlackhole), nullptr);
}

// a repeats a record of 50 bytes until the capture ends, and `between` comes from b.
std::string never_again(const std::string& between) {
  return small_records() + R"(
    1.0000 > P. 801:851 ack 79
    1.2600 > P. 801:851 ack 79
    1.7800 > P. 801:851 ack 79
    2.8200 > P. 801:851 ack 79
    4.9000 > P. 801:851 ack 79
  )" + between +
         R"(
    9.0600 > P. 801:851 ack 79
    9.5000 > P. 801:851 ack 79
  )";
}
const std::string kHeardMeanwhile = R"(
  6.0000 < P. 79:120 ack 801 echo 0.25
)";

TEST(OpenOutage, IsOfOneDirectionWhereTheOtherWasHeard) {
  const Report report = analyze(script({}, never_again(kHeardMeanwhile)));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("From 10.9.0.2 to 10.9.0.1 nothing"), std::string::npos)
      << f->explanation;
}

// Flows on which the receiver says nothing may only lack its acknowledgements.
TEST(OpenOutage, IsNoneWhereOnlyOtherFlowsWereHeard) {
  const std::string other = kOpened + R"(
    6.0000 < P. 79:120 ack 1 echo 0.0501
  )";
  EXPECT_EQ(outage(analyze(merged({script({}, never_again("")), script(second_flow(), other)}))),
            nullptr);
}

// RFC 9293 3.10.7.1: the RST has the number that the packet acknowledges.
TEST(OpenOutage, IsNoneWherePacketsAreAnsweredWithResets) {
  const auto with_resets = [](const char* reset, double after) {
    std::string lines = small_records();
    for (const double t : {1.0, 1.26, 1.78, 2.82, 4.9, 9.06}) {
      char line[120];
      std::snprintf(line, sizeof line, "%.4f > P. 801:851 ack 79\n%.4f < %s\n", t, t + after,
                    reset);
      lines += line;
    }
    return analyze(script({}, lines + "9.5 > P. 801:851 ack 79"));
  };
  EXPECT_EQ(outage(with_resets("R", 0.1)), nullptr);
  EXPECT_NE(outage(with_resets("R. ack 801 echo 0.25", 0.1)), nullptr) << "of itself";
}

TEST(OpenOutage, IsNoneOfWhatWasCapturedAtItsReceiver) {
  // b, where it is captured, answers at once, and a after 50 ms.
  std::string lines = R"(
    0.0000 < S
    0.0500 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:79 ack 1
    0.1003 > .  ack 79
  )";
  for (int i = 0; i < 16; ++i) {
    char line[120];
    std::snprintf(line, sizeof line, "%.4f > P. %d:%d ack 79\n%.4f < . ack %d\n", 0.2 + i * 0.01,
                  1 + i * 50, 51 + i * 50, 0.2001 + i * 0.01, 51 + i * 50);
    lines += line;
  }
  for (const double t : {1.0, 1.26, 1.78, 2.82, 4.9, 9.06}) {
    char line[120];
    std::snprintf(line, sizeof line, "%.4f > P. 801:851 ack 79\n", t);
    lines += line;
  }
  EXPECT_EQ(outage(analyze(script({}, lines))), nullptr);
  EXPECT_NE(outage(analyze(script({}, never_again("")))), nullptr) << "at its sender";
}

// b repeats its request, since the answer, with the acknowledgement, does not arrive.
TEST(OpenOutage, IsNotToldByAcknowledgementsThatOnlyLargePacketsCarried) {
  const auto asked_again = [](int end_of_answer) {
    std::string lines = small_records();
    for (const double t : {1.0, 1.3, 1.9, 3.1, 5.5, 10.3}) {
      char line[160];
      std::snprintf(line, sizeof line,
                    "%.4f < P. 79:149 ack 801 echo 0.25\n%.4f > P. 801:%d ack 149\n", t, t + 0.0001,
                    end_of_answer);
      lines += line;
    }
    return analyze(script({}, lines));
  };
  EXPECT_EQ(outage(asked_again(2169)), nullptr);
  EXPECT_NE(outage(asked_again(851)), nullptr);
}

// Full packets and small ones of two flows; only the head of each flow is sent again.
const std::string kOneStuck = R"(
  0.4000 > .  801:2169 ack 79
  0.4700 > P. 2169:2369 ack 79
  0.5800 > P. 2369:2569 ack 79
  0.7000 > .  801:2169 ack 79
  1.3000 > .  801:2169 ack 79
  2.5000 > .  801:2169 ack 79
  4.9000 > .  801:2169 ack 79
)";
const std::string kOtherStuck = R"(
  0.4100 > .  801:2169 ack 79
  0.5300 > P. 2169:2369 ack 79
  0.6400 > P. 2369:2569 ack 79
  0.7200 > .  801:2169 ack 79
  1.3500 > .  801:2169 ack 79
  2.6000 > .  801:2169 ack 79
  5.0000 > .  801:2169 ack 79
)";

TEST(OpenOutage, IsToldWhenSmallPacketsOfTwoFlowsAreNotAnswered) {
  const Report report = analyze(merged({script({}, small_records() + kOneStuck),
                                        script(second_flow(), small_records() + kOtherStuck)}));
  const Finding* f = outage(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->flow_count, 2u);
  EXPECT_EQ(black_holes(report), "");
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(OpenOutage, OfOneFlowThatIsNotAnsweredMayBeThatFlowAlone) {
  const Report report = analyze(script({}, small_records() + kOneStuck));
  EXPECT_EQ(outage(report), nullptr);
  EXPECT_EQ(black_holes(report), "");
}

TEST(OpenOutage, IsNoneWhereTheSmallPacketsOfTwoFlowsAreAnswered) {
  const std::string answers = R"(
    0.6301 < .  ack 801 sack 2169:2569
  )";
  const std::string other_answers = R"(
    0.6901 < .  ack 801 sack 2169:2569
  )";
  const Report report =
      analyze(merged({script({}, small_records() + kOneStuck + answers),
                      script(second_flow(), small_records() + kOtherStuck + other_answers)}));
  EXPECT_EQ(outage(report), nullptr);
  EXPECT_NE(black_holes(report), "");
}

// ---- A peer that went away (a laptop was closed) before the connection was

std::string some_answers() {
  std::string lines = kOpened;
  for (int i = 0; i < 20; ++i) {
    const double t = 0.1 + 0.1 * i;
    lines += std::to_string(t) + " > . " + std::to_string(1 + i * 1368) + ":" +
             std::to_string(1369 + i * 1368) + " ack 79\n" + std::to_string(t + 0.05) +
             " < . ack " + std::to_string(1369 + i * 1368) + "\n";
  }
  return lines;
}
const std::string kClosedInVain = R"(
  3.0000 > F. 27361:27361 ack 79
  3.2500 > F. 27361:27361 ack 79
  3.7500 > F. 27361:27361 ack 79
  4.7500 > F. 27361:27361 ack 79
  6.7500 > F. 27361:27361 ack 79
  10.750 > F. 27361:27361 ack 79
  18.750 > F. 27361:27361 ack 79
)";

TEST(ClosedInVain, IsNeitherAnOutageNorRandomLoss) {
  const Report report = analyze(script({}, some_answers() + kClosedInVain));
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_EQ(find(report, FindingKind::kPathOutage), nullptr);
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
  EXPECT_THAT(report.headline, testing::Not(testing::HasSubstr("lost packet")));
  ASSERT_EQ(report.flows.size(), 1u);
  EXPECT_TRUE(report.flows[0].stalls.back().only_fin);
}

TEST(ClosedInVain, IsNoLossBesideConnectionsThatGoOnEither) {
  const Report report = analyze(
      merged({script({}, some_answers() + kClosedInVain),
              shifted(script(second_flow(), some_answers()), Duration::milliseconds(20'000))}));
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_EQ(find(report, FindingKind::kPathOutage), nullptr);
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(ClosedInVain, TheSameOfTheLastBytesIsAnOutage) {
  std::string lines = kClosedInVain;
  for (size_t at = 0; (at = lines.find("F. 27361:27361", at)) != std::string::npos;)
    lines.replace(at, 14, "FP. 27361:27400");
  const Report report = analyze(script({}, some_answers() + lines));
  EXPECT_NE(find(report, FindingKind::kPathOutage), nullptr);
}

TEST(ClosedInVain, AFinThatIsAnsweredInTheEndWasLost) {
  const Report report = analyze(script({}, some_answers() + R"(
    3.0000 > F. 27361:27361 ack 79
    3.2500 > F. 27361:27361 ack 79
    3.3000 < .  ack 27362
  )"));
  EXPECT_NE(find(report, FindingKind::kRandomLoss), nullptr);
}

// It keeps talking, so it is there: what it does not answer is lost.
TEST(ClosedInVain, ByAPeerThatIsHeardIsLoss) {
  std::string talks;
  for (int i = 0; i < 8; ++i) {
    talks += std::to_string(3.1 + i * 0.5) + " < P. " + std::to_string(79 + i * 50) + ":" +
             std::to_string(129 + i * 50) + " ack 27361\n";
  }
  const Report report = analyze(script({}, some_answers() + kClosedInVain + talks));
  EXPECT_NE(find(report, FindingKind::kRandomLoss), nullptr);
}

}  // namespace
}  // namespace mtuscope::build
