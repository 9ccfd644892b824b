// `--filter`: the frames of a source that match an expression in tcpdump's language
// (pcap-filter(7)). The expression is compiled by libpcap, once for each link type that is seen, so
// it works on every source, also on one that mixes link types.

#ifndef MTUSCOPE_CAPTURE_FRAME_FILTER_H_
#define MTUSCOPE_CAPTURE_FRAME_FILTER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture/source.h"

struct bpf_program;

namespace mtuscope {

class FrameFilter {
 public:
  explicit FrameFilter(std::string expression) : expression_(std::move(expression)) {}

  // Compiles for this link type, unless that has been done. Throws Error (kUsage) quoting libpcap
  // when the expression is wrong, or makes no sense on this link type.
  void prepare(uint16_t link_type);
  // Whether the frame is wanted. Throws like prepare() at the first frame of a link type.
  bool matches(const Frame& frame);

 private:
  struct Free {
    void operator()(bpf_program* program) const;
  };
  struct Program {
    uint16_t link_type;
    std::unique_ptr<bpf_program, Free> code;
  };
  const bpf_program& program(uint16_t link_type);

  std::string expression_;
  std::vector<Program> programs_;
};

// Passes on what matches; numbers and info() stay those of the unfiltered source, except
// SourceInfo::filtered_out.
class FilteredSource final : public FrameSource {
 public:
  // Compiles the filter for the interfaces that are known already. Throws Error (kUsage).
  FilteredSource(std::unique_ptr<FrameSource> source, const std::string& expression);

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override { return source_->bytes_read(); }
  uint64_t bytes_total() const override { return source_->bytes_total(); }

 private:
  std::unique_ptr<FrameSource> source_;
  FrameFilter filter_;
  std::vector<uint64_t> filtered_out_;  // by source
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FRAME_FILTER_H_
