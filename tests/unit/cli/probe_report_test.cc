#include "cli/probe_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Report report_of(const std::vector<ProbedPath>& paths) {
  ProbePlan asked;
  asked.host = "10.9.0.2";
  asked.interface = "wg0";
  return probe_report(paths, asked);
}

TEST(ProbeReport, ASilentLimitIsABlackHoleWithARecommendation) {
  const Report report = report_of({sample::probed_path()});
  EXPECT_EQ(report.status, Status::kProblem);
  EXPECT_THAT(report.headline, AllOf(HasSubstr("black hole"), HasSubstr("on the way to 10.9.0.2"),
                                     HasSubstr("1392"), HasSubstr("1393"), HasSubstr("vanish")));
  ASSERT_EQ(report.findings.size(), 1u);
  const Finding& finding = report.findings[0];
  EXPECT_EQ(finding.kind, FindingKind::kPmtuBlackhole);
  EXPECT_EQ(finding.severity, Severity::kCritical);
  EXPECT_EQ(finding.src, sample::address("10.9.0.1"));
  EXPECT_EQ(finding.dst, sample::address("10.9.0.2"));
  EXPECT_NEAR(*finding.chance, 1e-5, 1e-9);
  EXPECT_EQ(finding.pmtu, std::nullopt) << "a PTB of another MTU than measured is not believed";
  ASSERT_EQ(report.recommendations.size(), 1u);
  EXPECT_EQ(report.recommendations[0].mtu, IpSize{1392});
  EXPECT_EQ(report.recommendations[0].certainty, Certainty::kExact);
  EXPECT_EQ(report.recommendations[0].verify, "mtuscope probe 10.9.0.2 --via wg0");
}

TEST(ProbeReport, AReverseLimitIsThatOfTheOtherDirection) {
  ProbedPath path = sample::probed_path();
  path.conclusion.direction = ProbeDirection::kReverse;
  const Report report = report_of({path});
  EXPECT_THAT(report.headline, HasSubstr("on the way back from 10.9.0.2"));
  EXPECT_EQ(report.findings[0].src, sample::address("10.9.0.2"));
  EXPECT_EQ(report.findings[0].dst, sample::address("10.9.0.1"));
}

TEST(ProbeReport, TwoLimitsAreTwoFindingsAndTheSmallerOneIsSet) {
  ProbedPath path = sample::reflected_path();
  EXPECT_EQ(report_of({path}).findings.size(), 1u);
  path.measurements[1].result.verdict = SearchVerdict::kExact;
  path.measurements[1].result.bracket = {IpSize{1400}, IpSize{1401}};
  path.measurements[1].result.silent = false;
  path.conclusion = conclude(path.measurements);
  const Report report = report_of({path});
  EXPECT_THAT(report.headline,
              AllOf(HasSubstr("on the way back from 10.9.0.2: packets of 1392"),
                    HasSubstr("; on the way to 10.9.0.2 1400 pass and 1401 do not")));
  ASSERT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.findings[0].src, sample::address("10.9.0.2"));
  EXPECT_EQ(report.findings[1].src, sample::address("10.9.0.1"));
  EXPECT_EQ(report.findings[1].kind, FindingKind::kPmtudWorking);
  ASSERT_EQ(report.recommendations.size(), 1u);
  EXPECT_EQ(report.recommendations[0].mtu, IpSize{1392});
}

TEST(ProbeReport, AnObstacleIsTheHeadline) {
  ProbedPath path = sample::unanswered_path();
  path.measurements[0].obstacle = {"no reflector answers at 10.9.0.2, UDP port 8899", "Start it."};
  EXPECT_EQ(report_of({path}).headline, "no reflector answers at 10.9.0.2, UDP port 8899");
  EXPECT_EQ(probe_exit_status({path}), 3);
}

TEST(ProbeReport, ALimitThatIsReportedIsNoBlackHole) {
  ProbedPath path = sample::probed_path();
  path.conclusion.silent = false;
  path.measurements[0].result.ptbs = {{sample::address("192.0.2.1"), IpSize{1392}, IpSize{1420}}};
  const Report report = report_of({path});
  EXPECT_THAT(report.headline, AllOf(Not(HasSubstr("black hole")), HasSubstr("refused")));
  EXPECT_EQ(report.findings[0].kind, FindingKind::kPmtudWorking);
  EXPECT_EQ(report.findings[0].pmtu, IpSize{1392});
  EXPECT_EQ(report.findings[0].reporter, sample::address("192.0.2.1"));
  EXPECT_EQ(probe_exit_status({path}), 1);
}

TEST(ProbeReport, WithoutALimitThereIsNothingToSet) {
  const Report report = report_of({sample::unlimited_path()});
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_THAT(report.headline, AllOf(HasSubstr("no black hole"), HasSubstr("the MTU of wg0"),
                                     HasSubstr("come back")));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_THAT(report.recommendations, IsEmpty());
}

TEST(ProbeReport, ASmallerMaximumIsNotTakenForTheInterface) {
  ProbedPath path = sample::unlimited_path();
  path.conclusion.bracket.lower = IpSize{1300};
  EXPECT_THAT(report_of({path}).headline, HasSubstr("1300 bytes, the largest asked for,"));
}

TEST(ProbeReport, WhereNothingSmallWasSentNothingIsSaidOfIt) {
  ProbedPath path = sample::unanswered_path();
  EXPECT_THAT(report_of({path}).headline, HasSubstr("neither small nor large"));
  path.intent.min = IpSize{1450};
  EXPECT_THAT(report_of({path}).headline, HasSubstr("answers nothing of 1450 bytes or more"));
}

TEST(ProbeReport, SilenceNamesTheMethodsOrWhoRefused) {
  ProbedPath path = sample::unanswered_path();
  EXPECT_THAT(report_of({path}).headline, HasSubstr("answers nothing"));
  EXPECT_THAT(report_of({path}).headline, HasSubstr("ICMP echo"));
  path.measurements[0].engine.refusals = {{sample::address("192.0.2.1"), 3, 1, 4}};
  EXPECT_THAT(report_of({path}).headline, HasSubstr("192.0.2.1 says so"));
}

TEST(ProbeReport, TheExitStatusIsThatOfTheWorstAddress) {
  const ProbedPath limit = sample::probed_path(), fine = sample::unlimited_path(),
                   silent = sample::unanswered_path();
  ProbedPath open = fine;
  open.conclusion.verdict = PathVerdict::kUndetermined;
  ProbedPath odd = fine;
  odd.conclusion.verdict = PathVerdict::kInconsistent;
  odd.measurements[0].result.inconsistent_from = IpSize{1393};
  EXPECT_EQ(probe_exit_status({fine}), 0);
  EXPECT_EQ(probe_exit_status({fine, limit, silent}), 1);
  EXPECT_EQ(probe_exit_status({fine, silent}), 3);
  EXPECT_EQ(probe_exit_status({fine, open}), 3);
  EXPECT_EQ(probe_exit_status({odd}), 3);
  EXPECT_THAT(report_of({fine, odd}).headline, HasSubstr("1393 bytes and more"));
  EXPECT_EQ(report_of({fine, open}).status, Status::kInconclusive);
}

TEST(ProbeReport, TheSameLimitInBothFamiliesIsRecommendedOnce) {
  const Report report = report_of({sample::probed_path(), sample::probed_path()});
  EXPECT_EQ(report.findings.size(), 2u);
  EXPECT_EQ(report.recommendations.size(), 1u);
}

}  // namespace
}  // namespace mtuscope
