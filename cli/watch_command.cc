#include "cli/watch_command.h"

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <map>
#include <optional>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/error.h"
#include "capture/live_source.h"
#include "cli/analyze_command.h"
#include "cli/evidence_file.h"
#include "cli/json_report.h"
#include "cli/link_story.h"
#include "cli/metrics_text.h"
#include "cli/plain_words.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "cli/text_file.h"
#include "cli/text_report.h"
#include "cli/watch_event.h"
#include "probes/link_watch.h"
#include "probes/privileges.h"

namespace mtuscope {
namespace {

using Clock = std::chrono::steady_clock;

std::atomic<bool> stop_watching = false;
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

// Ctrl-C, or what a service manager sends, ends it with the report; a second one ends it as usual.
void end_on_signal() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_watching = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Timestamp now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

// What this process has taken from the heap and not given back.
size_t heap_bytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

// True at most once in `interval`.
class Every {
 public:
  explicit Every(std::chrono::milliseconds interval) : interval_(interval) {}
  bool due(Clock::time_point time) {
    if (time < next_) return false;
    next_ = time + interval_;
    return true;
  }
  void hurry() { next_ = {}; }

 private:
  std::chrono::milliseconds interval_;
  Clock::time_point next_;
};

class Watch {
 public:
  Watch(const WatchOptions& options, const Terminal& terminal)
      : options_(options),
        style_{terminal.columns, use_color(options.output.color, terminal)},
        progress_(terminal.stderr_is_terminal),
        source_({.interfaces = options.interfaces, .filter = options.filter}),
        sources_(source_.info()),
        links_(options.interfaces.front() == "any" ? std::vector<std::string>()
                                                   : options.interfaces) {
    if (!options.write.empty()) {
      ring_bytes_ = options.memory / 4;
      evidence_.emplace(options.write, sources_.front().interfaces, ring_bytes_);
    }
    analyzer_.watch();
    analyzer_.limit_memory(options.memory - ring_bytes_);
    if (links_.works()) descriptors_.push_back(links_.descriptor());
  }

  void run() {
    tell_start();
    const Clock::time_point begin = Clock::now();
    while (!stop_watching && !source_.ended()) {
      if (options_.duration &&
          Clock::now() - begin >= std::chrono::nanoseconds(options_.duration->ns))
        break;
      source_.wait(kTick, descriptors_);
      read();
      look_around();
    }
    // What is left in the kernel was there before the end.
    read();
    look_around();
    progress_.clear();
    // Nobody is told what was true once by a file that nothing updates.
    if (!options_.metrics.empty()) std::remove(options_.metrics.c_str());
  }

  int report() {
    sources_ = source_.info();
    analyzer_.know_next_hops(links_.next_hops());
    Report report = analyzer_.finish(sources_);
    for (Finding& finding : report.findings) story_.explain(finding);
    const OutputOptions& output = options_.output;
    if (output.json) {
      write_stdout(json_report(report, sources_, "watch", {.layout = JsonLayout::kOneLine}));
    } else {
      const std::string text = text_report(report, sources_, output.verbosity, style_);
      write_stdout(output.verbosity == Verbosity::kQuiet ? text : "\n" + text);
    }
    return exit_status(report, output.fail_on);
  }

 private:
  // The least often that it looks whether something is due.
  static constexpr Duration kTick = Duration::milliseconds(50);
  // Between two looks at the clock.
  static constexpr size_t kPacketsAtATime = 4096;

  void read() {
    Frame frame;
    Packet packet;
    for (size_t i = 0; i < kPacketsAtATime && source_.next(frame); ++i) {
      const Undecoded reason = decode(frame, packet);
      if (reason == Undecoded::kNone) [[likely]] {
        analyzer_.add(packet);
        if (evidence_) evidence_->add(frame, packet);
      } else {
        analyzer_.add_undecoded(reason, frame.link_type);
      }
    }
  }

  void look_around() {
    const Clock::time_point time = Clock::now();
    if (news_.due(time)) {
      for (FindingNews& news : analyzer_.news(now(), sources_)) tell_news(news);
    }
    for (const LinkEvent& event : links_.take()) tell(story_.add(event, now()));
    for (const std::string& loss : source_.take_losses()) tell_lost(loss);
    if (!second_.due(time)) return;
    if (!stdout_is_read()) stop_watching = true;
    sources_ = source_.info();
    tell_drops();
    tell_write_failure();
    watch_routes(time);
    const size_t heap = heap_bytes();
    analyzer_.make_room(heap - std::min(heap, ring_bytes_));
    if (!options_.metrics.empty() && metrics_.due(time)) write_metrics();
    const AnalyzerCounts counts = analyzer_.counts();
    progress_.update_live(counts.packets, counts.open_flows, *sources_.front().dropped);
  }

