// From the words of the command line to validated options. The only place that knows how commands
// and options are spelled; help texts are made from the same definitions.

#ifndef MTUSCOPE_CLI_OPTIONS_H_
#define MTUSCOPE_CLI_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "analysis/finding.h"
#include "probes/measurement.h"

namespace mtuscope {

enum class ColorChoice : uint8_t { kAuto, kAlways, kNever };
enum class Verbosity : uint8_t { kQuiet, kNormal, kVerbose };

// What every command that reports something understands.
struct OutputOptions {
  bool json = false;
  ColorChoice color = ColorChoice::kAuto;
  Verbosity verbosity = Verbosity::kNormal;
  // Findings of this severity or worse make the exit status 1; unset: none does.
  std::optional<Severity> fail_on = Severity::kWarning;
};

struct AnalyzeOptions {
  std::vector<std::string> captures;  // at least one; "-" (standard input) at most once
  std::string filter;                 // tcpdump syntax; empty keeps everything
  bool flows = false;                 // a table of the flows and why they paused
  OutputOptions output;
};

struct CheckOptions {
  std::vector<std::string> paths;  // at least one: folders, captures, expectations
  bool update = false;             // write what is found now into the expectations
  std::string junit;               // file for JUnit XML; empty: none
  size_t jobs = 0;                 // captures judged at the same time; 0: one a core
  OutputOptions output;            // fail_on means nothing here
};

struct ProbeOptions {
  ProbePlan plan;
  OutputOptions output;  // fail_on means nothing here
};

// Somebody asked for help or for the version.
struct ShowText {
  std::string text;
};

using Invocation = std::variant<ShowText, AnalyzeOptions, CheckOptions, ProbeOptions>;

// `args` without the program's name. Throws Error kUsage, whose hint names what was probably meant.
Invocation parse_command_line(const std::vector<std::string>& args);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_OPTIONS_H_
