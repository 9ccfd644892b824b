// Capture files that our readers leave to libpcap: classic pcap variants with another magic number
// or an old version (2.3 and before, Alexey Kuznetzov's patched libpcap, Navtel). Slower, and one
// link type a file.

#ifndef MTUSCOPE_CAPTURE_LIBPCAP_SOURCE_H_
#define MTUSCOPE_CAPTURE_LIBPCAP_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture/byte_input.h"
#include "capture/source.h"
#include "capture/source_tally.h"

struct pcap;

namespace mtuscope {

class LibpcapSource final : public FrameSource {
 public:
  // Null when libpcap does not know the format; then `why` is what it says.
  static std::unique_ptr<LibpcapSource> open(std::unique_ptr<ByteInput> input, SourceInfo info,
                                             uint32_t source_index, std::string& why);

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override { return input_->bytes_read(); }
  uint64_t bytes_total() const override { return input_->bytes_total(); }

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };

  LibpcapSource(SourceInfo info, uint32_t source_index)
      : source_index_(source_index), info_(std::move(info)) {}

  std::unique_ptr<ByteInput> input_;  // outlives handle_, which reads from it
  std::unique_ptr<pcap, Close> handle_;
  uint32_t source_index_;
  SourceTally tally_;
  SourceInfo info_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_LIBPCAP_SOURCE_H_
