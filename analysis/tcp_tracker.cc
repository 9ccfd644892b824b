#include "analysis/tcp_tracker.h"

#include <algorithm>
#include <cstring>

#include "analysis/failed_range.h"
#include "analysis/segment_size.h"

namespace mtuscope {

namespace {

// Bytes of sequence space that no window can span (RFC 7323 2.3): further away is another flow.
constexpr int32_t kMaxWindow = 1 << 30;
// Without any measured RTT.
constexpr Duration kUnknownRtt = Duration::milliseconds(1);
// A pure ACK whose peer has stayed quiet for longer than any initial retransmission timeout.
constexpr Duration kNoRepeatAfter = Duration::milliseconds(400);
// How late a duplicate ACK can be: delayed ACKs of 40 ms on Linux do not apply to duplicates.
constexpr Duration kAnswerSlack = Duration::milliseconds(20);
// Without IPv4 identification or timestamps a copy can only be told by how soon it comes.
constexpr Duration kCopyWithin = Duration::milliseconds(1);
constexpr Duration kCopyWithinSameIdentity = Duration::milliseconds(1000);
constexpr size_t kMaxDuplicateAckScan = 64;
// More than a full window of 64 kB is rather a flow that the capture lost sight of.
constexpr int32_t kMaxMissingBeginning = 1 << 16;
constexpr size_t kMaxFailuresPerHalf = 64;

std::array<uint64_t, 2> words_of(const IpAddress& address) {
  std::array<uint64_t, 2> words{};
  if (address.family == IpFamily::kIPv4) {
    uint32_t word;
    std::memcpy(&word, address.bytes.data(), 4);
    words[0] = word;
  } else {
    std::memcpy(words.data(), address.bytes.data(), 16);
  }
  return words;
}

// `from`: 0 when src is the low endpoint. Any fixed order will do.
inline FlowKey key_of(const IpAddress& src, uint16_t src_port, const IpAddress& dst, uint16_t dst_port,
               unsigned& from) {
  const std::array<uint64_t, 2> a = words_of(src);
  const std::array<uint64_t, 2> b = words_of(dst);
  const bool swap = a != b ? b < a : dst_port < src_port;
  from = swap ? 1 : 0;
  const uint64_t first = swap ? dst_port : src_port;
  const uint64_t second = swap ? src_port : dst_port;
  return {swap ? b : a, swap ? a : b, first << 48 | second << 32 | static_cast<uint64_t>(src.family)};
}

PacketIdentity identity_of(const Packet& p) {
  return {static_cast<uint16_t>(p.src.family == IpFamily::kIPv4 ? p.ip_id : 0), p.tcp.checksum,
          p.tcp.has_timestamps ? p.tcp.ts_val : 0};
}

uint32_t fingerprint(const Packet& p) {
  const PacketIdentity id = identity_of(p);
  const uint32_t h = p.tcp.seq.value * 0x9e3779b1u ^ p.tcp.ack.value * 0x85ebca77u ^
                     id.ts_val * 0xc2b2ae3du ^
                     (static_cast<uint32_t>(id.ip_id) << 16 | id.checksum) ^
                     (p.payload_bytes << 8 ^ p.tcp.window);
  return h | 1u;
}

// True when a copy of the packet can be told from a repetition by its headers alone.
bool has_identity(const PacketIdentity& id) { return id.ip_id != 0; }

}  // namespace

// `half` is the sender of the packet, `peer` the receiver; ranges of `subject` are acknowledged by
// packets of the other half.
struct TcpTracker::Step {
  const Packet& packet;
  TcpFlow& flow;
  Path& path;
  unsigned from;
  HalfFlow& half;
  HalfFlow& peer;
  PathDirection& direction;         // of `half`'s data
  PathDirection& peer_direction;    // of `peer`'s data
  FrameRef frame;

