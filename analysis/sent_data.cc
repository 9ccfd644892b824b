#include "analysis/sent_data.h"

#include <algorithm>
#include <span>
#include <utility>

#include "analysis/acknowledgement.h"
#include "analysis/failed_range.h"
#include "analysis/hole.h"
#include "analysis/lost_packet.h"
#include "analysis/packet_identity.h"
#include "analysis/payload_kind.h"
#include "analysis/segment_size.h"
#include "analysis/stall_log.h"

namespace mtuscope {

namespace {

// Bytes of sequence space that no window can span (RFC 7323 2.3): further away is another flow.
constexpr int32_t kMaxWindow = 1 << 30;
// A bare ACK further ahead is rather a flow that the capture lost sight of.
constexpr int32_t kMaxUnseenBehindAck = 1 << 16;

void on_keepalive(FlowStep& step) {
  const Packet& p = step.packet;
  step.half.details().keepalive = {p.tcp.seq, step.half.nxt, p.size, p.time, step.frame, true};
}

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

void note_sent(FlowStep& step, IpSize size) {
  step.direction.sizes.sent(size);
  if (step.direction.losses) step.direction.losses->sent(step.packet.time, size, step.rtt());
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

uint16_t clamped(uint32_t bytes) { return static_cast<uint16_t>(std::min(bytes, 0xffffu)); }

// The quick answer for most packets: certainly a single segment.
bool is_single(const FlowStep& step) {
  const HalfFlow& half = step.half;
  const bool in_doubt =
      half.recut() != 0 && step.direction.merged && step.packet.payload_bytes > half.recut();
  return !in_doubt && is_single_segment(step.packet, step.peer);
}

Segmentation segmentation_now(const FlowStep& step) {
  return segmentation_of(step.packet, step.half, step.peer, step.direction.largest_seen,
                         step.direction.merged);
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

// Bytes up to `end` are repeated after a timeout, though the last packet without data of the other
// side acknowledged them: that was lost behind here.
void note_lost_bare_ack(FlowStep& step, SeqNumber end) {
  if (!step.peer.detail) return;
  HalfDetail& acker = *step.peer.detail;
  LooseEnd& ack = acker.bare_ack;
  if (!ack.open || before(ack.end, end) ||
      step.packet.time - ack.sent < step.rtt() + kTimeoutBeyondRtt ||
      acker.lost_acks.size() >= HalfDetail::kMaxLostAcks) {
    return;
  }
  ack.open = false;
  acker.lost_acks.push_back({ack.size, ack.sent, ack.frame});
}

// The smallest of the packets of the other side that are known to have acknowledged these bytes:
// each carries an acknowledgement, and where all were large, they may have been lost for their
// size.
IpSize size_of_lost_ack(const FlowStep& step, SeqNumber end) {
  const HalfFlow& acker = step.peer;
  if (acker.detail) {
    const LooseEnd& bare = acker.detail->bare_ack;
    if (bare.open && at_or_before(end, bare.end)) return bare.size;
  }
  std::optional<IpSize> smallest;
  for (size_t i = 0; i < acker.ledger.size(); ++i) {
    const Range& range = acker.ledger[i];
    if (range.hole || range.sent < acker.last_packet) continue;
    smallest = std::min(smallest.value_or(range.size), range.size);
  }
  // The last one carried no data.
  return smallest.value_or(IpSize{ip_header_bytes(step.flow.key.family()) + kTcpHeaderBytes});
}

Timestamp first_sent(const Range& range, const LedgerMemory& memory) {
  return range.history == 0 ? range.sent : memory.history(range.history).kept[0].time;
}

// Since when nothing of this half arrives any more, as far as is known: nullopt when all has.
std::optional<Timestamp> failing_since(const HalfFlow& half, const LedgerMemory& memory) {
  if (half.ledger.empty() || half.ledger[0].hole) return std::nullopt;
  const Timestamp first = first_sent(half.ledger[0], memory);
  if (half.detail && half.detail->arrived && *half.detail->arrived >= first) return std::nullopt;
  return first;
}

// Sent again after a timeout, though this side's acknowledgement was seen: that was lost behind
// here.
void note_lost_ack(FlowStep& step, SeqNumber end) {
  const Timestamp acknowledged = step.peer.last_packet;
  if (!step.peer.seen || step.packet.time - acknowledged < step.rtt() + kTimeoutBeyondRtt) return;
  step.flow.news = true;
  step.peer_direction.in_trouble().outages.repeated(
      {.flow = {step.flow.endpoint(1 - step.from), step.flow.endpoint(step.from)},
       .size = size_of_lost_ack(step, end),
       .lost = acknowledged,
       .again = std::nullopt,
       .lost_frame = {},
       .again_frame = step.frame,
       .peer_heard = step.packet.time,
       .any_heard = step.packet.time,
       .first = std::nullopt,
       .failing_since = failing_since(step.peer, step.memory)},
      step.rtt());
}

// This packet brings bytes that had been sent before.
Repetition repetition_of(const FlowStep& step, SeqNumber begin, SeqNumber end, IpSize size) {
  const Packet& p = step.packet;
  return {.begin = begin,
          .end = end,
          .size = size,
          .lost_size = {},
          .sent = p.time,
          .first = p.time,
          .before = p.time,
          .frame = step.frame,
          .ts_val = p.tcp.has_timestamps ? p.tcp.ts_val : 0,
          .proves_size = size == p.size && (p.dont_fragment || !step.half.uses_df)};
}

// Bytes that were sent again meanwhile: it was overtaken, and not lost.
bool comes_late(FlowStep& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  if (!step.half.detail || !p.tcp.has_timestamps) return false;
  Repetitions& known = step.half.detail->repetitions;
  const auto overtaking = known.take_back_overtaking({begin, end}, p.tcp.ts_val);
  for (const Repetition& r : overtaking) step.direction.not_lost(r);
  return !overtaking.empty();
}

// The answer to these bytes did not arrive, and is sent once more (RFC 9293 3.10.7.4).
void note_asked_again(FlowStep& step, SeqNumber begin, SeqNumber end) {
  // When nothing else is known of its timeout (RFC 6298 2.1).
  constexpr Duration kInitialTimeout = Duration::milliseconds(1000);
  HalfDetail::AskedAgain& asked = step.half.details().asked_again;
  const bool known = asked.time.ns != 0 && asked.begin == begin;
  const Duration gap =
      known ? step.packet.time - asked.time : std::max(kInitialTimeout, step.rtt());
  asked = {begin, end, step.packet.time, gap, true};
  step.peer.details();  // from now on its packets without data are followed
}

// Bytes that were acknowledged before this packet was seen.
void on_old_data(FlowStep& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  HalfDetail& detail = half.details();
  if (at_or_before(detail.unseen.begin, begin) && at_or_before(end, detail.unseen.end) &&
      detail.unseen.begin != detail.unseen.end) {
    // Only captured late, after its acknowledgement.
    const uint64_t bytes = static_cast<uint64_t>(distance(begin, end));
    step.counts.unseen_acked_bytes -= std::min(step.counts.unseen_acked_bytes, bytes);
    step.direction.missed_bytes -= std::min(step.direction.missed_bytes, bytes);
    note_sent(step, p.size);
    step.direction.sizes.delivered(p.size);
    if (is_single(step)) {
      step.direction.arrived({p.size, p.time, step.frame, step.frame});
    }
    return;
  }
  if (distance(begin, end) == 1 && end == half.nxt && half.ledger.empty()) {
    on_keepalive(step);  // RFC 9293 3.8.4: with one garbage byte
    return;
  }
  if (!comes_late(step, begin, end)) {
    note_lost_ack(step, end);
    note_lost_bare_ack(step, end);
    note_asked_again(step, begin, end);
  }
  note_sent(step, p.size);
  detail.repetitions.add(repetition_of(step, begin, end, p.size));
}

void note_timeout(FlowStep& step, const Range& range) {
  step.direction.in_trouble().outages.repeated(
      {.flow = {step.flow.endpoint(step.from), step.flow.endpoint(1 - step.from)},
       .size = range.size,
       .lost = range.sent,
       .again = step.packet.time,
       .lost_frame = range.frame,
       .again_frame = step.frame,
       .peer_heard = step.peer.seen ? std::optional(step.peer.last_packet) : std::nullopt,
       .any_heard = step.peer_direction.last_packet,
       .first = first_sent(range, step.memory),
       .failing_since = failing_since(step.half, step.memory)},
      step.rtt());
}

// What is it that has to be sent again? Only where the packet begins with it.
void name_lost_bytes(FlowStep& step, SeqNumber begin) {
  const Packet& p = step.packet;
  HalfDetail& detail = step.half.details();
  if (!(begin == p.tcp.seq) || (detail.lost_begin == begin && !detail.lost_bytes.empty())) return;
  detail.lost_begin = begin;
  detail.lost_bytes = payload_kind(p.payload, p.src_port, p.dst_port).value_or("");
}

// Adds to what the range went through; true when it was sent after a timeout.
bool add_transmission(FlowStep& step, Range& range, const Transmission& sending) {
  if (range.history == 0) {
    range.history = step.memory.take_history();
    if (range.history == 0) return is_timeout_after(sending.time - range.sent, step.rtt());
    step.memory.history(range.history)
        .add({range.sent, range.frame, range.size, range.beyond_window, range.dont_fragment});
  }
  History& history = step.memory.history(range.history);
  history.add(sending);
  const std::span<const Transmission> sendings(history.kept.data(), history.size());
  return is_timeout(sendings, sendings.size() - 1, step.rtt());
}

// Was this packet, which fills the hole, sent before the one that revealed it? Its timestamp tells
// (RFC 7323 5.4: a tick is a millisecond or more, and hardly more than ten): sent again, it would
// have a later one.
bool was_overtaken(const Range& hole, const Packet& p, Duration waited) {
  constexpr Duration kLongestTick = Duration::milliseconds(10);
  if (!p.tcp.has_timestamps || hole.identity.ts_val == 0) return false;
  if (p.tcp.ts_val == hole.identity.ts_val) return waited >= kLongestTick + kLongestTick;
  return stamped_before(p.tcp.ts_val, hole.identity.ts_val);
}

// The packet ends within what had been sent as one segment: the sender has cut it smaller, after
// timeouts or a PTB, and so it does with all that it sends from now on: Linux lowers the MSS of the
// connection (net/ipv4/tcp_timer.c, tcp_mtu_probing; net/ipv4/tcp_output.c, tcp_sync_mss). What
// ends with the receive window was cut for that.
void note_recut(FlowStep& step, SeqNumber end) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  if (p.payload_bytes < kSmallestFullSegment || (half.window_known && half.window_edge == end)) {
    return;
  }
  const size_t i = half.ledger.find(end);
  if (i == half.ledger.size()) return;
  const Range& range = half.ledger[i];
  if (range.hole || range.sacked || !before(range.begin, end) || range.size <= p.size) return;
  half.details().recut = half.largest_single = clamped(p.payload_bytes);
  half.segment_confirmed = false;
}

// Without an MSS: the packet at SND.UNA, repeated whole after a timeout, is one segment. That
// leaves a window of no more (RFC 5681 3.1), until something is acknowledged.
void note_one_segment(FlowStep& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  Ledger& ledger = step.half.ledger;
  const Range first = ledger.front();
  const Timestamp since = std::max(first.sent, step.half.details().advanced);
  if (first.hole || !(first.begin == begin) || !is_timeout_after(p.time - since, step.rtt())) {
    return;
  }
  size_t pieces = 1;
  while (pieces < ledger.size() && ledger[pieces].frame == first.frame) ++pieces;
  if (!(ledger[pieces - 1].end() == end)) return;
  for (size_t i = 0; i < pieces; ++i) {
    ledger[i].size = p.size;
    ledger[i].sent = first.sent;
    ledger[i].estimated = false;
  }
  step.half.largest_single = std::max(step.half.largest_single, clamped(p.payload_bytes));
  step.direction.largest_seen = std::max(step.direction.largest_seen, p.size);
}

// Bytes between SND.UNA and SND.NXT: a retransmission, a hole that fills, or a copy.
void on_repeated_data(FlowStep& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  Ledger& ledger = half.ledger;
  size_t i = ledger.find(begin);
  if (i == ledger.size()) return;
  const PacketIdentity identity = identity_of(p);
  // Without an IPv4 identification the bytes may also have been cut anew at once, after a PTB.
  const bool cut_anew = !ledger[i].estimated && is_single(step) && p.size < ledger[i].size;
  if (!ledger[i].hole && !cut_anew && ledger[i].identity == identity &&
      identity.can_be_copy(p.time - ledger[i].sent)) {
    ++step.counts.duplicates;
    return;
  }
  step.flow.news = true;
  if (before(ledger[i].begin, begin) && ledger.split(step.memory, i, begin)) ++i;
  // No failure of a size, see append_fragmented().
  const bool window_probe = p.is_fragment || (half.window_known && before(half.window_edge, end));
  if (i == 0 && step.peer.mss.bytes == 0) note_one_segment(step, begin, end);
  const Segmentation cut = segmentation_now(step);
  const IpSize size = cut.super_packet ? IpSize{half.header_bytes + cut.segment_payload} : p.size;
  if (cut.super_packet) {
    ++step.counts.offloaded_packets;
    step.direction.merged = true;
  } else if (!window_probe) {
    note_recut(step, end);
  }
  note_sent(step, size);
  if (comes_late(step, begin, end)) {
    half.detail->repetitions.add(repetition_of(step, begin, end, size));
    return;
  }
  if (half.repeated < 0xffff) ++half.repeated;
  LostPacket lost;
  for (; i < ledger.size() && before(ledger[i].begin, end); ++i) {
    if (before(end, ledger[i].end())) ledger.split(step.memory, i, end);
    Range& range = ledger[i];
    Timestamp sent = p.time;
    Repetition again = repetition_of(step, range.begin, range.end(), size);
    again.before = again.first = range.sent;
    if (!range.hole) again.ts_before = range.identity.ts_val;
    if (range.sacked) {
      half.details().repetitions.add(again);
      range.sent = p.time;
      range.frame = step.frame;
      range.identity = identity;
      continue;
    }
    if (range.hole) {
      // It was lost, or only overtaken, before it reached this capture.
      const Duration waited = p.time - range.sent;
      const bool overtaken = was_overtaken(range, p, waited);
      if (i == 0 && !overtaken) begin_to_fill(step, waited);
      if (!overtaken && was_lost(step, i, waited)) {
        fill_hole(step, i, waited, again);
        half.details().repetitions.add(again);
      }
      // Too soon to be sent again: it had been sent before what overtook it.
      if (overtaken || waited + waited < step.rtt()) sent = range.sent - Duration{1};
      range.hole = false;
    } else {
      if (range.estimated && size < range.size) range.size = size;
      if (i == 0) name_lost_bytes(step, begin);
      const bool counted = lost.holds(range, half.header_bytes);
      if (!counted && !window_probe && p.time - range.sent >= step.rtt() + kTimeoutBeyondRtt) {
        note_timeout(step, range);
      }
      const bool timeout =
          add_transmission(step, range, {p.time, step.frame, size, window_probe, p.dont_fragment});
      if (!counted) {
        again.counted = true;
        again.lost_size = range.size;
        again.after_timeout = timeout;
        note_loss_of(step, {.size = range.size,
                            .sent = range.sent,
                            .frame = range.frame,
                            .repeated_at = p.time,
                            .repeated = step.frame,
                            .after_timeout = timeout});
      }
      if (range.history != 0) again.first = step.memory.history(range.history).kept[0].time;
      half.details().repetitions.add(again);
    }
    range.size = size;
    range.sent = sent;
    range.frame = step.frame;
    range.identity = identity;
    range.beyond_window = window_probe;
    range.dont_fragment = p.dont_fragment;
    range.estimated = cut.super_packet && !half.segment_confirmed && !cut.whole_multiple;
  }
}

// A bare ACK carries SND.NXT (RFC 9293 3.10.7.4): bytes below it were sent, and did not come by.
void look_behind_hole(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const SeqNumber end = p.tcp.seq;
  const int32_t sent_unseen = distance(half.nxt, end);
  if (sent_unseen <= 0 || sent_unseen > kMaxUnseenBehindAck || (p.tcp.flags & tcp_flag::kSyn)) {
    return;
  }
  push_hole(step, end);
  note_bare_ack(step);
  // RFC 2883: the bytes that it acknowledges had come before, and been answered.
  half.details().answered_before =
      p.tcp.sack_count > 0 && at_or_before(p.tcp.sack[0].end, p.tcp.ack);
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
    if (begin + 1 == half.nxt && half.ledger.empty()) on_keepalive(step);
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
    on_old_data(step, begin, end);
    return;
  }
  on_repeated_data(step, before(begin, half.una) ? half.una : begin,
                   before(half.nxt, end) ? half.nxt : end);
  if (before(half.nxt, end)) {
    append(step, half.nxt, static_cast<uint32_t>(distance(half.nxt, end)));
  }
}

}  // namespace mtuscope
