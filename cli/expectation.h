// What a capture must be found to show, as a person wrote it beside the capture (docs/check.md).

#ifndef MTUSCOPE_CLI_EXPECTATION_H_
#define MTUSCOPE_CLI_EXPECTATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/finding.h"
#include "capture/address.h"
#include "cli/json_value.h"

namespace mtuscope {

// What a finding's size may be.
struct WantedSize {
  bool unknown = false;              // it must be unknown; otherwise both ends are allowed values
  uint32_t least = 0, greatest = 0;  // IpSize
};

// What a finding must be like. Empty or unset: anything.
struct WantedFinding {
  FindingKind kind{};
  std::vector<Severity> severity;
  std::vector<Confidence> confidence;
  std::vector<Vantage> vantage;
  // nullopt among them: it may be a finding without one, about the whole capture.
  std::vector<std::optional<IpAddress>> src, dst, reporter;
  std::optional<WantedSize> lower, upper;  // ends of the bracket
  std::optional<WantedSize> pmtu;          // as a PTB reported it
  std::optional<bool> recovered;
  std::optional<uint64_t> min_flows;
  std::string text;  // as written, on one line
  size_t line = 0;   // in the expectation's file
};

struct Expectation {
  std::vector<int> exit;  // allowed exit statuses of `analyze`; empty: any
  std::vector<WantedFinding> must, must_not;
  std::vector<std::string> captures;  // relative to the file; empty: the one of the same name
  std::string filter;                 // tcpdump syntax; empty keeps everything
  std::string truth;                  // what is known about the network, for people
  JsonValue document;                 // all of it
};

// Throws Error kFormat, which names `path`, the line, and what was probably meant.
Expectation parse_expectation(std::string_view text, const std::string& path);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_EXPECTATION_H_
