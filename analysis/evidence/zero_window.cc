#include "analysis/evidence/zero_window.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/path.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"

namespace mtuscope {

void ZeroWindowLog::add(ClosedWindow window) {
  ++count_;
  total_ = total_ + window.length();
  longest_.push_back(window);
  std::ranges::stable_sort(longest_, std::greater{}, &ClosedWindow::length);
  if (longest_.size() > kMaxKept) longest_.pop_back();
}

std::optional<Finding> zero_window(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  if (!d.trouble || d.trouble->windows.count() == 0) return std::nullopt;
  const ZeroWindowLog& log = d.trouble->windows;
  Finding f{.kind = FindingKind::kZeroWindow,
            .severity = Severity::kWarning,
            .confidence = Confidence::kConfirmed};
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.vantage = vantage_of(path, direction);
  std::vector<FrameRef> frames;
  for (const ClosedWindow& w : log.longest()) {
    if (std::ranges::find(f.flows, w.flow) == f.flows.end()) f.flows.push_back(w.flow);
    frames.push_back(w.closed);
    frames.push_back(w.opened);
    if (!f.first_time || w.begin < *f.first_time) f.first_time = w.begin;
    if (!f.last_time || w.end > *f.last_time) f.last_time = w.end;
  }
  f.flow_count = f.flows.size();
  list_frames(std::move(frames), f);
  const ClosedWindow& longest = log.longest().front();
  const std::string reader = to_string(*f.dst);
  f.explanation =
      log.count() == 1
          ? fmt::format(
                "The program at {} stopped reading: its receive window was closed for "
                "{}, and {} had to wait{}.",
                reader, readable_duration(longest.length()), to_string(*f.src),
                longest.opened ? "" : " until the end of the capture")
          : fmt::format(
                "The program at {} stopped reading {} times: its receive window was closed "
                "for {} in all, {} at the longest, and {} had to wait.",
                reader, log.count(), readable_duration(log.total()),
                readable_duration(longest.length()), to_string(*f.src));
  constexpr size_t kShown = 3;
  for (const ClosedWindow& w : log.longest()) {
    if (f.evidence_for.size() == kShown) break;
    f.evidence_for.push_back(
        fmt::format("{}: window 0 in frame {}, {} of the sender, {} {} later", describe(w.flow),
                    w.closed.frame().value, counted(w.probes, "probe"),
                    w.opened ? fmt::format("opened again in frame {}", w.opened.frame().value)
                             : std::string("still closed"),
                    readable_duration(w.length())));
  }
  return f;
}

std::optional<Finding> silent_after_window(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  if (!d.trouble || !d.trouble->windows.silent()) return std::nullopt;
  const SilentSender& silent = *d.trouble->windows.silent();
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kSuspected, path,
                            direction);
  f.flows.push_back(silent.flow);
  f.flow_count = 1;
  f.first_time = silent.since;
  f.last_time = silent.until;
  if (const auto largest = d.deliveries.largest()) f.bracket.lower = largest->size;
  list_frames({silent.opened}, f);
  const auto others = d.deliveries.largest_below(IpSize{UINT32_MAX}, silent.since);
  f.explanation = fmt::format(
      "{} had more to send to {}, as its window probes show, but nothing of that connection came "
      "by for {} since the window opened again{}: a path that shrank meanwhile, an outage, "
      "or "
      "something dropped the connection; this capture cannot tell.",
      to_string(*f.src), to_string(*f.dst), readable_duration(silent.length()),
      others ? fmt::format(", while others brought packets of up to {} bytes", others->size.bytes)
             : std::string());
  f.evidence_against.push_back(fmt::format("what would tell: a capture at {}", to_string(*f.src)));
  return f;
}

}  // namespace mtuscope
