// The results of `mtuscope check` for programs: one JSON document, schema "mtuscope/check/1"
// (docs/check.md, docs/check-schema.json). Keys are only ever added.

#ifndef MTUSCOPE_CLI_CHECK_JSON_H_
#define MTUSCOPE_CLI_CHECK_JSON_H_

#include <span>
#include <string>

#include "cli/check_result.h"

namespace mtuscope {

// ASCII, one line for each case, ends with a newline.
std::string check_json(std::span<const CheckResult> results);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_JSON_H_
