// The options of `mtuscope reflect`: the only place that knows how they are spelled.

#ifndef MTUSCOPE_CLI_REFLECT_OPTIONS_H_
#define MTUSCOPE_CLI_REFLECT_OPTIONS_H_

#include <string>
#include <vector>

#include "capture/address.h"
#include "cli/output_options.h"
#include "cli/parsed.h"
#include "probes/reflect_message.h"

namespace mtuscope {

struct ReflectOptions {
  std::vector<IpAddress> listen;  // empty: every address of both families
  uint16_t port = kReflectPort;
  std::string interface;  // bound to it; empty: all of them
  std::string key_file;   // empty: no key
  double rate = 4e6;      // bytes a second, in total
  double peer_rate = 1e6;
  bool quiet = false;
  ColorChoice color = ColorChoice::kAuto;
};

// `args` without the program's and the command's name. Throws Error kUsage, whose hint names what
// was probably meant.
Parsed<ReflectOptions> parse_reflect(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_REFLECT_OPTIONS_H_
