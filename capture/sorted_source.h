// Puts the frames of one file into time order. dumpcap writes what it captured on several
// interfaces block by block, each block a little later or earlier than the last: the wire would
// come before the tunnel whose packets it carries. Files of one interface are in order and pass
// through.

#ifndef MTUSCOPE_CAPTURE_SORTED_SOURCE_H_
#define MTUSCOPE_CAPTURE_SORTED_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "capture/source.h"

namespace mtuscope {

class SortedSource final : public FrameSource {
 public:
  explicit SortedSource(std::unique_ptr<FrameSource> inner) : inner_(std::move(inner)) {}

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override { return inner_->info(); }
  uint64_t bytes_read() const override { return inner_->bytes_read(); }
  uint64_t bytes_total() const override { return inner_->bytes_total(); }

 private:
  // Frames further out of order than fit in here stay so.
  static constexpr size_t kMaxFrames = size_t{1} << 16;
  static constexpr size_t kMaxBytes = size_t{32} << 20;

  struct Held {
    Frame frame;
    std::vector<uint8_t> bytes;
  };
  // Later frames, and those behind in the file, sink.
  static bool later(const Held& a, const Held& b) {
    return a.frame.time != b.frame.time ? a.frame.time > b.frame.time
                                        : a.frame.number > b.frame.number;
  }
  bool several_interfaces() const;
  void hold(const Frame& frame);

  std::unique_ptr<FrameSource> inner_;
  bool started_ = false;
  bool sorting_ = false;
  bool ended_ = false;
  std::vector<Held> heap_;
  size_t held_bytes_ = 0;
  Held out_;  // the frame given last
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_SORTED_SOURCE_H_
