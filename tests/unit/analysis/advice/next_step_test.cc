#include "analysis/advice/next_step.h"

#include <gmock/gmock.h>

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Finding problem(FindingKind kind) { return {.kind = kind, .severity = Severity::kWarning}; }

TEST(NextStep, IsToldOfEveryProblemThatNoSizeMends) {
  for (const FindingKind kind :
       {FindingKind::kPtbSuspect, FindingKind::kFragmentLoss, FindingKind::kRandomLoss,
        FindingKind::kZeroWindow, FindingKind::kPathOutage, FindingKind::kDataUndelivered,
        FindingKind::kSynUnanswered, FindingKind::kDnsUnanswered}) {
    EXPECT_NE(next_step(problem(kind)), "") << to_string(kind);
  }
}

TEST(NextStep, WhereASizeIsSetTheRecommendationsSayIt) {
  for (const FindingKind kind : {FindingKind::kPmtuBlackhole, FindingKind::kPtbIgnored,
                                 FindingKind::kSizeDependentLoss, FindingKind::kMssClamped}) {
    EXPECT_EQ(next_step(problem(kind)), "") << to_string(kind);
  }
}

TEST(NextStep, NothingIsToBeDoneAboutWhatIsMerelyWorthKnowing) {
  Finding finding = problem(FindingKind::kRandomLoss);
  finding.severity = Severity::kInfo;
  EXPECT_EQ(next_step(finding), "");
}

TEST(NextStep, ASilentServiceIsLookedAtFromWhereItWasAsked) {
  Finding finding = problem(FindingKind::kSynUnanswered);
  finding.flows = {{{*IpAddress::parse("192.0.2.2"), 40000}, {*IpAddress::parse("10.9.0.2"), 443}}};
  EXPECT_THAT(next_step(finding), HasSubstr("on 192.0.2.2: mtuscope doctor --port 443 10.9.0.2"));
}

TEST(NextStep, ASuspectedOutageMayHaveBeenALimitThatWentAway) {
  Finding finding = problem(FindingKind::kPathOutage);
  finding.confidence = Confidence::kConfirmed;
  EXPECT_THAT(next_step(finding), StartsWith("no MTU helps"));
  finding.confidence = Confidence::kSuspected;
  EXPECT_THAT(next_step(finding), StartsWith("see what happened to links"));
}

}  // namespace
}  // namespace mtuscope
