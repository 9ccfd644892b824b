// A file, a pipe, a FIFO or standard input as a window: each read takes what is there, so a packet
// is seen as soon as its last byte has been written (a live `tcpdump -U -w -`).
//
// Regular files are read too, not mapped, because that was measured to be as fast or faster, and does
// not depend on how the page cache came to hold the file. 700,000 full-size frames, 733 MB (Linux
// 6.18, ext4; Intel Xeon with AMX; seconds; 6 M packets of snaplen 128 behave alike):
//
//   cat to /dev/null                                  0.14
//   analyzing, read by both threads of ReadAhead      0.11
//   touching each header in a mapping, nothing else   0.12 - 0.15   plain, MAP_POPULATE, MADV_*
//
// On another machine (AMD EPYC 9005) a mapping took 2 to 4 times as long as read() on such frames.
// With read() the frames lie in the second-level cache when they are decoded; in a mapping each
// record header of a large frame is a wait for main memory. It also keeps memory flat, and a file
// that becomes shorter while it is read just ends (a mapping would raise SIGBUS).

#ifndef MTUSCOPE_CAPTURE_FILE_READER_H_
#define MTUSCOPE_CAPTURE_FILE_READER_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "capture/byte_input.h"

namespace mtuscope {

class FileReader final : public BufferedInput {
 public:
  // Reads from where the descriptor stands. Owns it and closes it, unless it is standard input.
  // `path` is for error messages; `bytes_total` is for progress, 0 when unknown.
  FileReader(int fd, std::string path, uint64_t bytes_total);
  ~FileReader() override;

  uint64_t bytes_total() const override { return bytes_total_; }
  bool has_positions() const override { return start_ >= 0; }
  size_t read_at(uint64_t offset, uint8_t* to, size_t room) const override;

 private:
  size_t fill(uint8_t* to, size_t room) override;
  [[noreturn]] void fail(int error) const;

  int fd_;
  off_t start_;  // where it stood; negative: a pipe, which has no positions
  std::string path_;
  uint64_t bytes_total_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FILE_READER_H_
