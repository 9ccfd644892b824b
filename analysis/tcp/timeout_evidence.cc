#include "analysis/tcp/timeout_evidence.h"

#include <algorithm>
#include <optional>

#include "analysis/evidence/failed_range.h"
#include "analysis/tcp/arrival.h"

namespace mtuscope {

namespace {

// Since when nothing of this half arrives any more, as far as is known: nullopt when all has.
std::optional<Timestamp> failing_since(const HalfFlow& half, const LedgerMemory& memory) {
  if (half.ledger.empty() || half.ledger[0].hole) return std::nullopt;
  const Timestamp first = memory.first_sent(half.ledger[0]);
  if (half.detail && half.detail->arrived && *half.detail->arrived >= first) return std::nullopt;
  return first;
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

// Sent again after a timeout, though this side's acknowledgement was seen: that was lost behind
// here.
void note_unheard_answer(FlowStep& step, SeqNumber end) {
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

}  // namespace

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
       .first = step.memory.first_sent(range),
       .failing_since = failing_since(step.half, step.memory),
       .syn = is_syn(step.half, range),
       .only_fin = step.half.is_fin(range)},
      step.rtt());
}

void note_lost_ack(FlowStep& step, SeqNumber end) {
  note_unheard_answer(step, end);
  note_lost_bare_ack(step, end);
}

// After a timeout a sender repeats the first bytes that were not acknowledged (RFC 6298 5.4), or,
// as a probe, the last that it has sent (RFC 8985 7.3), which tells nothing.
void note_arrived_below(FlowStep& step, SeqNumber begin, SeqNumber end) {
  if (!step.peer.detail || end == step.half.nxt) return;
  LooseEnd& ack = step.peer.detail->pure_ack;
  if (!ack.open || before(begin, ack.end)) return;
  ack.open = false;
  note_arrival(step, {ack.size, ack.sent, ack.frame, step.frame});
}

}  // namespace mtuscope
