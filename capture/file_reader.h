// What can't be mapped (see mapped_file.h) as a window: a pipe, a FIFO, standard input, a file of
// /proc. Each read takes what is there, so a packet is seen as soon as its last byte has been
// written (a live `tcpdump -U -w -`).

#ifndef MTUSCOPE_CAPTURE_FILE_READER_H_
#define MTUSCOPE_CAPTURE_FILE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "capture/byte_input.h"

namespace mtuscope {

// Throws Error (kSystem) that says why, by errno.
[[noreturn]] void throw_reading_failed(const std::string& path, int error);

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
