// A file, a pipe, a FIFO or standard input as a window: each read takes what is there, so a packet
// is seen as soon as its last byte has been written (a live `tcpdump -U -w -`).
//
// Regular files are read too, not mapped, because that was measured to be faster and does not
// depend on how the page cache came to hold the file (ns a packet, reading alone, 6 M packets of
// snaplen 128 / 2 M full-size frames, Linux 6.18, ext4, AMD EPYC 9005):
//
//   read() into 256 KB      5.6 - 10   /  39 -  60     the same as `cat` to /dev/null
//   mmap, plain faults      7.0 - 19   / 113 - 195     best with large folios, worst without
//   mmap, MADV_POPULATE_READ or MAP_POPULATE of windows of 64 KB to 4 MB: 10 - 16 / 120 - 204
//
// With read() the frames lie in the second-level cache when they are decoded; in a mapping each
// record header of a large frame is a wait for main memory. It also keeps memory flat, and a file
// that becomes shorter while it is read just ends (a mapping would raise SIGBUS).

#ifndef MTUSCOPE_CAPTURE_FILE_READER_H_
#define MTUSCOPE_CAPTURE_FILE_READER_H_

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

 private:
  size_t fill(uint8_t* to, size_t room) override;

  int fd_;
  std::string path_;
  uint64_t bytes_total_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FILE_READER_H_
