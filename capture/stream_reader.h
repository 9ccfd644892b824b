// A pipe, a FIFO or standard input as a window: each read takes what is there, so a packet is seen
// as soon as its last byte has been written (a live `tcpdump -U -w -`).

#ifndef MTUSCOPE_CAPTURE_STREAM_READER_H_
#define MTUSCOPE_CAPTURE_STREAM_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "capture/byte_input.h"

namespace mtuscope {

class StreamReader final : public BufferedInput {
 public:
  // Owns `fd` and closes it, unless it is standard input. `path` is for error messages.
  StreamReader(int fd, std::string path);
  ~StreamReader() override;

 private:
  size_t fill(uint8_t* to, size_t room) override;

  int fd_;
  std::string path_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_STREAM_READER_H_