  FrameRef ref() const { return frame; }
};

Duration TcpTracker::rtt(const TcpFlow& flow) const {
  if (flow.handshake.ns > 0) return flow.handshake;
  const Path& path = paths_[flow.path];
  Duration sum{0};
  for (const PathDirection& d : path.directions) {
    if (d.answered_within) sum = sum + *d.answered_within;
  }
  return std::max(sum, kUnknownRtt);
}

void TcpTracker::add(const Packet& p) {
  unsigned from;
  const FlowKey key = key_of(p.src, p.src_port, p.dst, p.dst_port, from);
  bool added = false;
  TcpFlow& flow = flows_[flows_.find_or_add(key, added)];
  const bool first_syn = (p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kAck)) == tcp_flag::kSyn;
  if (added) {
    start(flow, p);
  } else if (first_syn && flow.halves[from].syn_seen && flow.halves[from].isn != p.tcp.seq.value) {
    // New SYN, new flow: the port is used again.
    end(flow);
    flow.halves = {};
    flow.handshake = Duration{-1};
    start(flow, p);
  }
  Path& path = paths_[flow.path];
  Step step{p, flow, path, from, flow.halves[from], flow.halves[1 - from],
            path.directions[from], path.directions[1 - from], FrameRef(p.source, p.frame)};
  HalfFlow& half = step.half;
  step.direction.note(p);
  if (p.tunnel_count > path.tunnels.size()) {
    path.tunnels.assign(p.tunnels.begin(), p.tunnels.begin() + p.tunnel_count);
  }
  if (is_duplicate(step)) {
    ++counts_.duplicates;
    return;
  }
  half.seen = true;
  half.last_packet = p.time;

  if (p.tcp.flags & tcp_flag::kSyn) on_syn(step);
  if (p.tcp.flags & tcp_flag::kAck) on_ack(step);
  if (half.detail || step.peer.detail) settle_loose_ends(step);
  if (p.tcp.flags & tcp_flag::kRst) {
    half.rst_seen = true;
  } else {
    on_data(step);
  }
  half.window_field = p.tcp.window;
}

bool TcpTracker::is_duplicate(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const uint32_t print = fingerprint(p);
  const bool known = std::ranges::find(half.recent, print) != half.recent.end();
  if (known) {
    const Duration limit = has_identity(identity_of(p)) ? kCopyWithinSameIdentity : kCopyWithin;
    const Duration since = p.time - half.last_packet;
    if (since <= limit) return true;
  }
  half.recent[half.recent_at++ % half.recent.size()] = print;
  return false;
}

void TcpTracker::start(TcpFlow& flow, const Packet& p) {
  bool added = false;
  flow.path = paths_.find_or_add(flow.endpoint(0).address, flow.endpoint(1).address, added);
  Path& path = paths_[flow.path];
  if (added) {
    path.interface_source = p.source;
    path.interface = p.interface;
  }
  ++path.flows;
  ++counts_.flows;
}

void TcpTracker::on_syn(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  half.syn_seen = true;
  half.isn = p.tcp.seq.value;
  half.mss = p.tcp.mss;
  half.window_scale = p.tcp.window_scale == 0xff ? 0 : p.tcp.window_scale;
  step.direction.largest_mss = std::max(step.direction.largest_mss, p.tcp.mss);
  if (!half.open) {
    half.una = half.nxt = p.tcp.seq;
    half.open = true;
  }
  if (!(p.tcp.flags & tcp_flag::kAck)) {
    step.flow.first_syn = p.time;
    step.flow.syn_from_high = step.from == 1;
    step.flow.handshake = Duration{-1};
  }
}

