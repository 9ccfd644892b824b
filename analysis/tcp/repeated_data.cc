#include "analysis/tcp/repeated_data.h"

#include <algorithm>
#include <span>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/lost_packet.h"
#include "analysis/evidence/packet_identity.h"
#include "analysis/payload/payload_kind.h"
#include "analysis/tcp/hole.h"
#include "analysis/tcp/sent_packet.h"
#include "analysis/tcp/timeout_evidence.h"

namespace mtuscope {

namespace {

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
  // Linux's (RFC 6298 2.5 allows 60 s); a clock may be set by a lifetime in between.
  constexpr Duration kLongestTimeout = Duration::milliseconds(120'000);
  HalfDetail::AskedAgain& asked = step.half.details().asked_again;
  const bool known = asked.time.ns != 0 && asked.begin == begin;
  const Duration gap =
      known ? step.packet.time - asked.time : std::max(kInitialTimeout, step.rtt());
  asked = {begin, end, step.packet.time, std::clamp(gap, Duration{0}, kLongestTimeout), true};
  step.peer.details();  // from now on its packets without data are followed
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

// Cut smaller before anything came back, and sooner than any timeout, which is longer than the RTT
// (RFC 6298 2): the sender's own host refused the packet, as an interface does that wraps it for a
// tunnel of a smaller MTU. It has never been on the path.
bool was_refused_at_once(const FlowStep& step, const Range& range) {
  constexpr Duration kSoonestTimeout = Duration::milliseconds(5);
  return !range.hole && range.history == 0 && step.peer.seen &&
         step.peer.last_packet < range.sent &&
         step.packet.time - range.sent < std::max(step.rtt(), kSoonestTimeout);
}

}  // namespace

void follow_old_data(FlowStep& step, SeqNumber begin, SeqNumber end) {
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
    note_keepalive(step);  // RFC 9293 3.8.4: with one garbage byte
    return;
  }
  if (!comes_late(step, begin, end)) {
    note_arrived_below(step, begin, end);
    note_lost_ack(step, end);
    note_asked_again(step, begin, end);
  }
  note_sent(step, p.size);
  detail.repetitions.add(repetition_of(step, begin, end, p.size));
}

void follow_repeated_data(FlowStep& step, SeqNumber begin, SeqNumber end) {
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
  const bool never_left = cut_anew && was_refused_at_once(step, ledger[i]);
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
    } else if (!never_left) {
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
                            .after_timeout = timeout,
                            .syn = is_syn(half, range)});
      }
      again.first = step.memory.first_sent(range);
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

}  // namespace mtuscope
