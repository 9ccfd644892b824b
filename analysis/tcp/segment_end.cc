#include "analysis/tcp/segment_end.h"

#include <algorithm>

#include "analysis/tcp/segment_size.h"

namespace mtuscope {

namespace {

// The ranges [first, end) of a ledger that one packet carried, as it was captured.
struct CapturedPacket {
  size_t first, end;
};

CapturedPacket packet_around(const Ledger& ledger, size_t i) {
  const FrameRef frame = ledger[i].frame;
  CapturedPacket packet{i, i + 1};
  while (packet.first > 0 && ledger[packet.first - 1].frame == frame) --packet.first;
  while (packet.end < ledger.size() && ledger[packet.end].frame == frame) ++packet.end;
  return packet;
}

void set_estimated(Ledger& ledger, CapturedPacket packet, bool estimated) {
  for (size_t i = packet.first; i < packet.end; ++i) ledger[i].estimated = estimated;
}

// What was sent later in packets of several segments.
void doubt_all_since(Ledger& ledger, size_t first) {
  const FrameRef packet = ledger[first].frame;
  for (size_t i = first; i + 1 < ledger.size(); ++i) {
    if (ledger[i].frame != ledger[i + 1].frame || packet > ledger[i].frame) continue;
    ledger[i].estimated = ledger[i + 1].estimated = true;
  }
}

// Which of the segments that the sender may use fit so often into these bytes? As announced; but
// once it has cut its data anew, the smallest, so that none is said to have arrived that is too
// large. 0: none of them.
uint32_t fitting_segment(const HalfFlow& sender, uint32_t full, uint32_t bytes) {
  const auto fits = [&](uint32_t s) { return s >= kSmallestFullSegment && bytes % s == 0; };
  if (sender.recut() == 0 && fits(full)) return full;
  if (sender.recut() != 0 && fits(sender.recut())) return sender.recut();
  if (fits(sender.largest_single)) return std::min<uint32_t>(sender.largest_single, full);
  return fits(full) ? full : 0;
}

// Full segments all the same, but with more options than the sender's last packet, such as SACK
// blocks (RFC 6691 3): at most 40 bytes of each (RFC 9293 3.1).
bool may_be_options(uint32_t full, uint32_t bytes) {
  constexpr uint32_t kMostOptions = 40;
  const uint32_t segments = (bytes + full - 1) / full;
  return segments * full - bytes <= segments * kMostOptions;
}

}  // namespace

void note_segment_end(FlowStep& step, SeqNumber at) {
  if (!step.peer_direction.merged) return;
  HalfFlow& sender = step.peer;
  Ledger& ledger = sender.ledger;
  const size_t i = ledger.find(at);
  if (i == ledger.size() || ledger[i].hole) return;
  const bool inside = before(ledger[i].begin, at);
  if (!inside && !ledger[i].estimated && sender.segment_confirmed) return;  // as expected
  const CapturedPacket packet = packet_around(ledger, i);
  // An edge between ranges tells only where these have not been sent apart before.
  if (!inside && (i == packet.first || ledger[i].history != 0)) return;
  const uint32_t bytes = static_cast<uint32_t>(distance(ledger[packet.first].begin, at));
  const uint32_t full = full_segment(sender, step.half, step.flow.key.family());
  if (!inside && ledger[packet.first].size !=
                     IpSize{sender.header_bytes + (sender.recut() != 0 ? sender.recut() : full)}) {
    set_estimated(ledger, packet, false);  // true of what was sent before it was cut anew
    return;
  }
  if (const uint32_t segment = fitting_segment(sender, full, bytes)) {
    set_estimated(ledger, packet, inside);
    const uint16_t recut = segment == full ? 0 : static_cast<uint16_t>(segment);
    if (recut != sender.recut()) sender.details().recut = recut;
    if (inside && sender.segment_confirmed) doubt_all_since(ledger, packet.first);
    sender.segment_confirmed = true;
    return;
  }
  if (may_be_options(full, bytes)) return;
  set_estimated(ledger, packet, true);
  const uint32_t captured =
      static_cast<uint32_t>(distance(ledger[packet.first].begin, ledger[packet.end - 1].end()));
  if (captured <= full) return;  // rather what the capture missed was cut smaller
  if (sender.segment_confirmed) doubt_all_since(ledger, packet.first);
  sender.segment_confirmed = false;
  if (bytes >= kSmallestFullSegment && bytes < full)
    sender.details().recut = static_cast<uint16_t>(bytes);
}

}  // namespace mtuscope
