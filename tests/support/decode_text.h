// What becomes of a frame, as text: the packet, or the reason why there is none.

#ifndef MTUSCOPE_TESTS_SUPPORT_DECODE_TEXT_H_
#define MTUSCOPE_TESTS_SUPPORT_DECODE_TEXT_H_

#include <string>

#include "capture/decode.h"
#include "tests/support/packet_builder.h"
#include "tests/support/packet_text.h"

namespace mtuscope {

inline std::string decode_text(const build::Bytes& bytes, uint16_t link_type,
                               const build::Capture& capture = {}) {
  Packet packet;
  const Undecoded reason = decode(build::frame(bytes, link_type, capture), packet);
  return reason == Undecoded::kNone ? to_text(packet) : std::string(to_string(reason));
}

}  // namespace mtuscope

#endif  // MTUSCOPE_TESTS_SUPPORT_DECODE_TEXT_H_
