// The report for programs: one JSON document, schema "mtuscope/report/1" (docs/json.md,
// docs/json-schema.json). Keys are only ever added; unknown is null.

#ifndef MTUSCOPE_CLI_JSON_REPORT_H_
#define MTUSCOPE_CLI_JSON_REPORT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "capture/error.h"
#include "cli/probe_report.h"
#include "cli/watch_event.h"

namespace mtuscope {

struct Check;  // doctor_checks.h

// kOneLine: all of it in one line, so that many reports are one stream (JSON Lines).
enum class JsonLayout : uint8_t { kReadable, kOneLine };

// What a report has beside what every one has.
struct JsonExtras {
  JsonLayout layout = JsonLayout::kReadable;
  bool flows = false;                               // the table of flows, which may be long
  const std::vector<ProbedPath>* probed = nullptr;  // the key "probe": what was measured
  const std::vector<Check>* checks = nullptr;       // the key "checks", of `doctor`
};

// ASCII, one line for each source, finding, path and recommendation, ends with a newline. Bytes of
// names that are not UTF-8 become U+FFFD. `command` is the one that made the report: "analyze".
std::string json_report(const Report& report, const std::vector<SourceInfo>& sources,
                        std::string_view command, const JsonExtras& extras = {});

// Instead of a report, where a capture can't be read: one line (schema "mtuscope/error/1").
std::string error_json(std::string_view path, const Error& error);

// An event of `watch`, in one line.
std::string event_json(const WatchEvent& event);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_JSON_REPORT_H_
