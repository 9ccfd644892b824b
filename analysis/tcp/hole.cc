#include "analysis/tcp/hole.h"

#include <algorithm>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/recovery.h"
#include "analysis/evidence/repetitions.h"
#include "analysis/tcp/segment_size.h"

namespace mtuscope {

namespace {

SeqNumber end_of_hole(const Ledger& ledger, size_t i) {
  SeqNumber end = ledger[i].end();
  while (++i < ledger.size() && ledger[i].hole) end = ledger[i].end();
  return end;
}

bool holds(const HalfDetail::Filling& filling, const Range& range) {
  return at_or_before(filling.begin, range.begin) && at_or_before(range.end(), filling.end);
}

// What full segments came in after all.
Recovery recovery_with(const FlowStep& step, uint32_t payload, Duration waited) {
  return {.size = IpSize{step.half.header_bytes + payload},
          .time = step.packet.time,
          .after = waited,
          .stack = stack_of({.family = step.flow.key.family(),
                             .payload = payload,
                             .option_bytes = step.packet.tcp.header_bytes - kTcpHeaderBytes})};
}

// The sender has gone over to smaller segments since, as after a PTB that did not come by here, and
// the hole is made of these.
std::optional<IpSize> size_cut_to(const PathDirection& direction, uint32_t headers,
                                  uint32_t hole_bytes) {
  if (!direction.trouble) return std::nullopt;
  const auto cut = direction.trouble->cut_smaller.standing(direction.deliveries);
  if (!cut || cut->recovery.size.bytes <= headers) return std::nullopt;
  const uint32_t payload = cut->recovery.size.bytes - headers;
  if (hole_bytes < 2 * payload || hole_bytes % payload != 0) return std::nullopt;
  return cut->recovery.size;
}

// A hole of full segments begins to be filled by a smaller packet: they were lost for their size.
void note_cut_smaller(FlowStep& step, const Range& hole, IpSize lost, Duration waited) {
  const Packet& p = step.packet;
  const Recovery recovery = recovery_with(step, p.payload_bytes, waited);
  FailedRange failure = failed_hole(step.flow, step.path, step.from, hole, p.time);
  step.direction.in_trouble().cut_smaller.note({lost, hole.sent, recovery, step.frame});
  if (failure.implied_transmissions < kMinImplied) return;
  failure.recovered = recovery;
  failure.recovered_frame = step.frame;
  step.flow.news = true;
  step.direction.add_failure(std::move(failure));
}

}  // namespace

FailedRange failed_hole(const TcpFlow& flow, const Path& path, unsigned which, const Range& hole,
                        Timestamp last) {
  const HalfFlow& half = flow.halves[which];
  const HalfFlow& other = flow.halves[1 - which];
  FailedRange failure;
  failure.flow = {flow.endpoint(which), flow.endpoint(1 - which)};
  failure.hole = true;
  failure.hole_bytes = hole.bytes;
  failure.size = size_of_missing(half, other, flow.key.family(), hole.bytes);
  if (const auto cut = size_cut_to(path.directions[which], half.header_bytes, hole.bytes))
    failure.size = std::min(failure.size, *cut);
  failure.first = hole.sent;
  failure.last = last;
  failure.peer_alive = true;  // it asks
  failure.rtt = round_trip(flow, path);
  failure.implied_transmissions = implied_transmissions(last - hole.sent, failure.rtt);
  failure.one_way = !other.seen;
  failure.hole_frames.push_back(hole.frame);
  if (half.detail) {
    const HalfDetail& detail = *half.detail;
    failure.asks = detail.asks;
    for (size_t i = 0; i < std::min<size_t>(detail.asks, detail.ask_frames.size()); ++i) {
      failure.hole_frames.push_back(detail.ask_frames[i]);
    }
  }
  return failure;
}

void begin_to_fill(FlowStep& step, Duration waited) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  HalfDetail& detail = half.details();
  const Range& hole = half.ledger.front();
  const uint32_t first = detail.before_opened;
  if (first == 0 || !(hole.begin == detail.opened.begin) || step.peer.mss.bytes == 0 ||
      half.mss.bytes == 0 || p.payload_bytes == first) {
    return;
  }
  // The two packets are one full segment, and with the first of them all of it is whole segments.
  const uint32_t full = full_segment(half, step.peer, step.flow.key.family());
  const uint32_t bytes =
      first + static_cast<uint32_t>(distance(detail.opened.begin, detail.opened.end));
  if (first + p.payload_bytes != full || bytes % full != 0 || bytes < 2 * full) return;
  detail.filling = {detail.opened.begin, detail.opened.end, full, first, true};
  step.direction.in_trouble().cut_smaller.note({IpSize{full + half.header_bytes}, hole.sent,
                                                recovery_with(step, first, waited), step.frame});
}

