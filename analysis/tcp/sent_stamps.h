// The latest timestamps (RFC 7323) that one side of a flow in trouble has sent, each with the first
// packet that had it. The other side echoes the one of the last packet that it took in order
// (section 4.3), with data or without: so an echo tells what arrived where the acknowledgement
// number does not.

#ifndef MTUSCOPE_ANALYSIS_TCP_SENT_STAMPS_H_
#define MTUSCOPE_ANALYSIS_TCP_SENT_STAMPS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/frame_ref.h"
#include "capture/packet.h"
#include "capture/units.h"

namespace mtuscope {

struct SentStamp {
  uint32_t value = 0;
  Timestamp sent;
  IpSize size;
  FrameRef frame;
  bool bare = false;  // it is the only packet of its tick, and carries nothing
};

class SentStamps {
 public:
  // Remembers the latest kMax. Of the first one's tick others may have been sent before.
  void sent(const Packet& packet, FrameRef frame);

  // When `echo` comes back for the first time: a packet that had it arrived, and none that is known
  // was sent earlier than this one.
  std::optional<SentStamp> echoed(uint32_t echo);

 private:
  static constexpr size_t kMax = 16;
  std::optional<uint32_t> settled_;  // of this and of earlier ones nothing new can be told
  std::vector<SentStamp> kept_;      // rising
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_SENT_STAMPS_H_
