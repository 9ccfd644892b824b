#include "analysis/tcp/receive_window.h"

#include "analysis/tcp/stall_log.h"

namespace mtuscope {

namespace {

void note_closed(FlowStep& step) {
  HalfDetail& detail = step.peer.details();
  if (detail.window_closed) return;
  step.flow.news = true;
  detail.window_closed = true;
  detail.closed = {.flow = {step.flow.endpoint(1 - step.from), step.flow.endpoint(step.from)},
                   .begin = step.packet.time,
                   .closed = step.frame};
}

// The shift that applies to the windows of `half`, or the largest that can: windows are scaled only
// where both SYNs announced it (RFC 7323 2.2). Nullopt where it may be any, since its own SYN is
// not in the capture.
std::optional<unsigned> largest_scale(const HalfFlow& half, const HalfFlow& peer) {
  if (half.window_scale == kNoScale || peer.window_scale == kNoScale) return 0;
  if (half.window_scale == kScaleUnseen) return std::nullopt;
  return half.window_scale;
}

}  // namespace

void follow_window(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  if (p.tcp.flags & tcp_flag::kRst) return;
  if (p.tcp.window > 0 && peer.detail && peer.detail->window_closed) {
    peer.detail->closed.opened = step.frame;
    step.flow.news = true;
    end_closed_window(peer, step.peer_direction, p.time, StallLog::noticed_after(step.rtt()));
  }
  if (p.tcp.window == 0 && p.tcp.ack == peer.una) {
    // Closed, whatever the scale, and even where a receiver short of memory takes back what it
    // offered before (RFC 9293 3.8.6).
    peer.window_edge = p.tcp.ack;
    peer.window_known = true;
    if (!(p.tcp.flags & tcp_flag::kSyn)) note_closed(step);
    return;
  }
  const std::optional<unsigned> scale = (p.tcp.flags & tcp_flag::kSyn)
                                            ? 0  // RFC 7323 2.2: never scaled
                                            : largest_scale(step.half, peer);
  if (!scale) {
    peer.window_known = false;
    return;
  }
  const SeqNumber edge = p.tcp.ack + (static_cast<uint32_t>(p.tcp.window) << *scale);
  if (!peer.window_known || before(peer.window_edge, edge)) peer.window_edge = edge;
  peer.window_known = true;
}

void end_closed_window(HalfFlow& half, PathDirection& direction, Timestamp now, Duration noticed) {
  if (const auto window = closed_window(half, now, noticed)) {
    direction.in_trouble().windows.add(*window);
  }
  half.detail->window_closed = false;
  half.detail->closed.end = now;
}

std::optional<ClosedWindow> closed_window(const HalfFlow& half, Timestamp now, Duration noticed) {
  ClosedWindow window = half.detail->closed;
  window.end = now;
  const bool wanted = window.probes > 0 || !half.ledger.empty();
  if (!wanted || window.length() < noticed) return std::nullopt;
  return window;
}

}  // namespace mtuscope
