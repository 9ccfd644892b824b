#include "cli/json_report.h"

#include <cstddef>
#include <utility>

#include "cli/doctor_checks.h"
#include "cli/json_parts.h"
#include "cli/json_probe.h"
#include "cli/version.h"

namespace mtuscope {
namespace {

Json summary(const Report& report) {
  return {{"status", to_string(report.status)},
          {"headline", report.headline},
          {"packets", report.packets},
          {"tcp_flows", report.tcp_flows}};
}

// Writes the outermost object member by member and its arrays element by element, so that a report
// with very many paths never exists twice as a tree.
class DocumentWriter {
 public:
  explicit DocumentWriter(JsonLayout layout) : readable_(layout == JsonLayout::kReadable) {}

  void member(std::string_view key, const Json& value) {
    begin(key);
    append(value);
  }

  template <typename T>
  void array(std::string_view key, const std::vector<T>& values) {
    begin(key);
    text_ += '[';
    for (size_t i = 0; i < values.size(); ++i) {
      if (i > 0) text_ += ',';
      if (readable_) text_ += "\n  ";
      append(json(values[i]));
    }
    text_ += ']';
  }

  std::string finish() {
    text_ += readable_ ? "\n}\n" : "}\n";
    return std::move(text_);
  }

 private:
  void begin(std::string_view key) {
    text_ += text_.empty() ? '{' : ',';
    if (readable_) text_ += "\n ";
    append(Json(key));
    text_ += ": ";
  }

  // ASCII only, so that a name from a capture can't steer the terminal it is shown on.
  void append(const Json& value) {
    text_ += value.dump(-1, ' ', true, Json::error_handler_t::replace);
  }

  bool readable_;
  std::string text_;
};

}  // namespace

std::string json_report(const Report& report, const std::vector<SourceInfo>& sources,
                        std::string_view command, const JsonExtras& extras) {
  DocumentWriter document(extras.layout);
  document.member("schema", "mtuscope/report/1");
  document.member("version", version());
  document.member("command", command);
  document.member("summary", summary(report));
  document.array("sources", sources);
  document.array("findings", report.findings);
  document.array("paths", report.paths);
  document.member("paths_total", report.paths_total);
  if (extras.flows) document.array("flows", report.flows);
  document.array("outer_tunnels", report.outer_tunnels);
  document.array("points", report.points);
  document.array("between", report.between);
  document.member("capture_quality", json(report.quality));
  document.array("recommendations", report.recommendations);
  if (extras.checks != nullptr) document.array("checks", *extras.checks);
  if (extras.probed != nullptr) document.member("probe", probe_json(*extras.probed));
  return document.finish();
}

std::string error_json(std::string_view path, const Error& error) {
  DocumentWriter document(JsonLayout::kOneLine);
  document.member("schema", "mtuscope/error/1");
  document.member("version", version());
  document.member("path", path);
  document.member("what", error.what());
  document.member("hint", error.hint());
  return document.finish();
}

std::string event_json(const WatchEvent& event) {
  DocumentWriter document(JsonLayout::kOneLine);
  document.member("schema", "mtuscope/event/1");
  document.member("version", version());
  document.member("event", event.kind);
  document.member("time", json(event.time));
  document.member("severity", to_string(event.severity));
  document.member("interface", json(event.interface));
  document.member("explanation", event.explanation);
  document.member("finding", json(event.finding));
  document.member("recommendation", json(event.advice));
  return document.finish();
}

}  // namespace mtuscope