void TcpTracker::on_data(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const uint32_t bytes = p.payload_bytes + ((p.tcp.flags & tcp_flag::kSyn) ? 1 : 0) +
                         ((p.tcp.flags & tcp_flag::kFin) ? 1 : 0);
  const SeqNumber begin = p.tcp.seq;
  if (!half.open) {
    half.una = half.nxt = begin;
    half.open = true;
  }
  if (bytes == 0) {
    if (begin + 1 == half.nxt && half.ledger.empty()) on_keepalive(step);
    // A bare ACK carries SND.NXT (RFC 9293 3.10.7.4): bytes below it were sent, and did not come by.
    const int32_t sent_unseen = distance(half.nxt, begin);
    if (sent_unseen > 0 && sent_unseen <= kMaxMissingBeginning && !(p.tcp.flags & tcp_flag::kSyn)) {
      push_hole(step, begin);
    }
    return;
  }
  if (p.tcp.flags & tcp_flag::kFin) half.fin_seen = true;
  half.header_bytes = static_cast<uint16_t>(std::min(p.size.bytes - std::min(p.size.bytes, p.payload_bytes), 0xffffu));
  if (begin == half.nxt) {
    append(step, begin, bytes);
    return;
  }
  const int32_t ahead = distance(half.nxt, begin);
  if (ahead > kMaxWindow || ahead < -kMaxWindow) {
    // Not of this flow as we know it: follow it from here.
    half.ledger.clear(memory_);
    half.una = begin;
    append(step, begin, bytes);
    return;
  }
  if (ahead > 0) {
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

// New bytes at SND.NXT. A super-packet is cut into the segments that the wire carries.
void TcpTracker::append(Step& step, SeqNumber begin, uint32_t bytes) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  Range range{.begin = begin,
              .bytes = bytes,
              .size = p.size,
              .sent = p.time,
              .frame = step.frame,
              .identity = identity_of(p)};
  range.beyond_window = half.window_known && before(half.window_edge, begin + bytes);
  const Segmentation cut = is_single_segment(p, step.peer)
                               ? Segmentation{}
                               : segmentation_of(p, half, step.peer, step.direction.largest_seen);
  if (half.ledger.size() > 0 && half.ledger.front().hole) {
    ++half.details().later_arrivals;
  }
  if (!cut.super_packet) {
    if (p.payload_bytes > half.largest_single) {
      half.largest_single = static_cast<uint16_t>(std::min(p.payload_bytes, 0xffffu));
    }
    if (p.size > step.direction.largest_seen) step.direction.largest_seen = p.size;
    step.direction.sizes.sent(p.size);
    push(step, range);
    half.nxt = begin + bytes;
    return;
  }
  ++counts_.offloaded_packets;
  if (cut.whole_multiple) half.segment_confirmed = true;
  const SeqNumber end = begin + bytes;
  const uint32_t headers = half.header_bytes;
  while (before(range.begin, end)) {
    const uint32_t left = static_cast<uint32_t>(distance(range.begin, end));
    range.bytes = std::min(left, cut.segment_payload);
    range.size = IpSize{headers + range.bytes};
    range.estimated = !half.segment_confirmed;
    step.direction.sizes.sent(range.size);
    push(step, range);
    range.begin = range.end();
  }
  half.nxt = end;
}

// Bytes from SND.NXT up to `end` were sent, but not captured.
void TcpTracker::push_hole(Step& step, SeqNumber end) {
  push(step, Range{.begin = step.half.nxt,
                   .bytes = static_cast<uint32_t>(distance(step.half.nxt, end)),
                   .sent = step.packet.time,
                   .frame = step.frame,
                   .hole = true});
}

void TcpTracker::push(Step& step, const Range& range) {
  HalfFlow& half = step.half;
  if (!half.ledger.push(memory_, range)) {
    // One direction only, or nothing acknowledged for longer than any window: give up the oldest.
    half.ledger.pop(memory_);
    half.una = half.ledger.front().begin;
    ++counts_.overfull_ledgers;
    half.ledger.push(memory_, range);
  }
  if (before(half.nxt, range.end())) half.nxt = range.end();
}

// Bytes that were acknowledged before this packet was seen.
void TcpTracker::on_old_data(Step& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  HalfDetail& detail = half.details();
  if (at_or_before(detail.unseen.begin, begin) && at_or_before(end, detail.unseen.end) &&
      detail.unseen.begin != detail.unseen.end) {
    // Only captured late, after its acknowledgement.
    const uint64_t bytes = static_cast<uint64_t>(distance(begin, end));
    counts_.unseen_acked_bytes -= std::min(counts_.unseen_acked_bytes, bytes);
    step.direction.sizes.sent(p.size);
    step.direction.sizes.delivered(p.size);
    return;
  }
  if (distance(begin, end) == 1 && end == half.nxt && half.ledger.empty()) {
    on_keepalive(step);  // RFC 9293 3.8.4: with one garbage byte
    return;
  }
  step.direction.sizes.sent(p.size);
  detail.repeated = {begin, end, p.size, p.time, step.frame, true};
}

void TcpTracker::on_keepalive(Step& step) {
  const Packet& p = step.packet;
  step.half.details().keepalive = {p.tcp.seq, step.half.nxt, p.size, p.time, step.frame, true};
}

// Bytes between SND.UNA and SND.NXT: a retransmission, a hole that fills, or a copy.
void TcpTracker::on_repeated_data(Step& step, SeqNumber begin, SeqNumber end) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  Ledger& ledger = half.ledger;
  size_t i = ledger.find(begin);
  if (i == ledger.size()) return;
  const PacketIdentity identity = identity_of(p);
  if (!ledger[i].hole && ledger[i].identity == identity &&
      p.time - ledger[i].sent <= (has_identity(identity) ? kCopyWithinSameIdentity : kCopyWithin)) {
    ++counts_.duplicates;
    return;
  }
  if (before(ledger[i].begin, begin) && ledger.split(memory_, i, begin)) ++i;
  const bool window_probe = half.window_known && before(half.window_edge, end);
  const Segmentation cut = segmentation_of(p, half, step.peer, step.direction.largest_seen);
  const IpSize size = cut.super_packet ? IpSize{half.header_bytes + cut.segment_payload} : p.size;
  if (cut.super_packet) ++counts_.offloaded_packets;
  step.direction.sizes.sent(size);
  for (; i < ledger.size() && before(ledger[i].begin, end); ++i) {
    if (before(end, ledger[i].end())) ledger.split(memory_, i, end);
    Range& range = ledger[i];
    if (range.sacked) {
      half.details().repeated = {range.begin, range.end(), size, p.time, step.frame, true};
      range.sent = p.time;
      range.frame = step.frame;
      range.identity = identity;
      continue;
    }
    if (range.hole) {
      // It was lost, or only overtaken, before it reached this capture.
      if (p.time - range.sent >= rtt(step.flow)) {
        step.direction.sizes.lost(size);
        step.direction.troubled = true;
      }
      range.hole = false;
    } else {
      if (range.estimated && size < range.size) range.size = size;
      step.direction.sizes.lost(range.size);
      step.direction.troubled = true;
      if (range.history == 0) {
        range.history = memory_.take_history();
        memory_.history(range.history)
            .add({range.sent, range.frame, range.size, range.beyond_window});
      }
      memory_.history(range.history).add({p.time, step.frame, size, window_probe});
    }
    range.size = size;
    range.sent = p.time;
    range.frame = step.frame;
    range.identity = identity;
    range.beyond_window = window_probe;
    range.estimated = cut.super_packet && !half.segment_confirmed;
  }
}

