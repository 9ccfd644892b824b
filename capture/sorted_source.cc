#include "capture/sorted_source.h"

#include <algorithm>
#include <utility>

namespace mtuscope {

bool SortedSource::next(Frame& frame) {
  if (started_ && !sorting_) return inner_->next(frame);
  if (!started_) {
    started_ = true;
    if (!inner_->next(frame)) return false;
    sorting_ = several_interfaces();
    if (!sorting_) return true;
    hold(frame);
  }
  while (!ended_ && heap_.size() < kMaxFrames && held_bytes_ < kMaxBytes) {
    if (inner_->next(frame)) {
      hold(frame);
    } else {
      ended_ = true;
    }
  }
  if (heap_.empty()) return false;
  std::ranges::pop_heap(heap_, later);
  out_ = std::move(heap_.back());
  heap_.pop_back();
  held_bytes_ -= out_.bytes.size();
  frame = out_.frame;
  frame.bytes = out_.bytes;
  return true;
}

// A pcapng file describes its interfaces before their first packets, most before the first of all.
bool SortedSource::several_interfaces() const {
  const std::vector<SourceInfo> files = inner_->info();
  return !files.empty() && files.front().interfaces.size() > 1;
}

void SortedSource::hold(const Frame& frame) {
  heap_.push_back({frame, {frame.bytes.begin(), frame.bytes.end()}});
  held_bytes_ += frame.bytes.size();
  std::ranges::push_heap(heap_, later);
}

}  // namespace mtuscope