  void tell_news(FindingNews& news) {
    Finding& finding = news.finding;
    if (news.kind == NewsKind::kFound) ++told_[finding.kind];
    if (evidence_ && news.kind == NewsKind::kFound) evidence_->begin(finding);
    if (evidence_ && news.kind == NewsKind::kOver) evidence_->end(finding);
    if (finding.dst) links_.watch_route(*finding.dst);
    const size_t evidence = finding.evidence_for.size();
    story_.explain(finding);
    WatchEvent event = event_of(news);
    for (size_t i = evidence; i < finding.evidence_for.size(); ++i)
      event.explanation += " " + sentence(finding.evidence_for[i]);
    tell(event);
    metrics_.hurry();
  }

  void tell_write_failure() {
    if (!evidence_) return;
    if (const auto why = evidence_->take_failure()) {
      tell_trouble(
          "write-failed",
          Error(ErrorKind::kSystem, fmt::format("{} can't be written: {}", options_.write, *why),
                "It goes on without, and tries again with each packet."));
    }
  }

  // A full disk must not end the watch: it is told once, and tried again.
  void write_metrics() {
    const SourceInfo& source = sources_.front();
    const Metrics metrics{.interfaces = source.path,
                          .started = started_,
                          .counts = analyzer_.counts(),
                          .captured = source.packets,
                          .dropped = *source.dropped,
                          .told = told_,
                          .held = analyzer_.held_findings(),
                          .paths = analyzer_.busiest_paths(kMeteredPaths)};
    try {
      write_text_file(options_.metrics, metrics_text(metrics));
      metrics_failed_ = false;
    } catch (const Error& error) {
      if (!metrics_failed_) tell_trouble("metrics-failed", error);
      metrics_failed_ = true;
    }
  }

  // Routes to the busiest peers; those of findings come by themselves.
  void watch_routes(Clock::time_point time) {
    constexpr size_t kBusiest = 16;
    if (!routes_.due(time)) return;
    for (const PathStats& path : analyzer_.busiest_paths(kBusiest)) links_.watch_route(path.dst);
  }

  void tell_trouble(const char* kind, const Error& error) {
    tell({.kind = kind,
          .time = now(),
          .explanation = sentence(error.what()) + " " + error.hint(),
          .severity = Severity::kWarning});
  }

  void tell_start() {
    const std::string& names = sources_.front().path;
    if (!options_.output.json && options_.output.verbosity == Verbosity::kQuiet) return;
    tell({.kind = "start",
          .time = now(),
          .explanation = fmt::format("Watching {}. Ctrl-C ends it with a report.", names),
          .interface = names});
  }

  void tell_lost(const std::string& loss) {
    tell({.kind = "interface-lost",
          .time = now(),
          .explanation = sentence(loss),
          .severity = Severity::kWarning,
          .interface = loss.substr(0, loss.find(": "))});
  }

  // Conclusions suffer from every packet that is missing: said at once, then only when it is many.
  void tell_drops() {
    const uint64_t dropped = *sources_.front().dropped;
    if (dropped <= dropped_told_ || dropped - dropped_told_ < dropped_told_ / 2) return;
    tell({.kind = "dropped",
          .time = now(),
          .explanation = fmt::format(
              "The kernel dropped {} so far before they could be looked at. A --filter that leaves "
              "out what does not matter helps.",
              count_words(dropped, "packet")),
          .severity = Severity::kWarning});
    dropped_told_ = dropped;
  }

  void tell(const WatchEvent& event) {
    progress_.clear();
    const bool read =
        write_stdout(options_.output.json ? event_json(event) : event_text(event, style_));
    if (!read) stop_watching = true;
  }

  const WatchOptions& options_;
  PageStyle style_;
  Progress progress_;
  LiveSource source_;
  std::vector<SourceInfo> sources_;
  Analyzer analyzer_;
  Every news_{std::chrono::milliseconds(20)};
  Every second_{std::chrono::milliseconds(1000)};
  std::optional<EvidenceFile> evidence_;
  size_t ring_bytes_ = 0;  // of --memory, for the packets seen lately
  LinkWatch links_;
  LinkStory story_;
  std::vector<int> descriptors_;
  Every routes_{std::chrono::milliseconds(5000)};
  Every metrics_{std::chrono::milliseconds(15'000)};
  uint64_t dropped_told_ = 0;
  Timestamp started_ = now();
  std::map<FindingKind, uint64_t> told_;
  bool metrics_failed_ = false;
};

}  // namespace

int run_watch(const WatchOptions& options) {
  Watch watch(options, detect_terminal());
  drop_privileges();
  end_on_signal();
  watch.run();
  return watch.report();
}

}  // namespace mtuscope