void TcpTracker::on_ack(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  const SeqNumber ack = p.tcp.ack;
  if (!peer.open) {
    peer.una = peer.nxt = ack;
    peer.open = true;
  }
  if (!peer.anchored) {
    peer.anchored = true;
    uncover_beginning(step);
  }
  const int32_t ahead = distance(peer.una, ack);
  if (ahead > kMaxWindow || ahead < -kMaxWindow) return;
  if (before(peer.nxt, ack)) {
    if (peer.seen) {
      counts_.unseen_acked_bytes += static_cast<uint64_t>(distance(peer.nxt, ack));
      peer.details().unseen = {peer.nxt, ack};
    }
    cover(step);
    peer.nxt = ack;
  } else if (ahead > 0) {
    cover(step);
  } else if (ahead == 0 && !peer.ledger.empty()) {
    on_duplicate_ack(step);
  }
  if (p.tcp.sack_count > 0) on_sacks(step);

  if (step.half.syn_seen || (p.tcp.flags & tcp_flag::kSyn)) {
    const unsigned scale = (p.tcp.flags & tcp_flag::kSyn) || !peer.syn_seen ? 0 : step.half.window_scale;
    const SeqNumber edge = ack + (static_cast<uint32_t>(p.tcp.window) << std::min(scale, 14u));
    if (!peer.window_known || before(peer.window_edge, edge)) peer.window_edge = edge;
    peer.window_known = true;
  }
  if (step.flow.handshake.ns < 0 && step.flow.first_syn.ns != 0 && step.half.syn_seen &&
      step.peer.syn_seen && !(p.tcp.flags & tcp_flag::kSyn) &&
      step.from == (step.flow.syn_from_high ? 1u : 0u)) {
    step.flow.handshake = Duration{std::max<int64_t>((p.time - step.flow.first_syn).ns, 1)};
  }
}

