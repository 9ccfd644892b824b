#include "cli/read_captures.h"

#include "analysis/analyzer.h"
#include "analysis/points/points_analyzer.h"
#include "capture/decode.h"
#include "cli/find_points.h"

namespace mtuscope {
namespace {

template <typename Engine>
void read_captures(FrameSource& source, Engine& analyzer, Progress& progress,
                   const std::atomic<bool>& stop) {
  constexpr uint64_t kProgressMask =
      0xffff;  // every 2^16 frames: the clock costs more than a packet
  Frame frame;
  Packet packet;
  uint64_t frames = 0;
  while (!stop.load(std::memory_order_relaxed) && source.next(frame)) {
    const Undecoded reason = decode(frame, packet);
    if (reason == Undecoded::kNone) [[likely]] {
      analyzer.add(packet);
    } else {
      analyzer.add_undecoded(reason, frame.link_type);
    }
    if ((++frames & kProgressMask) == 0) {
      progress.update(source.bytes_read(), source.bytes_total(), frames);
    }
  }
  progress.clear();
}

template <typename Engine>
AnalyzedCaptures analyze_with(Engine&& analyzer, FrameSource& source, Progress& progress,
                              const std::atomic<bool>& stop) {
  read_captures(source, analyzer, progress, stop);
  AnalyzedCaptures result;
  result.sources = source.info();
  result.report = analyzer.finish(result.sources);
  return result;
}

}  // namespace

AnalyzedCaptures analyze_captures(const std::vector<std::string>& paths, const std::string& filter,
                                  Progress& progress, const std::atomic<bool>& stop) {
  CaptureOptions options{.filter = filter};
  const PointPlan plan = find_points(paths, options, progress);
  options.clock_ahead = plan.clock_ahead;
  options.still_reading = [&progress](uint64_t bytes, uint64_t bytes_total, uint64_t left_out) {
    progress.update_left_out(bytes, bytes_total, left_out);
  };
  const auto source = open_captures(paths, options);
  if (plan.points == 1) return analyze_with(Analyzer(), *source, progress, stop);
  return analyze_with(PointsAnalyzer(plan), *source, progress, stop);
}

}  // namespace mtuscope
