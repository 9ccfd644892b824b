#include "analysis/tcp/sent_data.h"

#include <algorithm>

#include "analysis/evidence/packet_identity.h"
#include "analysis/tcp/acknowledgement.h"
#include "analysis/tcp/repeated_data.h"
#include "analysis/tcp/segment_size.h"
#include "analysis/tcp/sent_packet.h"
#include "analysis/tcp/stall_log.h"

namespace mtuscope {

namespace {

// Bytes of sequence space that no window can span (RFC 7323 2.3): further away is another flow.
constexpr int32_t kMaxWindow = 1 << 30;
// Without window scaling (RFC 9293 3.1).
constexpr int32_t kUnscaledWindow = 0xffff;

// Sent into a closed window: the sender has something to say (RFC 9293 3.8.6.1).
void note_probe(FlowStep& step) {
  const HalfFlow& half = step.half;
  const Packet& p = step.packet;
  if (p.payload_bytes > 0 || p.tcp.seq + 1 == half.nxt) ++step.half.detail->closed.probes;
}

// A small segment that went out the moment its predecessor was acknowledged, late.
void note_delayed_ack(FlowStep& step) {
  HalfDetail& detail = *step.half.detail;
  constexpr Duration kAtOnce = Duration::milliseconds(5);
  if (step.flow.carried_data && step.flow.last_data_from == step.from &&
      step.packet.time - detail.delayed_ack_time <= step.rtt() + kAtOnce &&
      step.packet.payload_bytes < step.peer.mss.bytes / 2) {
    step.stalls.add_delayed_ack(step, detail.delayed_ack, detail.delayed_ack_time);
  }
  detail.delayed_ack = Duration{0};
}

void push(FlowStep& step, const Range& range) {
  HalfFlow& half = step.half;
  if (!half.ledger.push(step.memory, range)) {
    // One direction only, or nothing acknowledged for longer than any window, or no memory left:
    // give up the oldest.
    ++step.counts.overfull_ledgers;
    if (half.ledger.size() > 1) {
      half.ledger.pop(step.memory);
      half.una = half.ledger.front().begin;
      half.ledger.push(step.memory, range);
    } else {
      half.ledger.clear(step.memory);
      half.una = range.end();
    }
  }
  if (before(half.nxt, range.end())) half.advance_to(range.end());
}

// Bytes from SND.NXT up to `end` were sent, but not captured.
void push_hole(FlowStep& step, SeqNumber end) {
  push(step, Range{.begin = step.half.nxt,
                   .bytes = static_cast<uint32_t>(distance(step.half.nxt, end)),
                   .sent = step.packet.time,
                   .frame = step.frame,
                   .identity = identity_of(step.packet),  // of what overtook them
                   .hole = true});
}

// In fragments: none was as large as the segment, and a loss may be one of the fragments' own. So
// what arrives tells of the largest fragment's size, and what fails is no failure of a size.
void append_fragmented(FlowStep& step, Range range) {
  range.beyond_window = true;
  step.direction.sizes.sent(range.size);
  push(step, range);
}

// New bytes at SND.NXT. A super-packet is cut into the segments that the wire carries.
void append(FlowStep& step, SeqNumber begin, uint32_t bytes) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  Range range{.begin = begin,
              .bytes = bytes,
              .size = p.size,
              .sent = p.time,
              .frame = step.frame,
              .identity = identity_of(p)};
  range.beyond_window = half.window_known && before(half.window_edge, begin + bytes);
  range.dont_fragment = p.dont_fragment;
  if (half.detail && half.detail->delayed_ack.ns > 0) note_delayed_ack(step);
  if (p.is_fragment) {
    append_fragmented(step, range);
    return;
  }
  half.last_payload = clamped(p.payload_bytes);
  const Segmentation cut = is_single(step) ? Segmentation{} : segmentation_now(step);
  if (!cut.super_packet || is_single_segment(p, step.peer)) {
    half.largest_single = std::max(half.largest_single, clamped(p.payload_bytes));
  }
  if (!cut.super_packet) {
    if (p.size > step.direction.largest_seen) step.direction.largest_seen = p.size;
    note_sent(step, p.size);
    push(step, range);
    return;
  }
  ++step.counts.offloaded_packets;
  step.direction.merged = true;
  if (cut.whole_multiple && !cut.smaller_than_announced) half.segment_confirmed = true;
  const SeqNumber end = begin + bytes;
  const uint32_t headers = half.header_bytes;
  while (before(range.begin, end)) {
    const uint32_t left = static_cast<uint32_t>(distance(range.begin, end));
    range.bytes = std::min(left, cut.segment_payload);
    range.size = IpSize{headers + range.bytes};
    range.estimated = !half.segment_confirmed && !cut.whole_multiple;
    note_sent(step, range.size);
    push(step, range);
    range.begin = range.end();
    range.sent.ns += 1;  // one after the other: each can be the positive control of those before it
  }
}

// So much can be under way: what the receiver allows. Further ahead is rather a flow that the
// capture lost sight of.
int32_t room_ahead(const HalfFlow& half) {
  if (!half.window_known) return kUnscaledWindow;
  return std::max(distance(half.nxt, half.window_edge), kUnscaledWindow);
}

// A bare ACK carries SND.NXT (RFC 9293 3.10.7.4): bytes below it were sent, and did not come by.
void look_behind_hole(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const SeqNumber end = p.tcp.seq;
  const int32_t sent_unseen = distance(half.nxt, end);
  if (sent_unseen <= 0 || sent_unseen > room_ahead(half) || (p.tcp.flags & tcp_flag::kSyn)) {
    return;
  }
  const bool goes_on = !half.ledger.empty();
  push_hole(step, end);
  note_bare_ack(step);
  // RFC 2883: the bytes that it acknowledges had come before, and been answered.
  half.details().answered_before =
      p.tcp.sack_count > 0 && at_or_before(p.tcp.sack[0].end, p.tcp.ack);
  const uint32_t full = full_segment(half, step.peer, step.flow.key.family());
  const Duration silent = half.last_payload >= full ? step.silent : Duration{0};
  half.details().silent = goes_on ? std::max(half.details().silent, silent) : silent;
  half.details().paused = goes_on ? std::max(half.details().paused, step.silent) : step.silent;
}

}  // namespace

