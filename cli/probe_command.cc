#include "cli/probe_command.h"

#include <fmt/format.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>

#include "cli/json_report.h"
#include "cli/printable.h"
#include "cli/probe_report.h"
#include "cli/probe_text.h"
#include "cli/terminal.h"

namespace mtuscope {
namespace {

std::atomic<bool> stop_probing = false;
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

// Ctrl-C ends the measurement with what is known by then; a second one ends mtuscope as usual.
void end_on_interrupt() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_probing = true; };
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

// The bracket closing, one line on standard error where somebody can watch it.
class LiveBracket {
 public:
  explicit LiveBracket(bool visible) : visible_(visible) {}
  ~LiveBracket() {
    if (shown_) std::fputs(kClearLine, stderr);
  }
  LiveBracket(const LiveBracket&) = delete;
  LiveBracket& operator=(const LiveBracket&) = delete;

  void show(const Search& search, ProbeMethod method, const IpAddress& target) {
    if (!visible_) return;
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + kInterval;
    shown_ = true;
    fmt::print(stderr, "{}{}", kClearLine, probe_progress_line(search, method, target));
    std::fflush(stderr);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kInterval{50};
  static constexpr const char* kClearLine = "\r\x1b[K";

  bool visible_;
  bool shown_ = false;
  Clock::time_point next_;
};

}  // namespace

int run_probe(const ProbeOptions& options) {
  const Terminal terminal = detect_terminal();
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  const bool talk = !options.output.json && options.output.verbosity != Verbosity::kQuiet;
  Prober prober(options.plan);
  if (talk) write_stdout(intent_text(prober.intents(), options.plan, style) + "\n");
  end_on_interrupt();

  std::vector<ProbedPath> paths;
  for (size_t i = 0; i < prober.intents().size() && !stop_probing; ++i) {
    LiveBracket live(terminal.stderr_is_terminal);
    const Intent& intent = prober.intents()[i];
    ProbedPath path{.intent = intent};
    path.measurements =
        prober.measure(i, stop_probing, [&](const Search& search, ProbeMethod method) {
          live.show(search, method, intent.target);
        });
    path.conclusion = conclude(path.measurements);
    paths.push_back(std::move(path));
  }

  const Report report = probe_report(paths, options.plan);
  write_stdout(options.output.json
                   ? json_report(report, {}, "probe", false, &paths)
                   : probe_text(paths, report, prober.notes(), options.output.verbosity, style));
  return probe_exit_status(paths);
}

}  // namespace mtuscope
