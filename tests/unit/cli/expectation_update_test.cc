#include "cli/expectation_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ExpectationUpdate update(const std::string& text, const Report& report, int exit) {
  const Expectation expectation = parse_expectation(text, "x");
  ExpectationUpdate result = updated(expectation, report, compare(report, exit, expectation));
  // Whatever it changes, afterwards all is as expected.
  const Expectation fresh = parse_expectation(expectation_text(result.document), "x");
  EXPECT_THAT(compare(report, exit, fresh), IsEmpty());
  return result;
}

TEST(ExpectationUpdate, ANewExpectationHoldsForWhatWasFound) {
  const Report report = sample::incident();
  const std::string text = expectation_text(new_expectation(report, 1));
  EXPECT_THAT(compare(report, 1, parse_expectation(text, "x")), IsEmpty());
  EXPECT_THAT(text, HasSubstr(R"({"kind": "pmtu-blackhole", "confidence": "confirmed", )"
                              R"("vantage": "sender", "src": "10.9.0.2", "dst": "10.9.0.1", )"
                              R"("lower": 435, "upper": 1420})"));
  EXPECT_THAT(text, HasSubstr("    {\"kind\": \"not-tested\"}\n"));  // a note is no more than that
  EXPECT_THAT(text, HasSubstr("    {\"kind\": \"path-outage\"},\n"));
  EXPECT_FALSE(compare(sample::healthy(), 0, parse_expectation(text, "x")).empty());
}

TEST(ExpectationUpdate, ANewExpectationOfAHealthyCaptureForbidsEveryAccusation) {
  const std::string text = expectation_text(new_expectation(sample::healthy(), 0));
  const auto mismatches = compare(sample::incident(), 1, parse_expectation(text, "x"));
  EXPECT_EQ(mismatches.size(), 2u);  // the status, and the black hole
}

TEST(ExpectationUpdate, ANewExpectationIsBounded) {
  EXPECT_EQ(new_expectation(sample::many(1000), 1).find("must")->items.size(), kMaxWritten);
}

TEST(ExpectationUpdate, WhatHoldsStays) {
  const ExpectationUpdate same =
      update(R"({"truth": "t", "must": [{"kind": "pmtu-blackhole", "lower": [1, 900]}]})",
             sample::incident(), 1);
  EXPECT_THAT(same.changes, IsEmpty());
  EXPECT_EQ(to_text(same.document),
            R"({"truth": "t", "must": [{"kind": "pmtu-blackhole", "lower": [1, 900]}]})");
}

TEST(ExpectationUpdate, AValueThatDoesNotFitIsReplacedNotWidened) {
  const ExpectationUpdate changed = update(
      R"({"recipe": "r", "exit": [0, 3], "must": [{"kind": "pmtu-blackhole", "src": "10.9.0.2",)"
      R"( "confidence": ["suspected"], "upper": [1300, 1400], "lower": [1, 900]}], "truth": "t"})",
      sample::incident(), 1);
  EXPECT_THAT(changed.changes, ElementsAre("exit: [0, 3] -> 1",
                                           "must[0].confidence: [\"suspected\"] -> \"confirmed\"",
                                           "must[0].upper: [1300, 1400] -> 1420"));
  EXPECT_EQ(to_text(changed.document),
            R"({"recipe": "r", "exit": 1, "must": [{"kind": "pmtu-blackhole", "src": "10.9.0.2",)"
            R"( "confidence": "confirmed", "upper": 1420, "lower": [1, 900]}], "truth": "t"})");
}

TEST(ExpectationUpdate, WhatIsGoneIsRemovedAndSaidSo) {
  const ExpectationUpdate changed = update(
      R"({"must": [{"kind": "random-loss"}, {"kind": "not-tested"}]})", sample::incident(), 1);
  EXPECT_THAT(changed.changes, ElementsAre("must: removed {\"kind\": \"random-loss\"}"));
  EXPECT_EQ(to_text(changed.document), R"({"must": [{"kind": "not-tested"}]})");
}

TEST(ExpectationUpdate, WhatWasForbiddenAndIsFoundBecomesWanted) {
  const ExpectationUpdate changed =
      update(R"({"must_not": [{"kind": "path-outage"}, {"kind": "pmtu-blackhole"},)"
             R"( {"kind": "pmtu-blackhole", "src": "10.9.0.2"}]})",
             sample::incident(), 1);
  EXPECT_THAT(changed.changes, Contains(HasSubstr("must: added {\"kind\": \"pmtu-blackhole\"")));
  EXPECT_EQ(changed.document.find("must_not")->items.size(), 1u);
  EXPECT_EQ(changed.document.find("must")->items.size(), 1u);  // once, though two forbade it
}

// Two claims about two directions, of which one was found: the other is not bent to it.
TEST(ExpectationUpdate, AFindingThatAnotherClaimIsAboutIsNotTaken) {
  const ExpectationUpdate changed =
      update(R"({"must": [{"kind": "pmtu-blackhole", "src": "10.9.0.1"},)"
             R"( {"kind": "pmtu-blackhole", "src": "10.9.0.2"}]})",
             sample::incident(), 1);
  EXPECT_THAT(changed.changes,
              ElementsAre(R"(must: removed {"kind": "pmtu-blackhole", "src": "10.9.0.1"})"));
}

TEST(ExpectationUpdate, TheFileHasAFindingALine) {
  EXPECT_EQ(expectation_text(
                parse_expectation(R"({"truth": "t", "must": [{"kind": "not-tested"},)"
                                  R"({"kind": "random-loss"}], "must_not": [], "exit": [0, 1]})",
                                  "x")
                    .document),
            "{\n"
            "  \"truth\": \"t\",\n"
            "  \"must\": [\n"
            "    {\"kind\": \"not-tested\"},\n"
            "    {\"kind\": \"random-loss\"}\n"
            "  ],\n"
            "  \"must_not\": [],\n"
            "  \"exit\": [0, 1]\n"
            "}\n");
}

}  // namespace
}  // namespace mtuscope