void follow_data(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const uint32_t bytes = p.payload_bytes + ((p.tcp.flags & tcp_flag::kSyn) ? 1 : 0) +
                         ((p.tcp.flags & tcp_flag::kFin) ? 1 : 0);
  const SeqNumber begin = p.tcp.seq;
  if (!half.open) half.begin_at(begin);
  if (half.detail && half.detail->window_closed) note_probe(step);
  if ((p.tcp.flags & tcp_flag::kFin) && !half.fin_seen) {
    half.fin_seen = true;
    if (at_or_before(begin, half.nxt)) ++step.direction.finished;
  }
  if (bytes == 0) {
    if (begin + 1 == half.nxt && half.ledger.empty()) note_keepalive(step);
    look_behind_hole(step);
    return;
  }
  if (p.payload_bytes > 0) {
    step.direction.carried_data = true;
    half.uses_df = half.uses_df || p.dont_fragment;
  }
  if (!p.is_fragment) {
    half.header_bytes = static_cast<uint16_t>(
        std::min(p.size.bytes - std::min(p.size.bytes, p.payload_bytes), 0xffffu));
  }
  if (begin == half.nxt) {
    append(step, begin, bytes);
    return;
  }
  const int32_t ahead = distance(half.nxt, begin);
  if (ahead > kMaxWindow || ahead < -kMaxWindow) {
    // Not of this flow as we know it: follow it from here.
    half.ledger.clear(step.memory);
    half.una = begin;
    append(step, begin, bytes);
    return;
  }
  if (ahead > 0) {
    half.details().opened = {half.nxt, begin};
    half.details().before_opened = half.last_payload;
    push_hole(step, begin);
    append(step, begin, bytes);
    return;
  }
  const SeqNumber end = begin + bytes;
  if (at_or_before(end, half.una)) {
    follow_old_data(step, begin, end);
    return;
  }
  follow_repeated_data(step, before(begin, half.una) ? half.una : begin,
                       before(half.nxt, end) ? half.nxt : end);
  if (before(half.nxt, end)) {
    append(step, half.nxt, static_cast<uint32_t>(distance(half.nxt, end)));
  }
}

}  // namespace mtuscope
