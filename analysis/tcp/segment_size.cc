#include "analysis/tcp/segment_size.h"

#include <algorithm>

namespace mtuscope {

namespace {
constexpr uint32_t kEthernetMtu = 1500;
constexpr uint32_t kLargestJumbo = 9216;
}  // namespace

Segmentation segmentation_of(const Packet& p, const HalfFlow& half, const HalfFlow& peer,
                             IpSize largest_known, bool merged) {
  const uint32_t options =
      p.tcp.header_bytes > kTcpHeaderBytes ? p.tcp.header_bytes - kTcpHeaderBytes : 0;
  const auto payload_for = [&](Mss mss) { return mss.bytes > options ? mss.bytes - options : 0; };
  Segmentation cut;
  if (merged && half.recut() != 0 && p.payload_bytes > half.recut()) {
    cut.segment_payload = half.recut();
  } else if (peer.mss.bytes != 0) {
    if (p.payload_bytes <= payload_for(peer.mss)) return cut;
    // The sender's own interface may be the narrower one.
    cut.segment_payload =
        payload_for(half.mss.bytes != 0 ? std::min(half.mss, peer.mss) : peer.mss);
  } else {
    if (p.size.bytes <= kEthernetMtu || p.size <= largest_known) return cut;
    const bool jumbo = p.size.bytes <= kLargestJumbo && half.mss.bytes > kEthernetMtu;
    if (jumbo) return cut;
    cut.segment_payload = payload_for(mss_for_mtu(IpSize{kEthernetMtu}, p.src.family));
  }
  cut.segment_payload = std::max(cut.segment_payload, 1u);
  cut.super_packet = true;
  cut.whole_multiple =
      p.payload_bytes >= 2 * cut.segment_payload && p.payload_bytes % cut.segment_payload == 0;
  if (!cut.whole_multiple && !half.segment_confirmed &&
      half.largest_single >= kSmallestFullSegment && half.largest_single < cut.segment_payload &&
      p.payload_bytes % half.largest_single == 0 && p.payload_bytes >= 2u * half.largest_single) {
    // Its single packets say that the path MTU in use is smaller than the MSS.
    cut.segment_payload = half.largest_single;
    cut.whole_multiple = cut.smaller_than_announced = true;
  }
  return cut;
}

uint32_t full_segment(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family) {
  const uint32_t fixed = ip_header_bytes(family) + kTcpHeaderBytes;
  Mss mss = std::max(receiver.mss, sender.mss);
  if (receiver.mss.bytes != 0 && sender.mss.bytes != 0) mss = std::min(receiver.mss, sender.mss);
  // Without an MSS, the largest segment that did arrive, or what Ethernet would carry.
  if (mss.bytes == 0) mss = mss_for_mtu(IpSize{kEthernetMtu}, family);
  const uint32_t options = std::max<uint32_t>(sender.header_bytes, fixed) - fixed;
  return mss.bytes > options ? mss.bytes - options : mss.bytes;
}

IpSize size_of_missing(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family,
                       uint32_t hole_bytes) {
  const uint32_t fixed = ip_header_bytes(family) + kTcpHeaderBytes;
  const uint32_t headers = std::max<uint32_t>(sender.header_bytes, fixed);
  return IpSize{std::min(hole_bytes, full_segment(sender, receiver, family)) + headers};
}

MissingSegment segment_missing(const HalfFlow& sender, const HalfFlow& receiver, IpFamily family,
                               uint32_t hole_bytes, uint32_t filler) {
  const uint32_t full = full_segment(sender, receiver, family);
  if (filler == 0 || filler >= full || filler >= hole_bytes) return {std::min(hole_bytes, full)};
  // Whole full segments: by chance a hole of other packets is one in as many bytes.
  if (hole_bytes % full == 0) return {full, sender.mss.bytes != 0 && receiver.mss.bytes != 0};
  // Records of a program, or the segments that the sender uses now.
  if (filler == sender.largest_single) return {filler};
  // A small write between large ones, or the rest of a segment: the others are as large as any.
  if (filler < kSmallestFullSegment) return {.payload = filler, .only_filler = true};
  return {full};
}

}  // namespace mtuscope
