#include "analysis/acknowledgement.h"

#include <algorithm>
#include <optional>
#include <span>

#include "analysis/failed_range.h"
#include "analysis/recovery.h"
#include "analysis/stall_log.h"

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
// Between two containers of a host, half an RTT is shorter than the time that processes wait.
constexpr Duration kMeasurableRtt = Duration::milliseconds(1);
// Linux delays an acknowledgement by 40 ms, others by up to half a second (RFC 9293 3.8.6.3).
constexpr Duration kDelayedAck = Duration::milliseconds(30);
constexpr Duration kLongestDelayedAck = Duration::milliseconds(600);

void note_largest(HalfFlow& half, IpSize size) {
  if (size.bytes > half.largest_delivered) {
    half.largest_delivered = static_cast<uint16_t>(std::min(size.bytes, 0xffffu));
  }
}

// Does the arrival of this range show that packets of its size pass? Not where offload hides the
// size; and where a host that sets DF has cleared it, routers may have cut the packet.
bool proves_its_size(const FlowStep& step, const Range& range) {
  return !range.estimated && (range.dont_fragment || !step.peer.uses_df);
}

// A packet of the peer is known to have arrived, by more than the usual acknowledgement.
void note_arrival(FlowStep& step, const Delivery& delivery, bool size_known = true) {
  std::optional<Timestamp>& last = step.peer.details().arrived;
  last = std::max(last.value_or(delivery.sent), delivery.sent);
  step.peer_direction.arrived(delivery, size_known);
}

History with_df(const History& history) {
  History kept;
  for (size_t i = 0; i < history.size(); ++i) {
    if (history.kept[i].dont_fragment) kept.add(history.kept[i]);
  }
  return kept;
}

// The stack that healed itself: the failed range arrived with this sending.
std::optional<SenderStack> healer(const FlowStep& step, const History& history,
                                  const Transmission& arrived, const FailedRange& failure,
                                  bool df_cleared) {
  const IpFamily family = step.flow.key.family();
  const uint32_t fixed = ip_header_bytes(family) + kTcpHeaderBytes;
  const uint32_t headers = step.peer.header_bytes;
  if (headers < fixed || arrived.size.bytes <= headers) return std::nullopt;
  const std::span<const Transmission> all(history.kept.data(), history.size());
  return stack_of({.family = family,
                   .payload = arrived.size.bytes - headers,
                   .option_bytes = headers - fixed,
                   .df_cleared = df_cleared,
                   .smaller = arrived.size < failure.size,
                   .tried_1200 = tried_mss(all, 1200, fixed, arrived.size)});
}

// The receiver echoes the timestamp of the sending that filled the place in front of all that is
// missing (RFC 7323 4.3). Where that is an older one than the latest, the others were needless:
// since when.
std::optional<Timestamp> needless_since(FlowStep& step, const Range& range) {
  const TcpHeader& tcp = step.packet.tcp;
  if (!step.peer.detail || !(range.begin == step.peer.una) || !tcp.has_timestamps)
    return std::nullopt;
  std::optional<Timestamp> since;
  for (const Repetition& r :
       step.peer.detail->repetitions.take_back_newer(range.begin, tcp.ts_ecr)) {
    step.peer_direction.not_lost(r);
    since = std::min(since.value_or(r.sent), r.sent);
  }
  return since;
}

// An answer that comes sooner after a packet than any other one did answers an earlier packet.
// Where they are answered within the time that processes wait, as between two containers of a host
// or at the receiver, that says nothing.
Duration soonest_answer(const FlowStep& step) {
  const auto& shortest = step.peer_direction.answered_within;
  if (!shortest || *shortest < kMeasurableRtt) return Duration{0};
  return Duration{shortest->ns / 2};
}

// Its bytes arrived, but with a sending that is not in the capture.
void deliver_unseen(FlowStep& step, const Range& range) {
  if (range.bytes > 1) step.peer_direction.data_arrived = true;
  step.peer_direction.arrived({range.size, range.sent, range.frame, step.frame}, false);
}

// Acknowledged so late that the sender has had a timeout since (RFC 6298 5): what arrived is rather
// a sending that was not captured, and it may have been cut smaller. Where this one is smaller than
// those that failed, it says enough.
bool answers_another_sending(const FlowStep& step, const History& history,
                             const Transmission& arrived) {
  if (!is_timeout_after(step.packet.time - arrived.time, step.rtt())) return false;
  return std::ranges::all_of(std::span(history.kept.data(), history.size()),
                             [&](const Transmission& t) { return t.size <= arrived.size; });
}

