#include "cli/analyze_command.h"

#include <signal.h>

#include <algorithm>
#include <atomic>

#include "capture/error.h"
#include "cli/json_report.h"
#include "cli/progress.h"
#include "cli/read_captures.h"
#include "cli/terminal.h"
#include "cli/text_report.h"

namespace mtuscope {
namespace {

std::atomic<bool> stop_reading = false;
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

// Ctrl-C in `ssh host tcpdump -w - | mtuscope analyze -` reaches both: tcpdump ends, and what came
// until then is analyzed. A second one ends mtuscope as usual.
void end_input_on_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_reading = true; };
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

bool reads_stdin(const AnalyzeOptions& options) {
  return std::ranges::find(options.captures, "-") != options.captures.end();
}

// One that can't be read is a line too, and does not keep the others from being read. The worst
// exit status of all: could not run, a problem, inconclusive, nothing.
int analyze_each(const AnalyzeOptions& options, Progress& progress) {
  int worst = 0;
  const auto rank = [](int status) {
    return status == 2 ? 3 : status == 1 ? 2 : status == 3 ? 1 : 0;
  };
  for (const std::string& path : options.captures) {
    int status = 2;
    std::string line;
    try {
      const auto [report, sources] =
          analyze_captures({path}, options.filter, progress, stop_reading);
      line = json_report(report, sources, "analyze",
                         {.layout = JsonLayout::kOneLine, .flows = options.flows});
      status = exit_status(report, options.output.fail_on);
    } catch (const Error& error) {
      line = error_json(path, error);
    }
    if (!write_stdout(line)) break;
    if (rank(status) > rank(worst)) worst = status;
  }
  return worst;
}

}  // namespace

int exit_status(const Report& report, std::optional<Severity> fail_on) {
  const auto fails = [&](const Finding& finding) {
    return fail_on && finding.severity >= *fail_on;
  };
  if (std::ranges::any_of(report.findings, fails)) return 1;
  return report.status == Status::kInconclusive ? 3 : 0;
}

int run_analyze(const AnalyzeOptions& options) {
  const Terminal terminal = detect_terminal();
  if (reads_stdin(options)) {
    if (terminal.stdin_is_terminal) {
      throw Error(ErrorKind::kUsage, "standard input (-) is a terminal, not a capture",
                  "Pipe a capture into it: ssh host tcpdump -U -w - | mtuscope analyze -");
    }
    end_input_on_interrupt();
  }

  Progress progress(terminal.stderr_is_terminal);
  if (options.json_lines) return analyze_each(options, progress);
  const auto [report, sources] =
      analyze_captures(options.captures, options.filter, progress, stop_reading);
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  write_stdout(options.output.json
                   ? json_report(report, sources, "analyze", {.flows = options.flows})
                   : text_report(report, sources, options.output.verbosity, style, options.flows));
  return exit_status(report, options.output.fail_on);
}

}  // namespace mtuscope
