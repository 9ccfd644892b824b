// An expectation written, or brought up to date, from what was found. Pure.

#ifndef MTUSCOPE_CLI_EXPECTATION_UPDATE_H_
#define MTUSCOPE_CLI_EXPECTATION_UPDATE_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/expectation.h"
#include "cli/expectation_match.h"
#include "cli/json_value.h"

namespace mtuscope {

// For a capture that has none: each problem as it was found, every other kind that was found by its
// name, and all kinds of problems that were not found as must_not. At most kMaxWritten findings.
JsonValue new_expectation(const Report& report, int exit);
inline constexpr size_t kMaxWritten = 32;

struct ExpectationUpdate {
  JsonValue document;
  std::vector<std::string> changes;  // one line for each; "must[0].upper: [1401, 1420] -> 1380"
};

// Changes what no longer holds, to exactly what was found, and nothing else: a value that does not
// fit is replaced, never widened; what must be found and is not is removed; what must not be found
// and is becomes what must be. Keys for people stay as they are.
ExpectationUpdate updated(const Expectation& expectation, const Report& report,
                          const std::vector<Mismatch>& mismatches);

// As the file is written: a key and a finding a line, ends with a newline.
std::string expectation_text(const JsonValue& document);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_EXPECTATION_UPDATE_H_