// The first acknowledgement of a flow that was joined in the middle: when it is below the first
// captured byte, what lies between was sent before, and is still missing.
void TcpTracker::uncover_beginning(Step& step) {
  HalfFlow& peer = step.peer;
  const int32_t missing = distance(step.packet.tcp.ack, peer.una);
  if (peer.syn_seen || missing <= 0 || missing > kMaxMissingBeginning || peer.ledger.empty()) return;
  const Range& first = peer.ledger.front();
  const Range hole{.begin = step.packet.tcp.ack,
                   .bytes = static_cast<uint32_t>(missing),
                   .sent = first.sent,
                   .frame = first.frame,
                   .hole = true};
  if (peer.ledger.push_front(memory_, hole)) peer.una = step.packet.tcp.ack;
}

// A cumulative acknowledgement that advances: everything below it has arrived.
void TcpTracker::cover(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  const SeqNumber ack = p.tcp.ack;
  Ledger& ledger = peer.ledger;
  std::optional<Timestamp> answered;
  while (!ledger.empty() && at_or_before(ledger.front().end(), ack)) {
    const Range& range = ledger.front();
    if (range.history == 0 && !range.hole && !range.sacked) answered = range.sent;
    if (!range.sacked) deliver(step, range);
    ledger.pop(memory_);
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
  }
  if (peer.detail) {
    HalfDetail& detail = *peer.detail;
    detail.duplicate_acks = detail.asks = detail.later_arrivals = 0;
  }
  if (step.direction.troubled && p.payload_bytes == 0 &&
      !(p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst))) {
    LooseEnd& end = step.half.details().pure_ack;
    if (!end.open) end = {ack, ack, p.size, p.time, step.frame, true};
  }
}

void TcpTracker::deliver(Step& step, const Range& range) {
  if (range.hole) {
    counts_.unseen_acked_bytes += range.bytes;
    step.peer.details().unseen = {range.begin, range.end()};
    return;
  }
  if (range.history != 0) {
    deliver_cut(step, range);
    return;
  }
  step.peer_direction.sizes.delivered(range.size);
  if (!range.estimated) {
    step.peer_direction.deliveries.add({range.size, range.sent, range.frame, step.frame});
  }
}

// A range that was sent more than once arrived: which sending was it, and did it have to be cut
// smaller (rule 4)?
void TcpTracker::deliver_cut(Step& step, const Range& range) {
  const History& history = memory_.history(range.history);
  const Duration rtt_now = rtt(step.flow);
  // The last sending that can have been answered by now (Karn's ambiguity, RFC 6298 3): an answer
  // sooner than half an RTT belongs to an earlier one. But not to one of another size: these bytes
  // were cut anew since, and an answer to the old cut would have covered all of it.
  size_t which = history.size() - 1;
  while (which > 0 && history.kept[which - 1].size == history.kept[which].size &&
         (step.packet.time - history.kept[which].time).ns < rtt_now.ns / 2) {
    --which;
  }
  const Transmission& arrived = history.kept[which];
  step.peer_direction.sizes.delivered(arrived.size);
  if (!range.estimated) {
    step.peer_direction.deliveries.add({arrived.size, arrived.time, arrived.frame, step.frame});
  }
  for (FailedRange& failure : failures_of(history, rtt_now, arrived.size)) {
    failure.flow = {step.flow.endpoint(1 - step.from), step.flow.endpoint(step.from)};
    failure.recovered = Recovery{arrived.size, step.packet.time, step.packet.time - failure.first};
    failure.recovered_frame = step.frame;
    step.peer_direction.add_failure(std::move(failure));
  }
}

