#include "analysis/evidence/vantage.h"

#include <algorithm>
#include <array>

namespace mtuscope {

namespace {

// The values that systems start with (Linux, BSD, macOS 64; Windows 128; many routers 255).
bool is_initial_ttl(uint8_t ttl) {
  constexpr std::array<uint8_t, 3> kInitial{64, 128, 255};
  return std::ranges::find(kInitial, ttl) != kInitial.end();
}

// One side answers so much sooner than the other that it must be here.
bool much_sooner(Duration near, Duration far) { return near.ns < far.ns / 3; }

}  // namespace

Vantage vantage_of(const Path& path, unsigned direction) {
  const PathDirection& there = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];

  if (there.outgoing != there.incoming)
    return there.outgoing ? Vantage::kSender : Vantage::kReceiver;
  if (there.outgoing && there.incoming) return Vantage::kMiddle;  // in and out again: forwarded

  const bool src_near = is_initial_ttl(there.ttl);
  const bool dst_near = is_initial_ttl(back.ttl);
  if (there.ttl != 0 && back.ttl != 0) {
    if (src_near && !dst_near) return Vantage::kSender;
    if (dst_near && !src_near) return Vantage::kReceiver;
    if (!src_near && !dst_near) return Vantage::kMiddle;
  }
  // No router between the two, as inside a tunnel: time tells. A packet to dst is answered from
  // there within `there.answered_within`, as seen here.
  if (there.answered_within && back.answered_within) {
    if (much_sooner(*back.answered_within, *there.answered_within)) return Vantage::kSender;
    if (much_sooner(*there.answered_within, *back.answered_within)) return Vantage::kReceiver;
  }
  return Vantage::kUnknown;
}

bool is_next_to_receiver(const Path& path, unsigned direction) {
  const PathDirection& there = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  const bool came_in = there.incoming && !there.outgoing;
  return is_initial_ttl(back.ttl) && (came_in || (there.ttl != 0 && !is_initial_ttl(there.ttl))) &&
         vantage_of(path, direction) == Vantage::kReceiver;
}

bool is_at_receiver(const Path& path, unsigned direction) {
  if (!is_next_to_receiver(path, direction)) return false;
  const PathDirection& there = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  // Forwarded packets go out as well; a tunnel's end further on would see them do so.
  if (there.incoming) return !there.outgoing && !back.incoming;
  // 0 is a clock too coarse to tell.
  constexpr Duration kNoWire{100'000};
  const auto& answered = there.answered_within;
  return answered && answered->ns > 0 && *answered < kNoWire;
}

Vantage vantage_of_loss(const Path& path, unsigned direction, bool saw_lost_packets,
                        bool saw_holes) {
  const Vantage seen = vantage_of(path, direction);
  if (saw_lost_packets && saw_holes) return Vantage::kMiddle;
  if (saw_lost_packets) {
    // Packets that left this point and then vanished: it is on the sender's side of the loss.
    if (seen == Vantage::kReceiver) return Vantage::kMiddle;
    return seen == Vantage::kUnknown ? Vantage::kSender : seen;
  }
  if (saw_holes) {
    if (seen == Vantage::kSender) return Vantage::kMiddle;
    return seen == Vantage::kUnknown ? Vantage::kReceiver : seen;
  }
  return seen;
}

Finding finding_about(FindingKind kind, Severity severity, Confidence confidence, const Path& path,
                      unsigned direction) {
  Finding f{.kind = kind, .severity = severity, .confidence = confidence};
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.vantage = vantage_of(path, direction);
  return f;
}

}  // namespace mtuscope
