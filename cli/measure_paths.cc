#include "cli/measure_paths.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

#include "cli/probe_text.h"

namespace mtuscope {
namespace {

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

std::vector<ProbedPath> measure_paths(Prober& prober, const std::atomic<bool>& stop, bool visible) {
  std::vector<ProbedPath> paths;
  for (size_t i = 0; i < prober.intents().size() && !stop; ++i) {
    LiveBracket live(visible);
    const Intent& intent = prober.intents()[i];
    ProbedPath path{.intent = intent};
    path.measurements = prober.measure(i, stop, [&](const Search& search, ProbeMethod method) {
      live.show(search, method, intent.target);
    });
    path.conclusion = conclude(path.measurements);
    paths.push_back(std::move(path));
  }
  return paths;
}

}  // namespace mtuscope
