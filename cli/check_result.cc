#include "cli/check_result.h"

namespace mtuscope {

std::string_view to_string(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::kExpected:
      return "expected";
    case CheckOutcome::kMismatch:
      return "mismatch";
    case CheckOutcome::kNoExpectation:
      return "no-expectation";
    case CheckOutcome::kNoCapture:
      return "no-capture";
    case CheckOutcome::kError:
      return "error";
    case CheckOutcome::kUpdated:
      return "updated";
    case CheckOutcome::kCreated:
      return "created";
  }
  return "unknown";
}

bool CheckResult::failed() const {
  return outcome != CheckOutcome::kExpected && outcome != CheckOutcome::kUpdated &&
         outcome != CheckOutcome::kCreated;
}

CheckTotals totals_of(std::span<const CheckResult> results) {
  CheckTotals totals;
  totals.cases = results.size();
  for (const CheckResult& result : results) {
    switch (result.outcome) {
      case CheckOutcome::kExpected:
        ++totals.expected;
        break;
      case CheckOutcome::kMismatch:
        ++totals.mismatches;
        break;
      case CheckOutcome::kNoExpectation:
      case CheckOutcome::kNoCapture:
        ++totals.orphans;
        break;
      case CheckOutcome::kError:
        ++totals.errors;
        break;
      case CheckOutcome::kUpdated:
        ++totals.updated;
        break;
      case CheckOutcome::kCreated:
        ++totals.created;
        break;
    }
  }
  return totals;
}

int exit_status(const CheckTotals& totals) {
  if (totals.errors > 0) return 2;
  return totals.mismatches + totals.orphans > 0 ? 1 : 0;
}

}  // namespace mtuscope
