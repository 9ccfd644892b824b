// `--filter`: the frames of a source that match an expression in tcpdump's language
// (pcap-filter(7)). libpcap compiles the expression, once for each link type that is seen, as it
// does for `tcpdump -r`: on a source that mixes link types, each interface has its own program.

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

  // Why the expression cannot be used on frames of this link type, in libpcap's words: it is wrong,
  // or makes no sense there (`ether host` without an Ethernet header). Empty when it can.
  const std::string& problem(uint16_t link_type) { return program(link_type).problem; }
  // Whether the frame is wanted; never, where there is a problem().
  bool matches(const Frame& frame);

  const std::string& expression() const { return expression_; }

 private:
  struct Free {
    void operator()(bpf_program* program) const;
  };
  using Code = std::unique_ptr<bpf_program, Free>;
  struct Program {
    uint16_t link_type;
    Code code;         // of whole frames; null where libpcap cannot
    Code other_order;  // of LINKTYPE_NULL: for headers in the other byte order than this host's
    Code network;      // of what follows the link header, where libpcap misreads that or cannot
    std::string problem;
  };
  const Program& program(uint16_t link_type);
  Code compile(uint16_t link_type, bool other_order, std::string& problem) const;

  std::string expression_;
  std::vector<Program> programs_;
};

// Passes on what matches; numbers and info() stay those of the unfiltered source, except
// SourceInfo::filtered_out and InterfaceInfo::filter_problem. Frames of an interface on which the
// filter cannot be used do not match.
class FilteredSource final : public FrameSource {
 public:
  // `still_reading` as in CaptureOptions. Throws Error (kUsage), quoting libpcap, when the filter
  // can be used on none of the interfaces that are known already.
  FilteredSource(std::unique_ptr<FrameSource> source, const CaptureOptions& options);

  // Throws Error (kUsage) at the end, when there were interfaces and all that were not known in the
  // beginning cannot be filtered either.
  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override { return source_->bytes_read(); }
  uint64_t bytes_total() const override { return source_->bytes_total(); }

 private:
  void refuse_if_useless(const std::vector<SourceInfo>& sources);
  void leave_out(const Frame& frame);

  std::unique_ptr<FrameSource> source_;
  // info() asks it why, which compiles for interfaces without frames.
  mutable FrameFilter filter_;
  CaptureOptions::StillReading still_reading_;
  std::vector<uint64_t> filtered_out_;  // by source
  uint64_t left_out_ = 0;               // their sum
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FRAME_FILTER_H_
