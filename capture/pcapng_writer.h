// Writes frames as a pcapng capture (draft-ietf-opsawg-pcapng): interfaces of different link types
// in one file, nanoseconds. The file is complete after every frame, whatever happens next.

#ifndef MTUSCOPE_CAPTURE_PCAPNG_WRITER_H_
#define MTUSCOPE_CAPTURE_PCAPNG_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "capture/frame.h"
#include "capture/source.h"

namespace mtuscope {

class PcapngWriter {
 public:
  // Replaces the file. Throws Error: kNotFound, kPermission, kSystem.
  PcapngWriter(const std::string& path, const std::vector<InterfaceInfo>& interfaces);
  ~PcapngWriter();
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  // Frame::interface counts in the interfaces that it was opened with. False when there is no room;
  // then nothing of the frame is in the file, and errno says why.
  bool write(const Frame& frame);

 private:
  bool append(const std::vector<uint8_t>& block);

  int descriptor_ = -1;
  uint64_t length_ = 0;  // of what is complete
  std::vector<uint8_t> block_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_PCAPNG_WRITER_H_
