// Several captures as one, in time order.

#ifndef MTUSCOPE_CAPTURE_MERGED_SOURCE_H_
#define MTUSCOPE_CAPTURE_MERGED_SOURCE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "capture/source.h"

namespace mtuscope {

// Each source keeps its own order, also where its times run backwards; between sources the earlier
// frame comes first, and at equal times that of the earlier source.
class MergedSource final : public FrameSource {
 public:
  // `sources[i]` gives frames whose `source` is i.
  explicit MergedSource(std::vector<std::unique_ptr<FrameSource>> sources);

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override;
  uint64_t bytes_total() const override { return bytes_total_; }

 private:
  // The next frame of a source, not yet given out.
  struct Head {
    Frame frame;
    size_t source;
  };
  // Reads the next frame of this source into the heap, if it has one.
  void push_next(size_t source);
  static bool is_later(const Head& a, const Head& b);

  std::vector<std::unique_ptr<FrameSource>> sources_;
  std::vector<Head> heads_;  // a heap, the earliest first
  // Where the frame that was given out last came from: its source may only be read on when that
  // frame is no longer needed. sources_.size() before the first.
  size_t given_out_;
  bool started_ = false;
  uint64_t bytes_total_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_MERGED_SOURCE_H_
