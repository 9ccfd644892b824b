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
  // `clock_ahead[i]`: how far the clock of source i is ahead of the common one, by which frames are
  // put in order; they keep their own times. Missing ones are 0.
  explicit MergedSource(std::vector<std::unique_ptr<FrameSource>> sources,
                        std::vector<Duration> clock_ahead = {});

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override;
  uint64_t bytes_total() const override { return bytes_total_; }

 private:
  // The next frame of a source, not yet given out.
  struct Head {
    Frame frame;
    size_t source;
    Timestamp order;  // its time by the common clock
  };
  // The next frame of this source; false at its end.
  bool read(size_t source, Head& head);
  // Reads it into the heap, if there is one.
  void push_next(size_t source);
  static bool is_later(const Head& a, const Head& b);

  std::vector<std::unique_ptr<FrameSource>> sources_;
  std::vector<Duration> clock_ahead_;
  std::vector<Head> heads_;  // a heap, the earliest first
  // Where the frame that was given out last came from: its source may only be read on when that
  // frame is no longer needed. sources_.size() before the first.
  size_t given_out_;
  bool started_ = false;
  uint64_t bytes_total_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_MERGED_SOURCE_H_
