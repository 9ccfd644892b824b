#include "cli/check_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_results.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr PageStyle kPlain{.width = 80, .color = false};

std::string text_of(const std::vector<CheckResult>& results,
                    Verbosity verbosity = Verbosity::kNormal) {
  return check_text(results, verbosity, kPlain);
}

TEST(CheckText, WhatDiffersIsShownWithWhatWasFoundInstead) {
  EXPECT_EQ(text_of({sample::mismatch()}),
            "FAILED pcaps/vpn/differs\n"
            "  exit       1, not 0 or 3 (line 2)\n"
            "  missing    {\"kind\": \"pmtu-blackhole\", \"lower\": 1300} (line 4)\n"
            "             found pmtu-blackhole suspected 10.9.0.2 -> 10.9.0.1\n"
            "             - lower is 435, not 1300\n"
            "             ... and 2 more\n"
            "  missing    {\"kind\": \"random-loss\"} (line 5)\n"
            "             no finding of this kind\n"
            "  forbidden  {\"kind\": \"not-tested\"} (line 7)\n"
            "             found not-tested confirmed\n"
            "  truth      the path carries 1392 bytes\n"
            "  answer     Path-MTU black hole 10.9.0.2 -> 10.9.0.1.\n"
            "\n"
            "0 of 1 capture as expected: 1 differs.\n");
}

TEST(CheckText, OrphansAndErrorsSayWhatToDo) {
  const std::string text = text_of(sample::results());
  EXPECT_THAT(text, HasSubstr("ERROR pcaps/vpn/broken\n"
                              "  pcaps/vpn/broken.expect.json:3: unknown key \"mist\"\n"
                              "  Did you mean \"must\"?\n"));
  EXPECT_THAT(text, HasSubstr("FAILED pcaps/vpn/orphan\n  nothing is expected of"));
  EXPECT_THAT(text, HasSubstr("FAILED pcaps/vpn/lost\n  pcaps/vpn/lost.expect.json has no"));
}

TEST(CheckText, ChangesAreSaid) {
  const std::string text = text_of(sample::results());
  EXPECT_THAT(text, HasSubstr("UPDATED pcaps/vpn/updated\n  - exit: 0 -> 1\n"));
  EXPECT_THAT(text, HasSubstr("CREATED pcaps/vpn/created\n  - exit: 3\n"));
}

TEST(CheckText, TheSummaryCountsEveryOutcome) {
  EXPECT_EQ(check_summary(totals_of(sample::results())),
            "1 of 7 captures as expected: 1 differs, 2 have no partner, 1 could not be judged, "
            "1 updated, 1 created");
  const std::vector<CheckResult> good(1234, sample::result(CheckOutcome::kExpected, "x"));
  EXPECT_EQ(text_of(good), "1,234 captures as expected.\n");
}

TEST(CheckText, QuietIsOnlyWhatFailedVerboseIsEverything) {
  const std::string quiet = text_of(sample::results(), Verbosity::kQuiet);
  EXPECT_THAT(quiet, HasSubstr("FAILED pcaps/vpn/differs"));
  for (const char* absent : {"as expected", "UPDATED", "CREATED", "ok "}) {
    EXPECT_THAT(quiet, Not(HasSubstr(absent)));
  }
  EXPECT_EQ(text_of({sample::result(CheckOutcome::kExpected, "x")}, Verbosity::kQuiet), "");
  EXPECT_THAT(text_of(sample::results()), Not(HasSubstr("ok pcaps")));
  EXPECT_THAT(text_of(sample::results(), Verbosity::kVerbose),
              HasSubstr("ok pcaps/vpn/expected\n"));
}

TEST(CheckText, NamesCannotSteerTheTerminal) {
  CheckResult result = sample::mismatch();
  result.name = "a\x1b[2J\nb";
  result.truth = "\x1b]0;x\x07";
  const std::string text = text_of({result});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("FAILED pcaps/vpn/a\\x1b[2J\\x0ab\n"));
}

TEST(CheckText, ExitStatusesFollowTheWorst) {
  const auto status = [](CheckOutcome outcome) {
    const std::vector<CheckResult> results = {sample::result(CheckOutcome::kExpected, "a"),
                                              sample::result(outcome, "b")};
    return exit_status(totals_of(results));
  };
  EXPECT_EQ(status(CheckOutcome::kExpected), 0);
  EXPECT_EQ(status(CheckOutcome::kUpdated), 0);
  EXPECT_EQ(status(CheckOutcome::kCreated), 0);
  EXPECT_EQ(status(CheckOutcome::kMismatch), 1);
  EXPECT_EQ(status(CheckOutcome::kNoExpectation), 1);
  EXPECT_EQ(status(CheckOutcome::kNoCapture), 1);
  EXPECT_EQ(status(CheckOutcome::kError), 2);
}

}  // namespace
}  // namespace mtuscope
