// The options of `mtuscope check`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_CHECK_OPTIONS_H_
#define MTUSCOPE_CLI_CHECK_OPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "cli/output_options.h"
#include "cli/parsed.h"

namespace mtuscope {

struct CheckOptions {
  std::vector<std::string> paths;  // at least one: folders, captures, expectations
  bool update = false;             // write what is found now into the expectations
  std::string junit;               // file for JUnit XML; empty: none
  size_t jobs = 0;                 // captures judged at the same time; 0: one a core
  OutputOptions output;            // fail_on means nothing here
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<CheckOptions> parse_check(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_OPTIONS_H_
