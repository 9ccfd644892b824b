#include "cli/read_captures.h"

#include "capture/decode.h"

namespace mtuscope {
namespace {

void read_captures(FrameSource& source, Analyzer& analyzer, Progress& progress,
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
      analyzer.add_undecoded(reason);
    }
    if ((++frames & kProgressMask) == 0) {
      progress.update(source.bytes_read(), source.bytes_total(), frames);
    }
  }
  progress.clear();
}

}  // namespace

AnalyzedCaptures analyze_captures(const std::vector<std::string>& paths, const std::string& filter,
                                  Progress& progress, const std::atomic<bool>& stop) {
  const auto source = open_captures(paths, {.filter = filter});
  Analyzer analyzer;
  read_captures(*source, analyzer, progress, stop);
  AnalyzedCaptures result;
  result.sources = source->info();
  result.report = analyzer.finish(result.sources);
  return result;
}

}  // namespace mtuscope