void TcpTracker::on_sacks(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  HalfDetail& detail = peer.details();
  size_t first = 0;
  const SeqRange& head = p.tcp.sack[0];
  // RFC 2883 4: the first block is a D-SACK when the acknowledgement or the second block covers it.
  const bool duplicate =
      at_or_before(head.end, p.tcp.ack) ||
      (p.tcp.sack_count > 1 && at_or_before(p.tcp.sack[1].begin, head.begin) &&
       at_or_before(head.end, p.tcp.sack[1].end));
  if (duplicate) {
    first = 1;
    LooseEnd& repeated = detail.repeated;
    if (repeated.open && at_or_before(repeated.begin, head.begin) && at_or_before(head.end, repeated.end)) {
      repeated.open = false;
      step.peer_direction.sizes.delivered(repeated.size);
      step.peer_direction.sizes.not_lost(repeated.size);
      step.peer_direction.deliveries.add({repeated.size, repeated.sent, repeated.frame, step.frame});
    }
  }
  if (!peer.ledger.empty() && p.tcp.ack == peer.una) {
    detail.ask_frames[std::min<size_t>(detail.asks, detail.ask_frames.size() - 1)] = step.frame;
    ++detail.asks;
    detail.last_ask = p.time;
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
    }
    Ledger& ledger = peer.ledger;
    for (size_t i = ledger.find(from); i < ledger.size() && at_or_before(ledger[i].end(), block.end); ++i) {
      Range& range = ledger[i];
      if (range.sacked || before(range.begin, from)) continue;
      deliver(step, range);
      range.sacked = true;
      range.hole = false;
      if (range.history != 0) {
        memory_.give_history(range.history);
        range.history = 0;
      }
    }
  }
}

// Without SACK a duplicate ACK says that something arrived behind the lowest outstanding byte
// (RFC 5681 2), not what. Each accounts for one packet: the smaller ones are taken first, so that
// only more duplicates than there were smaller packets prove that a large one arrived.
void TcpTracker::on_duplicate_ack(Step& step) {
  const Packet& p = step.packet;
  HalfFlow& peer = step.peer;
  if (p.payload_bytes > 0 || p.tcp.window != step.half.window_field ||
      (p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin | tcp_flag::kRst))) {
    return;
  }
  if (p.tcp.sack_count > 0) return;
  HalfDetail& detail = peer.details();
  detail.ask_frames[std::min<size_t>(detail.asks, detail.ask_frames.size() - 1)] = step.frame;
  ++detail.asks;
  ++detail.duplicate_acks;
  detail.last_ask = p.time;

  Ledger& ledger = peer.ledger;
  const IpSize lowest = ledger.front().hole ? IpSize{UINT32_MAX} : ledger.front().size;
  const Duration slack = rtt(step.flow) + rtt(step.flow) + kAnswerSlack;
  uint32_t smaller = 0;
  const Range* named = nullptr;
  const Range* larger = nullptr;
  const size_t scan = std::min(ledger.size(), kMaxDuplicateAckScan);
  for (size_t i = 1; i < scan; ++i) {
    const Range& range = ledger[i];
    if (range.hole || p.time < range.sent) continue;
    if (range.size < lowest) {
      const uint32_t sendings = range.history == 0 ? 1 : memory_.history(range.history).count;
      smaller += sendings;
      if (p.time - range.sent <= slack && (named == nullptr || range.sent > named->sent)) named = &range;
    } else {
      larger = &range;
    }
  }
  if (detail.duplicate_acks <= smaller) {
    if (named != nullptr) {
      step.peer_direction.deliveries.add({named->size, named->sent, named->frame, step.frame});
    }
  } else if (larger != nullptr && !larger->estimated) {
    step.peer_direction.deliveries.add({larger->size, larger->sent, larger->frame, step.frame});
  }
}

void TcpTracker::settle_loose_ends(Step& step) {
  const Packet& p = step.packet;
  if (step.peer.detail) {
    // The peer's keepalive is answered by this packet.
    LooseEnd& keepalive = step.peer.detail->keepalive;
    if (keepalive.open && (p.tcp.flags & tcp_flag::kAck) && p.tcp.ack == keepalive.end) {
      keepalive.open = false;
      step.peer_direction.deliveries.add({keepalive.size, keepalive.sent, keepalive.frame, step.frame});
    }
    // The peer's pure ACK arrived when this side lives on and does not repeat what it acknowledged.
    LooseEnd& ack = step.peer.detail->pure_ack;
    if (ack.open) {
      if (p.payload_bytes > 0 && before(p.tcp.seq, ack.end)) {
        ack.open = false;
      } else if (p.time - ack.sent >= rtt(step.flow) + kNoRepeatAfter) {
        ack.open = false;
        step.peer_direction.deliveries.add({ack.size, ack.sent, ack.frame, step.frame});
      }
    }
  }
}

void TcpTracker::finish() {
  for (uint32_t i = 0; i < flows_.size(); ++i) end(flows_[i]);
}

