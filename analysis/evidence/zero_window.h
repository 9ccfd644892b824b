// zero-window: the receiving program stopped reading, its window closed, and the sender had to wait
// (RFC 9293 3.8.6). The log is kept for the direction of the data that waits.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_ZERO_WINDOW_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_ZERO_WINDOW_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

struct Path;

// A window of 0, until it opened again or the capture ended.
struct ClosedWindow {
  FlowDirection flow;  // of the data that waits
  Timestamp begin, end;
  FrameRef closed, opened;  // `opened`: none while it is closed
  uint32_t probes = 0;      // RFC 9293 3.8.6.1: the sender had something to send

  Duration length() const { return end - begin; }
};

// A window that opened again, for a sender that had something to send (it had probed), of which
// nothing came by since.
struct SilentSender {
  FlowDirection flow;
  Timestamp since, until;
  FrameRef opened;

  Duration length() const { return until - since; }
};

class ZeroWindowLog {
 public:
  void add(ClosedWindow window);
  // The longest is kept.
  void add(const SilentSender& silent) {
    if (!silent_ || silent_->length() < silent.length()) silent_ = silent;
  }
  const std::optional<SilentSender>& silent() const { return silent_; }

  // At most kMaxKept, the longest.
  const std::vector<ClosedWindow>& longest() const { return longest_; }
  uint64_t count() const { return count_; }
  Duration total() const { return total_; }

 private:
  static constexpr size_t kMaxKept = 16;
  std::vector<ClosedWindow> longest_;
  uint64_t count_ = 0;
  Duration total_{0};
  std::optional<SilentSender> silent_;
};

// Nullopt when no sender was kept waiting for long enough to be noticed.
std::optional<Finding> zero_window(const Path& path, unsigned direction);

// not-tested, from the receiver: what became of the sender when its window had opened again.
std::optional<Finding> silent_after_window(const Path& path, unsigned direction);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_ZERO_WINDOW_H_