// A range that was sent more than once arrived: which sending was it, and did it have to be cut
// smaller (rule 4)?
void deliver_cut(FlowStep& step, const Range& range) {
  const History& history = step.memory.history(range.history);
  const Duration rtt_now = step.rtt();
  // The last sending that can have been answered by now (Karn's ambiguity, RFC 6298 3): an answer
  // sooner than half an RTT belongs to an earlier one. But not to one of another size: these bytes
  // were cut anew since, and an answer to the old cut would have covered all of it.
  const std::optional<Timestamp> needless = needless_since(step, range);
  const auto too_late = [&](const Transmission& t) {
    return (needless && t.time >= *needless) ||
           (rtt_now >= kMeasurableRtt && (step.packet.time - t.time).ns < rtt_now.ns / 2);
  };
  size_t which = history.size() - 1;
  while (which > 0 && history.kept[which - 1].size == history.kept[which].size &&
         too_late(history.kept[which])) {
    --which;
  }
  const Transmission& arrived = history.kept[which];
  step.flow.news = true;
  if (!needless && answers_another_sending(step, history, arrived)) {
    deliver_unseen(step, range);
    return;
  }
  // One packet may have repeated several ranges; it arrived once.
  FrameRef& counted = step.peer.details().last_arrived;
  if (arrived.frame != counted) step.peer_direction.sizes.delivered(arrived.size);
  counted = arrived.frame;
  const bool proven = proves_its_size(step, range);
  if (proven) note_largest(step.peer, arrived.size);
  note_arrival(step, {arrived.size, arrived.time, arrived.frame, step.frame}, proven);
  // Without DF routers may have cut it: then the size that failed with DF failed, even where this
  // one is as large (RFC 1191 3: clearing DF is the other way to go on).
  const bool df_cleared = !arrived.dont_fragment && history.kept[0].dont_fragment;
  const IpSize passed = df_cleared ? IpSize{arrived.size.bytes - 1} : arrived.size;
  for (FailedRange& failure :
       failures_of(df_cleared ? with_df(history) : history, rtt_now, passed)) {
    failure.flow = {step.flow.endpoint(1 - step.from), step.flow.endpoint(step.from)};
    failure.peer_alive = true;
    if (step.peer.detail && step.peer.detail->lost_begin == range.begin)
      failure.payload = step.peer.detail->lost_bytes;
    failure.recovered = Recovery{.size = arrived.size,
                                 .time = step.packet.time,
                                 .after = step.packet.time - failure.first,
                                 .df_cleared = df_cleared,
                                 .stack = healer(step, history, arrived, failure, df_cleared)};
    failure.recovered_frame = step.frame;
    step.peer_direction.add_failure(std::move(failure));
  }
}

void deliver(FlowStep& step, const Range& range) {
  if (range.bytes > 1) step.peer_direction.data_arrived = true;  // not only a SYN or a FIN
  if (range.hole) {
    step.counts.unseen_acked_bytes += range.bytes;
    step.peer.details().unseen = {range.begin, range.end()};
    if (range.bytes > 1) step.peer_direction.missed_bytes += range.bytes;
    step.peer.missed_bytes = true;
    return;
  }
  if (range.history != 0) {
    deliver_cut(step, range);
    return;
  }
  step.peer_direction.sizes.delivered(range.size);
  const bool proven = proves_its_size(step, range);
  if (proven) note_largest(step.peer, range.size);
  step.peer_direction.arrived({range.size, range.sent, range.frame, step.frame}, proven);
}

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
  }
  if (step.direction.troubled && p.payload_bytes == 0 &&
      !(p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst))) {
    LooseEnd& end = step.half.details().pure_ack;
    if (!end.open) end = {ack, ack, p.size, p.time, step.frame, true};
  }
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

// A block begins where a packet began, since what came before it is missing. Where that is between
// two segments that a super-packet was thought to have been cut into, it was cut so.
void confirm_cut(FlowStep& step, SeqNumber edge) {
  Ledger& ledger = step.peer.ledger;
  const size_t i = ledger.find(edge);
  if (i >= ledger.size() || ledger[i].begin != edge || !ledger[i].estimated) return;
  const FrameRef super_packet = ledger[i].frame;
  if (i == 0 || ledger[i - 1].frame != super_packet) return;
  step.peer.segment_confirmed = true;
  for (size_t k = i; k < ledger.size() && ledger[k].frame == super_packet; ++k) {
    ledger[k].estimated = false;
  }
  for (size_t k = i; k-- > 0 && ledger[k].frame == super_packet;) ledger[k].estimated = false;
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
      confirm_cut(step, block.begin);
    }
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
  if (p.payload_bytes > 0 || p.tcp.window != step.half.window_field ||
      (p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst))) {
    return;
  }
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

// How far the peer may send.
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

}  // namespace

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
  } else if (ahead == 0 && !peer.ledger.empty()) {
    on_duplicate_ack(step);
  }
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

void settle_loose_ends(FlowStep& step) {
  const Packet& p = step.packet;
  if (step.peer.detail) {
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
      } else if (p.time - ack.sent >= step.rtt() + kNoRepeatAfter) {
        ack.open = false;
        note_arrival(step, {ack.size, ack.sent, ack.frame, step.frame});
      }
    }
  }
  if (step.half.detail) note_bare_ack(step);
}

}  // namespace mtuscope
