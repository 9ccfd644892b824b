#include "cli/expectation_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

WantedFinding wanted(const std::string& members) {
  const std::string text =
      R"({"must": [{"kind": "pmtu-blackhole")" + (members.empty() ? "" : ", " + members) + "}]}";
  return parse_expectation(text, "x").must.front();
}

// What keeps the sample (435 <= path MTU < 1420, confirmed, at the sender) from being wanted.
std::vector<std::string> reasons(const std::string& members, const Finding& finding) {
  std::vector<std::string> result;
  for (const Difference& d : differences(finding, wanted(members))) result.push_back(d.sentence);
  return result;
}
std::vector<std::string> reasons(const std::string& members) {
  return reasons(members, sample::blackhole());
}

TEST(ExpectationMatch, WhatIsNotNamedIsNotCompared) {
  EXPECT_THAT(reasons(""), IsEmpty());
  EXPECT_THAT(reasons(R"("src": "10.9.0.2", "lower": [400, 500], "upper": 1420)"), IsEmpty());
}

TEST(ExpectationMatch, EachDifferenceIsASentence) {
  EXPECT_THAT(reasons(R"("confidence": "suspected", "vantage": ["middle", "receiver"])"),
              ElementsAre("confidence is confirmed, not suspected",
                          "vantage is sender, not middle or receiver"));
  EXPECT_THAT(
      reasons(R"("src": "10.9.0.1", "severity": ["info", "warning"])"),
      ElementsAre("severity is critical, not info or warning", "src is 10.9.0.2, not 10.9.0.1"));
  EXPECT_THAT(reasons(R"("lower": 1300, "upper": [1381, 1400])"),
              ElementsAre("lower is 435, not 1300", "upper is 1420, not 1381 to 1400"));
  EXPECT_THAT(reasons(R"("pmtu": 1400, "reporter": "10.0.0.1")"),
              ElementsAre("reporter is unknown, not 10.0.0.1", "pmtu is unknown, not 1400"));
  EXPECT_THAT(reasons(R"("recovered": true)"), ElementsAre("recovered is false, not true"));
  EXPECT_THAT(reasons(R"("min_flows": 2)"), ElementsAre("min_flows is 2: only 1 flow"));
}

TEST(ExpectationMatch, BoundsBelongToTheRange) {
  EXPECT_THAT(reasons(R"("lower": [435, 436])"), IsEmpty());
  EXPECT_THAT(reasons(R"("lower": [434, 435])"), IsEmpty());
  EXPECT_THAT(reasons(R"("lower": [436, 500])"), ::testing::SizeIs(1));
}

TEST(ExpectationMatch, UnknownMustBeAskedFor) {
  Finding finding = sample::blackhole();
  finding.bracket.lower.reset();
  EXPECT_THAT(reasons(R"("lower": null)", finding), IsEmpty());
  EXPECT_THAT(reasons(R"("lower": [0, 1000])", finding),
              ElementsAre("lower is unknown, not 0 to 1000"));
  EXPECT_THAT(reasons(R"("lower": null)"), ElementsAre("lower is 435, not unknown"));
}

TEST(ExpectationMatch, AFindingAboutTheWholeCaptureHasNoAddresses) {
  Finding finding = sample::blackhole();
  finding.src.reset();
  EXPECT_THAT(reasons(R"("src": null)", finding), IsEmpty());
  EXPECT_THAT(reasons(R"("src": [null, "10.9.0.2"])"), IsEmpty());
  EXPECT_THAT(reasons(R"("src": null)"), ElementsAre("src is 10.9.0.2, not unknown"));
}

TEST(ExpectationMatch, AnotherKindIsTheOnlyDifference) {
  const Finding other = sample::note(FindingKind::kNotTested, "x");
  EXPECT_THAT(reasons(R"("src": "10.0.0.9")", other),
              ElementsAre("kind is not-tested, not pmtu-blackhole"));
}

std::vector<Mismatch> compared(const Report& report, int exit, const std::string& text) {
  return compare(report, exit, parse_expectation(text, "x"));
}

TEST(ExpectationMatch, AllAsExpectedIsNothing) {
  EXPECT_THAT(compared(sample::incident(), 1, R"({"exit": 1, "must": [{"kind": "pmtu-blackhole"}],
                       "must_not": [{"kind": "pmtu-blackhole", "src": "10.9.0.1"}]})"),
              IsEmpty());
  EXPECT_THAT(compared(sample::incident(), 1, "{}"), IsEmpty());
}

TEST(ExpectationMatch, AnotherExitStatus) {
  const auto mismatches = compared(sample::incident(), 1, "{\n\"exit\": [0, 3]}");
  ASSERT_EQ(mismatches.size(), 1u);
  EXPECT_EQ(mismatches[0].what, Mismatch::What::kExit);
  EXPECT_EQ(mismatches[0].wanted, "0 or 3");
  EXPECT_EQ(mismatches[0].exit, 1);
  EXPECT_EQ(mismatches[0].line, 2u);
}

TEST(ExpectationMatch, AMissingFindingComesWithThoseOfItsKindTheMostSimilarFirst) {
  Report report = sample::many(10);
  report.findings[7].src = sample::address("10.9.0.2");
  const auto mismatches = compared(
      report, 1, R"({"must": [{"kind": "pmtu-blackhole", "src": "10.9.0.2", "dst": "10.9.0.1"}]})");
  ASSERT_EQ(mismatches.size(), 1u);
  EXPECT_EQ(mismatches[0].what, Mismatch::What::kMissing);
  EXPECT_EQ(mismatches[0].candidate_count, 10u);
  ASSERT_EQ(mismatches[0].candidates.size(), kMaxCandidates);
  EXPECT_EQ(mismatches[0].candidates[0].finding, 7u);
  EXPECT_THAT(mismatches[0].candidates[0].differences, ::testing::SizeIs(1));
}

TEST(ExpectationMatch, AMissingKindHasNoCandidates) {
  const auto mismatches = compared(sample::incident(), 1, R"({"must": [{"kind": "random-loss"}]})");
  ASSERT_EQ(mismatches.size(), 1u);
  EXPECT_THAT(mismatches[0].candidates, IsEmpty());
}

TEST(ExpectationMatch, AForbiddenFindingIsNamed) {
  const auto mismatches = compared(
      sample::incident(), 1,
      R"({"must_not": [{"kind": "random-loss"}, {"kind": "pmtu-blackhole", "lower": [0, 500]}]})");
  ASSERT_EQ(mismatches.size(), 1u);
  EXPECT_EQ(mismatches[0].what, Mismatch::What::kForbidden);
  EXPECT_EQ(mismatches[0].index, 1u);
  ASSERT_EQ(mismatches[0].candidates.size(), 1u);
  EXPECT_EQ(mismatches[0].candidates[0].description,
            "pmtu-blackhole confirmed 10.9.0.2 -> 10.9.0.1, 435 <= path MTU < 1420, at the sender");
}

}  // namespace
}  // namespace mtuscope
