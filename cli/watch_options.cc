#include "cli/watch_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/error.h"
#include "cli/option_parser.h"
#include "cli/quantities.h"

namespace mtuscope {
namespace {

std::string watch_help(const OptionParser& parser) {
  return "Usage: mtuscope watch [OPTIONS] -i IFACE...\n\n"
         "Watches interfaces, and says what is wrong as soon as it is known: a black hole\n"
         "with the third transmission that fails, if something smaller gets through. Ends\n"
         "with the report that `analyze` gives of a capture: by Ctrl-C, SIGTERM or\n"
         "--duration.\n\n"
         "Options:\n" +
         parser.entries() +
         "\nExit status:\n"
         "  0  nothing wrong\n"
         "  1  a problem was found (see --fail-on)\n"
         "  2  it could not run: usage, interface, permission\n"
         "  3  inconclusive: what was seen does not tell\n"
         "\nExamples:\n"
         "  sudo mtuscope watch -i wg0\n"
         "  sudo mtuscope watch -i any --filter 'tcp port 443' --duration 10m\n"
         "  sudo mtuscope watch -i wg0 --json --metrics /run/mtuscope/mtuscope.prom\n"
         "\nIt needs CAP_NET_RAW to open the interfaces, and gives up all privileges before\n"
         "it looks at the first packet.\n";
}

struct RawWatch {
  std::string duration, memory;
};

// Below this a busy minute would be forgotten within seconds.
constexpr uint64_t kLeastMemory = uint64_t{8} << 20;

void check_interfaces(const std::vector<std::string>& interfaces) {
  if (interfaces.empty()) {
    throw Error(ErrorKind::kUsage, "watch: no interface named",
                "Name one, or several: mtuscope watch -i wg0 -i eth0. `any` stands for all.");
  }
  for (const std::string& name : interfaces) {
    if (std::ranges::count(interfaces, name) > 1) {
      throw Error(ErrorKind::kUsage, fmt::format("watch: {} is named twice", name),
                  "Name each interface once.");
    }
  }
  if (interfaces.size() > 1 && std::ranges::count(interfaces, "any") > 0) {
    throw Error(ErrorKind::kUsage, "watch: `any` is named beside other interfaces",
                "`any` stands for all of them: mtuscope watch -i any");
  }
}

}  // namespace

Parsed<WatchOptions> parse_watch(const std::vector<std::string>& args) {
  OptionParser parser("watch");
  WatchOptions options;
  RawOutput raw_output;
  RawWatch raw;
  parser.value("-i,--interface", "IFACE", options.interfaces,
               "interface to watch; may be given several times; any: all of them");
  parser.value("-f,--filter", "EXPRESSION", options.filter,
               "watch only packets that match, in tcpdump syntax: 'host 10.9.0.1 and tcp'");
  parser.value("--duration", "TIME", raw.duration, "end after so long: 90s, 10m, 8h, 7d");
  parser.value("--memory", "SIZE", raw.memory,
               "remember no more than this, and forget what has been idle for longest (default: "
               "128M)");
  parser.value("-w,--write", "FILE", options.write,
               "keep the packets that findings are about, and only those, as a pcapng capture");
  parser.value("--metrics", "FILE", options.metrics,
               "keep this file up to date for Prometheus: the textfile format of node exporter, "
               "every 15 s");
  add_output_options(parser, raw_output);
  parser.describe(
      "--json", "write a line of JSON for each event, the report as the last one (docs/watch.md)");
  if (!parser.parse(args)) return ShowText{watch_help(parser), parser.names()};
  options.output = validated(raw_output);
  check_interfaces(options.interfaces);
  if (!raw.duration.empty()) {
    options.duration = parse_duration(raw.duration);
    if (!options.duration) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("watch: --duration does not know '{}'", raw.duration),
                  "A number and a unit: 90s, 10m, 8h or 7d.");
    }
  }
  if (!raw.memory.empty()) {
    const auto memory = parse_memory_size(raw.memory);
    if (!memory || *memory < kLeastMemory) {
      throw Error(ErrorKind::kUsage, fmt::format("watch: --memory does not know '{}'", raw.memory),
                  "A size of 8M or more: 64M, 1G.");
    }
    options.memory = *memory;
  }
  return options;
}

}  // namespace mtuscope