void TcpTracker::end(TcpFlow& flow) {
  if (flow.halves[0].seen != flow.halves[1].seen) ++counts_.one_way_flows;
  for (unsigned half = 0; half < 2; ++half) end_half(flow, half);
}

void TcpTracker::end_half(TcpFlow& flow, unsigned which) {
  HalfFlow& half = flow.halves[which];
  PathDirection& direction = paths_[flow.path].directions[which];
  const FlowDirection name{flow.endpoint(which), flow.endpoint(1 - which)};
  const Duration rtt_now = rtt(flow);
  const size_t scan = std::min(half.ledger.size(), kMaxFailuresPerHalf);
  for (size_t i = 0; i < scan; ++i) {
    const Range& range = half.ledger[i];
    if (range.sacked) continue;
    if (range.hole) {
      if (range.begin == half.una) note_hole(flow, which, range);
      continue;
    }
    if (range.history == 0) continue;
    direction.sizes.lost(range.size);
    for (FailedRange& failure : failures_of(memory_.history(range.history), rtt_now, IpSize{0})) {
      failure.flow = name;
      failure.one_way = !flow.halves[1 - which].seen;
      failure.handshake = half.syn_seen && range.begin.value == half.isn;
      direction.add_failure(std::move(failure));
    }
  }
  half.ledger.clear(memory_);
}

// The receiver's view: a range that never came, though later ones did and the receiver asked.
void TcpTracker::note_hole(TcpFlow& flow, unsigned which, const Range& range) {
  HalfFlow& half = flow.halves[which];
  if (!half.detail || half.detail->asks == 0) return;
  const HalfDetail& detail = *half.detail;
  const Duration rtt_now = rtt(flow);
  FailedRange failure;
  failure.flow = {flow.endpoint(which), flow.endpoint(1 - which)};
  failure.hole = true;
  failure.hole_bytes = range.bytes;
  failure.size = size_of_missing(half, flow.halves[1 - which],
                                 flow.key.family(), range.bytes);
  failure.first = range.sent;
  // Had it come later, it would be in the capture, which goes on at least as long as its path does.
  failure.last = std::max(detail.last_ask, half.last_packet);
  for (const PathDirection& d : paths_[flow.path].directions) {
    if (d.last_packet) failure.last = std::max(failure.last, *d.last_packet);
  }
  failure.rtt = rtt_now;
  failure.implied_transmissions = implied_transmissions(failure.last - failure.first, rtt_now);
  failure.later_arrivals = detail.later_arrivals;
  failure.asks = detail.asks;
  failure.one_way = !flow.halves[1 - which].seen;
  failure.hole_frames.push_back(range.frame);
  for (size_t i = 0; i < std::min<size_t>(detail.asks, detail.ask_frames.size()); ++i) {
    failure.hole_frames.push_back(detail.ask_frames[i]);
  }
  paths_[flow.path].directions[which].add_failure(std::move(failure));
}

void TcpTracker::add_ptb(const Packet& p) {
  const IcmpQuote& quote = p.icmp.quote;
  if (!p.icmp.is_ptb || !quote.present) return;
  unsigned which;
  const FlowKey key = key_of(quote.src, quote.src_port, quote.dst, quote.dst_port, which);
  bool added = false;
  const uint32_t index = paths_.find_or_add(which == 0 ? quote.src : quote.dst,
                                            which == 0 ? quote.dst : quote.src, added);
  PtbSeen ptb{.time = p.time,
              .frame = FrameRef(p.source, p.frame),
              .reporter = p.src,
              .mtu = p.icmp.ptb_mtu,
              .quoted = quote.size,
              .last_larger = {}};
  if (quote.protocol == 6 && quote.ports_present) {
    const uint32_t found = flows_.find(key);
    if (found != IndexTable<FlowKey, TcpFlow>::kNone) {
      const HalfFlow& half = flows_[found].halves[which];
      // RFC 5927 4.1: the quoted bytes must be in flight.
      ptb.matched = half.open && at_or_before(half.una, quote.tcp_seq) && before(quote.tcp_seq, half.nxt);
    }
  }
  constexpr size_t kMaxPtbs = 64;
  auto& ptbs = paths_[index].directions[which].ptbs;
  if (ptbs.size() < kMaxPtbs) ptbs.push_back(ptb);
}

}  // namespace mtuscope
