// A report held against an expectation. Pure.

#ifndef MTUSCOPE_CLI_EXPECTATION_MATCH_H_
#define MTUSCOPE_CLI_EXPECTATION_MATCH_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "cli/expectation.h"

namespace mtuscope {

// Why a finding is not the wanted one.
struct Difference {
  std::string key;       // of the expectation: "lower"
  std::string sentence;  // "lower is 435, not 500 to 1380"
};

// A finding of the kind in question.
struct Candidate {
  size_t finding = 0;  // index into the report's findings
  std::string description;
  std::vector<Difference> differences;  // none where it is what must not be found
};

struct Mismatch {
  enum class What : uint8_t {
    kExit,       // another exit status
    kMissing,    // nothing found is what `must` wants
    kForbidden,  // something found is what `must_not` names
  };
  What what{};
  size_t index = 0;                   // in must or must_not
  size_t line = 0;                    // in the file
  std::string wanted;                 // as written: the finding, or the allowed exit statuses
  int exit = 0;                       // of kExit: what it was
  std::vector<Candidate> candidates;  // the most similar first, at most kMaxCandidates
  size_t candidate_count = 0;         // all of them
};
inline constexpr size_t kMaxCandidates = 5;

std::string_view to_string(Mismatch::What what);  // "exit", "missing", "forbidden"

// "pmtu-blackhole confirmed 10.9.0.2 -> 10.9.0.1, 435 <= path MTU < 1420, at the sender".
std::string describe(const Finding& finding);

// Everything that keeps `finding` from being the wanted one; a difference in kind is the only one.
std::vector<Difference> differences(const Finding& finding, const WantedFinding& wanted);

// In the order of the file; none: all is as expected. `exit` is that of `analyze`.
std::vector<Mismatch> compare(const Report& report, int exit, const Expectation& expectation);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_EXPECTATION_MATCH_H_
