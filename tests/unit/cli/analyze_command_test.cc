#include "cli/analyze_command.h"

#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

Report with(Severity severity, Status status) {
  Report report;
  report.status = status;
  report.findings = {sample::blackhole()};
  report.findings[0].severity = severity;
  return report;
}

TEST(ExitStatus, FollowsFromTheWorstFindingAndTheThreshold) {
  const Report warning = with(Severity::kWarning, Status::kProblem);
  EXPECT_EQ(exit_status(warning, Severity::kInfo), 1);
  EXPECT_EQ(exit_status(warning, Severity::kWarning), 1);
  EXPECT_EQ(exit_status(warning, Severity::kCritical), 0);
  EXPECT_EQ(exit_status(warning, std::nullopt), 0);
}

TEST(ExitStatus, ASuspicionIsAProblemToo) {
  Report report = with(Severity::kCritical, Status::kProblem);
  report.findings[0].confidence = Confidence::kSuspected;
  EXPECT_EQ(exit_status(report, Severity::kWarning), 1);
}

TEST(ExitStatus, InconclusiveIsThreeUnlessAProblemWasFound) {
  EXPECT_EQ(exit_status(with(Severity::kInfo, Status::kInconclusive), Severity::kWarning), 3);
  EXPECT_EQ(exit_status(with(Severity::kInfo, Status::kInconclusive), Severity::kInfo), 1);
  EXPECT_EQ(exit_status(with(Severity::kInfo, Status::kInconclusive), std::nullopt), 3);
}

TEST(ExitStatus, NothingWrongIsZero) {
  EXPECT_EQ(exit_status(sample::healthy(), Severity::kWarning), 0);
  EXPECT_EQ(exit_status(with(Severity::kInfo, Status::kOk), Severity::kWarning), 0);
}

}  // namespace
}  // namespace mtuscope
