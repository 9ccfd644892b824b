// How a command reports: what every command that reports something understands.

#ifndef MTUSCOPE_CLI_OUTPUT_OPTIONS_H_
#define MTUSCOPE_CLI_OUTPUT_OPTIONS_H_

#include <cstdint>
#include <optional>

#include "analysis/report/finding.h"

namespace mtuscope {

enum class ColorChoice : uint8_t { kAuto, kAlways, kNever };
enum class Verbosity : uint8_t { kQuiet, kNormal, kVerbose };

struct OutputOptions {
  bool json = false;
  ColorChoice color = ColorChoice::kAuto;
  Verbosity verbosity = Verbosity::kNormal;
  // Findings of this severity or worse make the exit status 1; unset: none does.
  std::optional<Severity> fail_on = Severity::kWarning;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_OUTPUT_OPTIONS_H_
