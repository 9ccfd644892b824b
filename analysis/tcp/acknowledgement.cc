#include "analysis/tcp/acknowledgement.h"

#include <algorithm>
#include <optional>

#include "analysis/tcp/arrival.h"
#include "analysis/tcp/receive_window.h"
#include "analysis/tcp/segment_end.h"

namespace mtuscope {

namespace {

// Bytes of sequence space that no window can span (RFC 7323 2.3): further away is another flow.
constexpr int32_t kMaxWindow = 1 << 30;
// More than a full window of 64 kB is rather a flow that the capture lost sight of.
constexpr int32_t kMaxMissingBeginning = 1 << 16;
// A peer that did not get the ACK repeats its data: after RFC 6298's minimum timeout of one second
// at the latest, which not only old systems keep to.
constexpr Duration kNoRepeatAfter = Duration::milliseconds(1200);
// A keepalive is answered at once (RFC 9293 3.8.4).
constexpr Duration kKeepaliveSlack = Duration::milliseconds(200);
// How late a duplicate ACK can be; delayed acknowledgements do not apply to it (RFC 5681 4.2).
constexpr Duration kAnswerSlack = Duration::milliseconds(20);
constexpr size_t kMaxDuplicateAckScan = 64;
// Linux delays an acknowledgement by 40 ms, others by up to half a second (RFC 9293 3.8.6.3).
constexpr Duration kDelayedAck = Duration::milliseconds(30);
constexpr Duration kLongestDelayedAck = Duration::milliseconds(600);

// The first acknowledgement of a flow that was joined in the middle: when it is below the first
// captured byte, what lies between was sent before, and is still missing.
void uncover_beginning(FlowStep& step) {
  HalfFlow& peer = step.peer;
  const int32_t missing = distance(step.packet.tcp.ack, peer.una);
  if (peer.syn_seen || missing <= 0 || missing > kMaxMissingBeginning || peer.ledger.empty())
    return;
  const Range& first = peer.ledger.front();
  const Range hole{.begin = step.packet.tcp.ack,
                   .bytes = static_cast<uint32_t>(missing),
                   .sent = first.sent,
                   .frame = first.frame,
                   .hole = true};
  if (peer.ledger.push_front(step.memory, hole)) peer.una = step.packet.tcp.ack;
}

// Acknowledged later than the path takes (RFC 9293 3.8.6.3 allows half a second): a sender that
// follows Nagle's algorithm (RFC 896) holds back its next small segment until then.
void note_delay(FlowStep& step, Duration sample) {
  if (sample > kLongestDelayedAck || sample < step.rtt() + kDelayedAck) return;
  HalfDetail& detail = step.peer.details();
  detail.delayed_ack = sample - step.rtt();
  detail.delayed_ack_time = step.packet.time;
}

// Where SACK is in use, what arrived out of order is named (RFC 2018 4): without a name this is a
// keepalive, a challenge ACK (RFC 5961), or the answer to one. In use: both announced it, or, where
// a SYN was not captured, it was seen.
bool would_use_sack(const FlowStep& step) {
  if (step.packet.tcp.options_cut) return false;
  if (step.half.sack_permitted && step.peer.sack_permitted) return true;
  return step.peer.detail &&
         before(step.peer.detail->known_sacks[0].begin, step.peer.detail->known_sacks[0].end);
}

// Sent once, as far as was captured, before the last sending of something in front of it that was
// missing: had it arrived then, it would have been named, or a duplicate ACK have answered it (RFC
// 5681 4.2). So what arrived is a repetition that was not captured, of whatever size.
bool waited_unnamed(const FlowStep& step, const Range& range) {
  const HalfDetail& detail = *step.peer.detail;
  if (!detail.refilled || range.sent >= *detail.refilled) return false;
  if (range.sacked || range.hole || range.history != 0) return false;
  return would_use_sack(step) || detail.duplicate_acks == 0;
}

// A cumulative acknowledgement that advances: everything below it has arrived.
void cover(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  const SeqNumber ack = p.tcp.ack;
  Ledger& ledger = peer.ledger;
  note_segment_end(step, ack);
  std::optional<Timestamp> answered;
  while (!ledger.empty() && at_or_before(ledger.front().end(), ack)) {
    const Range& range = ledger.front();
    if (range.history == 0 && !range.hole && !range.sacked) answered = range.sent;
    if (peer.detail && waited_unnamed(step, range)) {
      deliver_unseen(step, range);
    } else if (!range.sacked) {
      deliver(step, range);
    }
    if (range.history != 0) {
      std::optional<Timestamp>& refilled = peer.details().refilled;
      refilled = std::max(refilled.value_or(range.sent), range.sent);
    }
    ledger.pop(step.memory);
  }
  if (!ledger.empty() && before(ledger.front().begin, ack)) {
    // Part of a segment as it was captured: offload merged what the wire carried in pieces.
    Range& range = ledger.front();
    range.bytes = static_cast<uint32_t>(distance(ack, range.end()));
    range.begin = ack;
    range.estimated = true;
  }
  peer.una = ack;
  if (answered) {
    const Duration sample = p.time - *answered;
    auto& best = step.peer_direction.answered_within;
    if (sample.ns >= 0 && (!best || sample < *best)) best = sample;
    if (sample >= kDelayedAck && ledger.empty() && p.payload_bytes == 0) note_delay(step, sample);
  }
  if (peer.detail) {
    HalfDetail& detail = *peer.detail;
    detail.duplicate_acks = detail.asks = 0;
    detail.advanced = p.time;
  }
  if (step.direction.troubled && is_bare(p)) {
    LooseEnd& end = step.half.details().pure_ack;
    if (!end.open) end = {ack, ack, p.size, p.time, step.frame, true, kNoRepeatAfter};
  }
}

// The answer to what was asked again: it arrived when the peer does not ask a third time. Its
// timeouts double (RFC 6298 5.5), and two more of its repetitions should have come by.
void note_repeated_answer(FlowStep& step) {
  const Packet& p = step.packet;
  if (!is_bare(p) || !step.peer.detail) return;
  HalfDetail::AskedAgain& asked = step.peer.detail->asked_again;
  if (!asked.open || before(p.tcp.ack, asked.end)) return;
  const Duration two_timeouts{6 * asked.gap.ns};
  LooseEnd& end = step.half.details().pure_ack;
  if (!end.open) {
    end = {p.tcp.ack,
           p.tcp.ack,
           p.size,
           p.time,
           step.frame,
           true,
           std::max(two_timeouts, kNoRepeatAfter)};
  }
  asked.open = false;
}

bool asks_for_hole(const FlowStep& step) {
  return step.packet.tcp.sack_count > 0 || !would_use_sack(step);
}

// Later bytes have arrived, and the acknowledgement still ends where the hole begins.
void note_ask(FlowStep& step) {
  HalfDetail& detail = step.peer.details();
  detail.ask_frames[std::min<size_t>(detail.asks, detail.ask_frames.size() - 1)] = step.frame;
  ++detail.asks;
  step.flow.news = true;
  detail.last_ask = step.packet.time;
}

// A D-SACK: these bytes came, and had come before.
void on_duplicate_report(FlowStep& step, SeqRange bytes) {
  PathDirection& direction = step.peer_direction;
  const Timestamp until = step.packet.time - soonest_answer(step);
  FrameRef counted;
  for (const Repetition& r : step.peer.detail->repetitions.take_reported(bytes, until)) {
    direction.not_lost(r);
    if (direction.trouble)
      direction.trouble->outages.arrived_unheard(r.first, r.before, step.frame);
    if (r.frame == counted) continue;
    counted = r.frame;
    direction.sizes.delivered(r.size);
    note_arrival(step, {r.size, r.sent, r.frame, step.frame}, r.proves_size);
  }
}

bool was_captured(const HalfFlow& half, SeqNumber begin, SeqNumber end) {
  if (before(half.nxt, end)) return false;
  const size_t i = half.ledger.find(begin);
  return i >= half.ledger.size() || !half.ledger[i].hole || before(half.ledger[i].end(), end);
}

// What was sent before the recording began arrives now: each packet behind a gap is answered at
// once (RFC 5681 4.2), so a block that grows by just a full segment tells of a full packet.
void note_unseen_arrival(FlowStep& step, SeqRange block) {
  HalfFlow& peer = step.peer;
  SeqRange& last = peer.detail->last_sack;
  const SeqNumber grown_from = last.end;
  const bool grown = last.begin == block.begin && before(grown_from, block.end);
  last = block;
  if (!grown || peer.largest_single == 0 || peer.header_bytes == 0) return;
  if (grown_from + peer.largest_single != block.end || was_captured(peer, grown_from, block.end))
    return;
  step.peer_direction.deliveries.add({IpSize{uint32_t{peer.header_bytes} + peer.largest_single},
                                      step.packet.time - soonest_answer(step), step.frame,
                                      step.frame});
}

void on_sacks(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  HalfDetail& detail = peer.details();
  size_t first = 0;
  const SeqRange& head = p.tcp.sack[0];
  // RFC 2883 4: the first block is a D-SACK when the acknowledgement or the second block covers it.
  const bool duplicate = at_or_before(head.end, p.tcp.ack) ||
                         (p.tcp.sack_count > 1 && at_or_before(p.tcp.sack[1].begin, head.begin) &&
                          at_or_before(head.end, p.tcp.sack[1].end));
  if (duplicate) {
    first = 1;
    on_duplicate_report(step, head);
  }
  if (first < p.tcp.sack_count) note_unseen_arrival(step, p.tcp.sack[first]);
  for (size_t b = first; b < p.tcp.sack_count; ++b) {
    SeqRange block = p.tcp.sack[b];
    if (!before(block.begin, block.end) || before(peer.nxt, block.end) ||
        before(block.begin, peer.una)) {
      continue;
    }
    // Go on where the last block with this beginning ended.
    SeqRange* known = std::ranges::find_if(
        detail.known_sacks, [&](const SeqRange& k) { return k.begin == block.begin; });
    SeqNumber from = block.begin;
    if (known != detail.known_sacks.end() && before(known->begin, known->end)) {
      if (at_or_before(block.end, known->end)) continue;
      from = known->end;
      known->end = block.end;
    } else {
      std::shift_right(detail.known_sacks.begin(), detail.known_sacks.end(), 1);
      detail.known_sacks[0] = block;
      note_segment_end(step, block.begin);  // what came before it is missing
    }
    note_segment_end(step, block.end);
    Ledger& ledger = peer.ledger;
    for (size_t i = ledger.find(from);
         i < ledger.size() && at_or_before(ledger[i].end(), block.end); ++i) {
      Range& range = ledger[i];
      if (range.sacked || before(range.begin, from)) continue;
      deliver(step, range);
      if (!range.hole) detail.arrived = std::max(detail.arrived.value_or(range.sent), range.sent);
      range.sacked = true;
      range.hole = false;
      if (range.history != 0) {
        step.memory.give_history(range.history);
        range.history = 0;
      }
    }
  }
}

// Without SACK a duplicate ACK says that something arrived behind the lowest outstanding byte
// (RFC 5681 2), not what. Each accounts for one packet: the smaller ones are taken first, so that
// only more duplicates than there were smaller packets prove that a large one arrived.
void on_duplicate_ack(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  if (!is_bare(p) || p.tcp.window != step.half.window_field) return;
  if (p.tcp.sack_count > 0) return;
  if (would_use_sack(step)) return;
  HalfDetail& detail = peer.details();
  ++detail.duplicate_acks;
  Ledger& ledger = peer.ledger;
  const IpSize lowest = ledger.front().hole ? IpSize{UINT32_MAX} : ledger.front().size;
  const Duration slack = step.rtt() + step.rtt() + kAnswerSlack;
  const Duration soonest = soonest_answer(step);
  uint32_t smaller = 0;
  const Range* named = nullptr;
  const Range* larger = nullptr;
  const size_t scan = std::min(ledger.size(), kMaxDuplicateAckScan);
  for (size_t i = 1; i < scan; ++i) {
    const Range& range = ledger[i];
    if (range.hole || p.time < range.sent + soonest) continue;
    if (range.size < lowest) {
      const uint32_t sendings = range.history == 0 ? 1 : step.memory.history(range.history).count;
      smaller += sendings;
      if (p.time - range.sent <= slack && (named == nullptr || range.sent > named->sent))
        named = &range;
    } else if (!range.estimated && (larger == nullptr || range.size < larger->size)) {
      larger = &range;  // the least that is then known: one of them arrived
    }
  }
  if (detail.duplicate_acks <= smaller) {
    if (named != nullptr) {
      note_arrival(step, {named->size, named->sent, named->frame, step.frame});
    }
  } else if (larger != nullptr) {
    note_arrival(step, {larger->size, larger->sent, larger->frame, step.frame});
  }
}

}  // namespace

void follow_acknowledgement(FlowStep& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  const SeqNumber ack = p.tcp.ack;
  if (!peer.open) {
    peer.begin_at(ack);
  }
  const bool joined_in_the_middle = !peer.anchored && !peer.syn_seen;
  if (!peer.anchored) {
    peer.anchored = true;
    uncover_beginning(step);
  }
  const int32_t ahead = distance(peer.una, ack);
  if (ahead > kMaxWindow || ahead < -kMaxWindow) return;
  if (before(peer.nxt, ack)) {
    // What was in flight when the capture began was not missed by it.
    if (peer.seen && !joined_in_the_middle) {
      const uint64_t missed = static_cast<uint64_t>(distance(peer.nxt, ack));
      step.counts.unseen_acked_bytes += missed;
      if (missed > 1) step.peer_direction.missed_bytes += missed;
      step.peer_direction.data_arrived = true;
      peer.details().unseen = {peer.nxt, ack};
      peer.missed_bytes = true;
    }
    cover(step);
    peer.advance_to(ack);
  } else if (ahead > 0) {
    cover(step);
  } else if (ahead == 0) {
    note_repeated_answer(step);
    if (!peer.ledger.empty()) on_duplicate_ack(step);
  }
  if (p.tcp.options_cut && peer.detail) peer.detail->answers_cut = true;
  if (p.tcp.sack_count > 0) on_sacks(step);
  if (!peer.ledger.empty() && peer.ledger.front().hole && ack == peer.una && asks_for_hole(step)) {
    note_ask(step);
  }

  follow_window(step);
  if (step.flow.handshake.ns < 0 && step.half.syn_seen && step.peer.syn_seen &&
      !(p.tcp.flags & tcp_flag::kSyn) && step.from == (step.flow.opened_by_high ? 1u : 0u)) {
    step.flow.handshake = Duration{std::max<int64_t>((p.time - step.flow.syn_time).ns, 1)};
  }
}

namespace {

// RFC 7323 4.3: the peer's packet with this timestamp arrived.
void note_echo(FlowStep& step) {
  const auto stamp = step.peer.detail->stamps.echoed(step.packet.tcp.ts_ecr);
  if (!stamp) return;
  if (stamp->bare) {
    note_arrival(step, {stamp->size, stamp->sent, stamp->frame, step.frame});
  } else if (step.peer_direction.trouble) {
    step.peer_direction.trouble->outages.arrived(stamp->sent);
  }
}

}  // namespace

void settle_loose_ends(FlowStep& step) {
  const Packet& p = step.packet;
  if (step.half.detail && p.tcp.has_timestamps) step.half.detail->stamps.sent(p, step.frame);
  if (step.peer.detail) {
    if (p.tcp.has_timestamps && (p.tcp.flags & tcp_flag::kAck)) note_echo(step);
    // The peer's keepalive is answered by this packet.
    LooseEnd& keepalive = step.peer.detail->keepalive;
    const bool is_keepalive_too = p.payload_bytes <= 1 && p.tcp.seq + 1 == step.half.nxt;
    if (keepalive.open && (p.tcp.flags & tcp_flag::kAck) && p.tcp.ack == keepalive.end &&
        !is_keepalive_too && p.time - keepalive.sent <= step.rtt() + step.rtt() + kKeepaliveSlack) {
      keepalive.open = false;
      note_arrival(step, {keepalive.size, keepalive.sent, keepalive.frame, step.frame});
    }
    // The peer's pure ACK arrived when this side lives on and does not repeat what it acknowledged.
    LooseEnd& ack = step.peer.detail->pure_ack;
    if (ack.open) {
      const bool carries = p.payload_bytes > 0 || (p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin));
      if (carries && before(p.tcp.seq, ack.end)) {
        ack.open = false;
      } else if (p.time - ack.sent >= step.rtt() + ack.wait) {
        ack.open = false;
        note_arrival(step, {ack.size, ack.sent, ack.frame, step.frame});
      }
    }
  }
  if (step.half.detail) note_bare_ack(step);
}

}  // namespace mtuscope
