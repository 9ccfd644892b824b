#include "capture/merged_source.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace mtuscope {

MergedSource::MergedSource(std::vector<std::unique_ptr<FrameSource>> sources,
                           std::vector<Duration> clock_ahead)
    : sources_(std::move(sources)),
      clock_ahead_(std::move(clock_ahead)),
      given_out_(sources_.size()) {
  clock_ahead_.resize(sources_.size());
  heads_.reserve(sources_.size());
  bool known = true;
  for (const auto& source : sources_) {
    const SourceInfo info = source->info().front();
    if (info.repeat_of || info.empty) continue;  // has no bytes of its own
    known = known && source->bytes_total() > 0;
    bytes_total_ += source->bytes_total();
  }
  if (!known) bytes_total_ = 0;
}

bool MergedSource::is_later(const Head& a, const Head& b) {
  return std::tie(a.order, a.source) > std::tie(b.order, b.source);
}

bool MergedSource::read(size_t source, Head& head) {
  head.source = source;
  if (!sources_[source]->next(head.frame)) return false;
  head.order = head.frame.time - clock_ahead_[source];
  return true;
}

void MergedSource::push_next(size_t source) {
  Head head{};
  if (!read(source, head)) return;
  heads_.push_back(head);
  std::push_heap(heads_.begin(), heads_.end(), is_later);
}

bool MergedSource::next(Frame& frame) {
  if (!started_) {
    started_ = true;
    for (size_t i = 0; i < sources_.size(); ++i) push_next(i);
  } else if (given_out_ < sources_.size()) {
    // Rotated files follow each other: most often the same source is next again, without the heap.
    Head head{};
    if (read(given_out_, head)) {
      if (heads_.empty() || !is_later(head, heads_.front())) {
        frame = head.frame;
        return true;
      }
      heads_.push_back(head);
      std::push_heap(heads_.begin(), heads_.end(), is_later);
    }
  }
  if (heads_.empty()) {
    given_out_ = sources_.size();
    return false;
  }
  std::pop_heap(heads_.begin(), heads_.end(), is_later);
  frame = heads_.back().frame;
  given_out_ = heads_.back().source;
  heads_.pop_back();
  return true;
}

std::vector<SourceInfo> MergedSource::info() const {
  std::vector<SourceInfo> all;
  for (const auto& source : sources_) {
    for (SourceInfo& info : source->info()) all.push_back(std::move(info));
  }
  return all;
}

uint64_t MergedSource::bytes_read() const {
  uint64_t sum = 0;
  for (const auto& source : sources_) sum += source->bytes_read();
  return sum;
}

}  // namespace mtuscope
