// The size a segment has on the wire, where the capture shows something else: super-packets made by
// offload (TSO, GSO, GRO), and segments that never came.

#ifndef MTUSCOPE_ANALYSIS_TCP_SEGMENT_SIZE_H_
#define MTUSCOPE_ANALYSIS_TCP_SEGMENT_SIZE_H_

#include "analysis/tcp/tcp_flow.h"
#include "capture/packet.h"

namespace mtuscope {

struct Segmentation {
  bool super_packet = false;     // larger than one segment can be
  uint32_t segment_payload = 0;  // payload bytes of each of its segments, as far as can be told
  bool whole_multiple = false;   // it is exactly so many of them that the size is certain
  bool smaller_than_announced = false;  // ... though the MSS allows more, as single packets had it
};

// Is this packet one segment, or several merged by offload? Told from the MSS that the peer
// announced, less the options in use (RFC 6691 3); where no SYN was captured, only a packet larger
// than Ethernet and larger than any other single packet of the path can be one. Where offload is at
// work (`merged`) and the sender has cut its data anew, anything larger than that may be several.
// `largest_known`: the largest packet of this direction that was certainly single.
Segmentation segmentation_of(const Packet& packet, const HalfFlow& half, const HalfFlow& peer,
                             IpSize largest_known, bool merged = false);

// No path in use is narrower than 576 bytes (RFC 791, RFC 9293 3.7.1): full segments carry about
// that.
inline constexpr uint32_t kSmallestFullSegment = 500;

// Payload of the sender's full segment, as announced.
uint32_t full_segment(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family);

// The quick answer for most packets: certainly a single segment.
inline bool is_single_segment(const Packet& packet, const HalfFlow& peer) {
  return packet.payload_bytes + packet.tcp.header_bytes <= peer.mss.bytes + kTcpHeaderBytes;
}

// Whole-packet size of the largest segment missing from a hole of so many bytes: a full segment, or
// all of the hole where that is less.
IpSize size_of_missing(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family,
                       uint32_t hole_bytes);

// The packets that are missing from a hole of so many bytes, which begins to be filled by one with
// `filler` bytes of payload.
struct MissingSegment {
  uint32_t payload = 0;      // of each, but for the last
  bool cut_smaller = false;  // full segments were lost, and their bytes come in smaller ones
  bool only_filler = false;  // says nothing about the others
};
MissingSegment segment_missing(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family,
                               uint32_t hole_bytes, uint32_t filler);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_SEGMENT_SIZE_H_
