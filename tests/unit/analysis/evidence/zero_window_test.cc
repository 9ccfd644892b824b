#include "analysis/evidence/zero_window.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

const Finding* zero_window_in(const std::string& lines) {
  static Report report;
  report = analyze(script({}, lines));
  return find(report, FindingKind::kZeroWindow);
}

const std::string kClosed = kOpened + R"(
  0.1000 > P. 1:1001 ack 79
  0.1500 < .  ack 1001 win 0
)";

TEST(ZeroWindow, NamesTheReaderTheFramesAndHowLongTheSenderWaited) {
  const Finding* f = zero_window_in(kClosed + R"(
    0.4000 > .  1000:1000 ack 79
    0.4500 < .  ack 1001 win 0
    0.9000 > .  1000:1000 ack 79
    0.9500 < .  ack 1001 win 0
    3.1500 < .  ack 1001 win 500
    3.1501 > P. 1001:2001 ack 79
    3.2001 < .  ack 2001
  )");
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(to_string(*f->src), "10.9.0.2");
  EXPECT_EQ(to_string(*f->dst), "10.9.0.1");
  EXPECT_EQ(f->frames.front().value, 7u);
  EXPECT_EQ(f->frames.back().value, 12u);
  EXPECT_EQ(*f->last_time - *f->first_time, Duration::milliseconds(3000));
  EXPECT_NE(f->explanation.find("10.9.0.1 stopped reading"), std::string::npos) << f->explanation;
}

// From the receiver.
const std::string kOpensAgain = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1000 > P. 1:1001 ack 79
  0.1001 < .  ack 1001 win 0
  0.4000 > .  1000:1000 ack 79
  0.4001 < .  ack 1001 win 0
  3.1500 < .  ack 1001 win 500
)";
const std::string kNothingComes = R"(
  9.0000 < F. 79:79 ack 1001
  9.3000 < F. 79:79 ack 1001
)";

TEST(ZeroWindow, AfterWhichNothingComesIsAQuestion) {
  const Report report = analyze(script({}, kOpensAgain + kNothingComes));
  const auto f = std::ranges::find(report.findings, true, &Finding::open_question);
  ASSERT_NE(f, report.findings.end());
  EXPECT_EQ(f->kind, FindingKind::kNotTested);
  EXPECT_EQ(to_string(*f->src), "10.9.0.2");
  EXPECT_NE(f->explanation.find("had more to send"), std::string::npos) << f->explanation;
  EXPECT_NE(f->explanation.find("for 6.15 s since the window opened"), std::string::npos)
      << f->explanation;
}

TEST(ZeroWindow, AfterWhichTheSenderGoesOnIsNone) {
  for (const char* const next :
       {"3.2000 > .  1000:1000 ack 79\n", "3.2000 > P. 1001:2001 ack 79\n"}) {
    const Report report = analyze(script({}, kOpensAgain + next + kNothingComes));
    for (const Finding& f : report.findings)
      EXPECT_EQ(f.explanation.find("had more to send"), std::string::npos);
  }
}

TEST(ZeroWindow, ThatNeverOpensIsToldWithItsProbes) {
  const Finding* f = zero_window_in(kClosed + R"(
    0.4000 > .  1000:1000 ack 79
    0.4500 < .  ack 1001 win 0
    0.9000 > .  1000:1000 ack 79
    0.9500 < .  ack 1001 win 0
    1.9000 > .  1000:1000 ack 79
    1.9500 < .  ack 1001 win 0
  )");
  ASSERT_NE(f, nullptr);
  EXPECT_NE(f->explanation.find("until the end of the capture"), std::string::npos);
}

TEST(ZeroWindow, IsNoMatterWhileTheSenderHasNothingToSend) {
  EXPECT_EQ(zero_window_in(kClosed + "3.1500 < . ack 1001 win 500\n"), nullptr);
}

TEST(ZeroWindow, TooShortToBeNoticedIsNotTold) {
  EXPECT_EQ(zero_window_in(kClosed + R"(
    0.2500 > .  1000:1000 ack 79
    0.2900 < .  ack 1001 win 500
    0.2901 > P. 1001:2001 ack 79
    0.3401 < .  ack 2001
  )"),
            nullptr);
}

TEST(ZeroWindow, OfAResetIsNone) {
  EXPECT_EQ(zero_window_in(kOpened + R"(
    0.1000 > P. 1:1001 ack 79
    0.1500 < R. 79:79 ack 1001 win 0
    0.6000 > .  1000:1000 ack 79
    1.6000 > .  1000:1000 ack 79
  )"),
            nullptr);
}

}  // namespace
}  // namespace mtuscope::build
