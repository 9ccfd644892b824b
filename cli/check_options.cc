#include "cli/check_options.h"

#include <fmt/format.h>

#include <charconv>

#include "capture/error.h"
#include "cli/option_parser.h"

namespace mtuscope {
namespace {

size_t positive_number(const std::string& option, const std::string& value) {
  constexpr size_t kMost = 1024;
  size_t number = 0;
  const char* end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || at != end || number == 0 || number > kMost) {
    throw Error(ErrorKind::kUsage, fmt::format("{} does not know '{}'", option, value),
                fmt::format("It takes a number from 1 to {}.", kMost));
  }
  return number;
}

std::string check_help(const OptionParser& parser) {
  return "Usage: mtuscope check [OPTIONS] DIR...\n\n"
         "Analyzes recorded captures and compares with what is expected of them. Beside\n"
         "NAME.pcap stands NAME.expect.json, which a person writes (docs/check.md):\n"
         "  {\"exit\": 1, \"must\": [{\"kind\": \"pmtu-blackhole\", \"src\": \"10.9.0.2\"}],\n"
         "   \"must_not\": [{\"kind\": \"path-outage\"}]}\n\n"
         "Options:\n" +
         parser.entries() +
         "\nExit status:\n"
         "  0  all as expected\n"
         "  1  a difference, a capture without an expectation, or the reverse\n"
         "  2  something could not be judged: unreadable, or a malformed expectation\n"
         "\nExamples:\n"
         "  mtuscope check pcaps\n"
         "  mtuscope check --junit results.xml tests/captures\n"
         "  mtuscope check --update pcaps/incident.pcap\n";
}

}  // namespace

Parsed<CheckOptions> parse_check(const std::vector<std::string>& args) {
  OptionParser parser("check");
  CheckOptions options;
  RawOutput raw;
  std::string jobs;
  parser.operand("DIR", options.paths,
                 "folder of captures and expectations, with those in it; also a single one");
  parser.flag("-u,--update", options.update,
              "write what is found now into the expectations, and say what changed");
  parser.value("--junit", "FILE", options.junit, "write the results as JUnit XML too");
  parser.value("-j,--jobs", "N", jobs, "captures judged at the same time (default: one a core)");
  parser.flag("--json", raw.json, "write one JSON document (see docs/check.md) instead of text");
  auto quiet = parser.flag("-q,--quiet", raw.quiet, "write only what is not as expected");
  parser.flag("-v,--verbose", raw.verbose, "write every capture, also those as expected")
      .excludes(quiet);
  add_color_option(parser, raw);
  if (!parser.parse(args)) return ShowText{check_help(parser), parser.names()};
  options.output = validated(raw);
  if (!jobs.empty()) options.jobs = positive_number("--jobs", jobs);
  if (options.paths.empty()) {
    throw Error(ErrorKind::kUsage, "check: no folder named",
                "Name the folder of captures and expectations: mtuscope check pcaps");
  }
  return options;
}

}  // namespace mtuscope
