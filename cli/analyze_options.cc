#include "cli/analyze_options.h"

#include <algorithm>

#include "capture/error.h"
#include "cli/option_parser.h"

namespace mtuscope {
namespace {

std::string analyze_help(const OptionParser& parser) {
  return "Usage: mtuscope analyze [OPTIONS] CAPTURE...\n\n"
         "Says whether recorded packets show a path that drops large packets silently.\n\n"
         "Options:\n" +
         parser.entries() +
         "\nExit status:\n"
         "  0  nothing wrong\n"
         "  1  a problem was found (see --fail-on)\n"
         "  2  it could not run: usage, unreadable input, permission\n"
         "  3  inconclusive: the capture does not tell\n"
         "\nExamples:\n"
         "  mtuscope analyze incident.pcap\n"
         "  mtuscope analyze --filter 'host 10.9.0.1 and port 443' trace.pcap0 trace.pcap1\n"
         "  ssh host tcpdump -U -w - -i wg0 | mtuscope analyze -\n"
         "\nA capture of the first 128 bytes of each packet is enough (tcpdump -s 128).\n";
}

}  // namespace

Parsed<AnalyzeOptions> parse_analyze(const std::vector<std::string>& args) {
  OptionParser parser("analyze");
  AnalyzeOptions options;
  RawOutput raw;
  parser.operand("CAPTURE", options.captures,
                 "pcap or pcapng, also .gz and .zst; - is standard input; several files are parts "
                 "of one capture, or points of one path");
  parser.value("-f,--filter", "EXPRESSION", options.filter,
               "use only packets that match, in tcpdump syntax: 'host 10.9.0.1 and tcp'");
  parser.flag("--flows", options.flows,
              "list the connections, stuck ones first, and what each waited for");
  parser.flag(
      "--json-lines", options.json_lines,
      "analyze each capture by itself, and write one line of JSON for each (docs/fleet.md)");
  add_output_options(parser, raw);
  if (!parser.parse(args)) return ShowText{analyze_help(parser), parser.names()};
  options.output = validated(raw);
  if (options.json_lines && options.output.json) {
    throw Error(ErrorKind::kUsage, "analyze: --json and --json-lines exclude each other",
                "--json-lines alone: one line for each capture.");
  }
  if (options.captures.empty()) {
    throw Error(ErrorKind::kUsage, "analyze: no capture named",
                "Name a file, or - for standard input: mtuscope analyze incident.pcap");
  }
  if (std::ranges::count(options.captures, "-") > 1) {
    throw Error(ErrorKind::kUsage, "analyze: standard input (-) is named twice",
                "Name - once: it can be read only once.");
  }
  return options;
}

}  // namespace mtuscope
