// A captured frame as it lies in a file or arrives from an interface: bytes not yet decoded, with
// what the capture says about them.

#ifndef MTUSCOPE_CAPTURE_FRAME_H_
#define MTUSCOPE_CAPTURE_FRAME_H_

#include <cstdint>
#include <span>

#include "capture/units.h"

namespace mtuscope {

struct Frame {
  Timestamp time;
  FrameNumber number;           // within its source
  uint32_t source = 0;          // index into the sources of the whole capture
  uint32_t interface = 0;       // index into the source's interfaces
  uint16_t link_type = 0;       // LINKTYPE_ value (the file's), see link_layer.h
  uint32_t original_bytes = 0;  // length on the wire, link header included
  // What was kept of it; at most original_bytes. Valid until the next frame is read.
  std::span<const uint8_t> bytes;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FRAME_H_