namespace {

// What is missing from there on.
Range rest_of_hole(const Ledger& ledger, size_t i) {
  Range rest = ledger[i];
  rest.bytes = static_cast<uint32_t>(distance(rest.begin, end_of_hole(ledger, i)));
  return rest;
}

// Full segments that come in smaller ones, sooner than anybody could have asked for them: a PTB may
// come to the sender sooner than any answer. The timestamp says that they were sent after what
// overtook them (RFC 7323 5.4).
bool comes_cut_smaller(const FlowStep& step, size_t i) {
  const Packet& p = step.packet;
  const Range rest = rest_of_hole(step.half.ledger, i);
  if (!p.tcp.has_timestamps || rest.identity.ts_val == 0 ||
      !stamped_before(rest.identity.ts_val, p.tcp.ts_val) || !is_single_segment(p, step.peer)) {
    return false;
  }
  return segment_missing(step.half, step.peer, step.flow.key.family(), rest.bytes, p.payload_bytes)
      .cut_smaller;
}

}  // namespace

bool was_lost(const FlowStep& step, size_t i, Duration waited) {
  const HalfDetail::Filling& filling = step.half.details().filling;
  return waited >= step.rtt() || comes_cut_smaller(step, i) ||
         (filling.cut_smaller && holds(filling, step.half.ledger[i]));
}

void fill_hole(FlowStep& step, size_t i, Duration waited, Repetition& again) {
  const Packet& p = step.packet;
  HalfFlow& half = step.half;
  const Ledger& ledger = half.ledger;
  const Range& filled = ledger[i];
  HalfDetail::Filling& filling = half.details().filling;
  const bool goes_on = filling.segment > 0 && holds(filling, filled);
  const IpFamily family = step.flow.key.family();
  if (!goes_on) {
    const Range whole = rest_of_hole(ledger, i);
    const SeqNumber end = whole.end();
    const MissingSegment missing =
        segment_missing(half, step.peer, family, whole.bytes, p.payload_bytes);
    filling = {filled.begin, missing.only_filler ? filled.end() : end, missing.payload, 0, false};
    if (missing.cut_smaller && is_single_segment(p, step.peer)) {
      note_cut_smaller(step, whole, IpSize{missing.payload + half.header_bytes}, waited);
    }
  }
  // No more than one is filled by each packet.
  if (is_single_segment(p, step.peer)) filling.segment = std::max(filling.segment, filled.bytes);
  filling.bytes += filled.bytes;
  while (filling.bytes >= filling.segment || (filling.bytes > 0 && filled.end() == filling.end)) {
    const uint32_t lost = std::min(filling.bytes, filling.segment);
    filling.bytes -= lost;
    again.counted = true;
    again.lost_size = IpSize{lost + half.header_bytes};
    again.after_timeout = is_timeout_after(waited, step.rtt());
    note_loss_of(step, {.size = again.lost_size,
                        .sent = filled.sent,
                        .frame = {},
                        .repeated_at = p.time,
                        .repeated = step.frame,
                        .after_timeout = again.after_timeout});
  }
}

}  // namespace mtuscope
