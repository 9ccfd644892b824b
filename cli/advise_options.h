// The command line of `mtuscope advise`.

#ifndef MTUSCOPE_CLI_ADVISE_OPTIONS_H_
#define MTUSCOPE_CLI_ADVISE_OPTIONS_H_

#include <optional>
#include <string>
#include <vector>

#include "analysis/advice/encapsulation_stack.h"
#include "analysis/advice/fixes.h"
#include "cli/output_options.h"
#include "cli/parsed.h"

namespace mtuscope {

struct AdviseOptions {
  EncapsulationStack stack;        // its link is what --path-mtu or --link say
  bool measured = false;           // --path-mtu: what the link carries is known for certain
  std::optional<IpSize> inner;     // the reverse question
  std::string interface;           // empty: not named
  std::vector<SystemInfo> wanted;  // --for, in this order; empty: what the interface's name shows
  bool list = false;
  OutputOptions output;  // fail_on means nothing here
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<AdviseOptions> parse_advise(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ADVISE_OPTIONS_H_
