// What became of one case of `mtuscope check`: what every output format is made from.

#ifndef MTUSCOPE_CLI_CHECK_RESULT_H_
#define MTUSCOPE_CLI_CHECK_RESULT_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/expectation_match.h"

namespace mtuscope {

enum class CheckOutcome : uint8_t {
  kExpected,
  kMismatch,
  kNoExpectation,  // a capture that nothing is expected of
  kNoCapture,      // an expectation whose capture is not there
  kError,          // it could not be judged: a malformed expectation, an unreadable capture
  kUpdated,        // the expectation was changed to what was found
  kCreated,        // the expectation was written from what was found
};
std::string_view to_string(CheckOutcome outcome);  // "expected", "mismatch", "no-expectation", ...

struct CheckResult {
  std::string folder, name;      // as in CheckCase
  std::string expectation_path;  // where it is, or would be
  std::vector<std::string> captures;
  CheckOutcome outcome{};
  std::vector<Mismatch> mismatches;
  std::string truth;                 // what the expectation says about the network
  std::string headline;              // of the report; empty when there is none
  std::vector<std::string> found;    // its findings, described; at most kMaxFound
  size_t found_count = 0;            // all of them
  std::vector<std::string> changes;  // of an updated or created expectation, one line each
  std::string error, hint;           // of the outcomes that have no report
  double seconds = 0;                // how long it took

  // "pcaps/wg-blackhole.server".
  std::string path() const { return folder.empty() ? name : folder + "/" + name; }
  bool failed() const;
};
inline constexpr size_t kMaxFound = 32;

struct CheckTotals {
  size_t cases = 0, expected = 0, mismatches = 0, orphans = 0, errors = 0, updated = 0, created = 0;
};
CheckTotals totals_of(std::span<const CheckResult> results);

// 2 when something could not be judged, else 1 when something is not as expected, else 0.
int exit_status(const CheckTotals& totals);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_RESULT_H_
