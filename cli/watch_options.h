// The options of `mtuscope watch`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_WATCH_OPTIONS_H_
#define MTUSCOPE_CLI_WATCH_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "capture/units.h"
#include "cli/output_options.h"
#include "cli/parsed.h"

namespace mtuscope {

struct WatchOptions {
  std::vector<std::string> interfaces;    // at least one; "any" stands alone
  std::string filter;                     // tcpdump syntax; empty keeps everything
  std::optional<Duration> duration;       // unset: until it is interrupted
  uint64_t memory = uint64_t{128} << 20;  // bytes for what is remembered
  std::string metrics;                    // a file for node exporter; empty: none
  std::string write;                      // a capture of what findings are about; empty: none
  OutputOptions output;
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<WatchOptions> parse_watch(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_WATCH_OPTIONS_H_
