// The classic capture file: a 24-byte header, then per packet a 16-byte record header and its
// bytes (draft-ietf-opsawg-pcap). Both byte orders, micro- and nanoseconds.

#ifndef MTUSCOPE_CAPTURE_PCAP_FILE_H_
#define MTUSCOPE_CAPTURE_PCAP_FILE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture/byte_input.h"
#include "capture/file_integers.h"
#include "capture/source.h"
#include "capture/source_tally.h"

namespace mtuscope {

// No packet is believed to be longer than this, whatever the snaplen of the file says (an interface
// with BIG TCP reaches 512 KiB); a record that claims more is damage.
inline constexpr uint32_t kMaxCapturedBytes = uint32_t{16} << 20;
// The snaplen that tcpdump and dumpcap use when asked for everything (libpcap's
// MAXIMUM_SNAPLEN). A packet may be as long as this even where the file announces a smaller one.
inline constexpr uint32_t kUsualSnaplen = 262144;

// What a record may claim, given the snaplen in its file's header (0: none).
uint32_t longest_believable_capture(uint32_t snaplen);

class PcapFile final : public FrameSource {
 public:
  // True when these first 8 bytes (magic and version 2.4) are of a file this class reads.
  static bool recognises(const uint8_t* first_8_bytes);

  // `input` stands at the file header and recognises() it. `info` has path and format filled in.
  // Throws Error (kFormat) when the input ends inside the file header.
  PcapFile(std::unique_ptr<ByteInput> input, SourceInfo info, uint32_t source_index);

  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override { return input_->bytes_read(); }
  uint64_t bytes_total() const override { return input_->bytes_total(); }

 private:
  bool ends_here(uint32_t captured);
  bool damaged(std::string what);

  std::unique_ptr<ByteInput> input_;
  FileIntegers integers_;
  int64_t fraction_ns_ = 1000;  // of one unit of the record's sub-second field
  uint32_t longest_captured_ = 0;
  uint16_t link_type_ = 0;
  uint32_t source_index_;
  SourceTally tally_;
  SourceInfo info_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_PCAP_FILE_H_
