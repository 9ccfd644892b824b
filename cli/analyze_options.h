// The options of `mtuscope analyze`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_ANALYZE_OPTIONS_H_
#define MTUSCOPE_CLI_ANALYZE_OPTIONS_H_

#include <string>
#include <vector>

#include "cli/output_options.h"
#include "cli/parsed.h"

namespace mtuscope {

struct AnalyzeOptions {
  std::vector<std::string> captures;  // at least one; "-" (standard input) at most once
  std::string filter;                 // tcpdump syntax; empty keeps everything
  bool json_lines = false;            // each capture by itself, a line of JSON for each
  bool flows = false;                 // a table of the flows and why they paused
  OutputOptions output;
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<AnalyzeOptions> parse_analyze(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ANALYZE_OPTIONS_H_
