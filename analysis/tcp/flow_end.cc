#include "analysis/tcp/flow_end.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/lost_packet.h"
#include "analysis/evidence/size_case.h"
#include "analysis/tcp/flow_step.h"
#include "analysis/tcp/hole.h"
#include "analysis/tcp/receive_window.h"
#include "analysis/tcp/segment_size.h"
#include "analysis/tcp/stall_log.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxFailuresPerHalf = 64;

// An acknowledgement that shows whether something has arrived is sent within half a second (RFC
// 9293 3.8.6.3).
constexpr Duration kLatestAnswer = Duration::milliseconds(500);

// Where the receiver still waits for a hole at `una`, as far as the capture shows: since when, and
// until when at least.
struct OpenHole {
  uint32_t bytes = 0;
  Timestamp last;
  bool asked = false;
};

// Had it come later, it would be in the capture, which goes on at least as long as its path.
Timestamp missing_until(const TcpFlow& flow, const Path& path, unsigned which) {
  const HalfFlow& half = flow.halves[which];
  const HalfFlow& other = flow.halves[1 - which];
  const Timestamp last = std::max(half.detail->last_ask, half.last_packet);
  // Nothing is sent again after a RST (RFC 9293 3.10.7.4).
  if (half.rst_seen || other.rst_seen) return std::max(last, other.last_packet);
  return std::max(last, path.last_packet());
}

// Only packets without data came behind it, so nobody asks; but what they were numbered shows that
// bytes had been sent. Had the capture alone missed those, the receiver would acknowledge them.
std::optional<OpenHole> hole_before_bare_acks(const TcpFlow& flow, const Path& path, unsigned which,
                                              size_t at) {
  const HalfFlow& half = flow.halves[which];
  const HalfFlow& other = flow.halves[1 - which];
  if (half.missed_bytes || !other.seen) return std::nullopt;
  if (!half.detail->bare_ack.frame || half.detail->bare_ack.begin != half.nxt) return std::nullopt;
  OpenHole hole;
  for (size_t i = at; i < half.ledger.size(); ++i) {
    if (!half.ledger[i].hole) return std::nullopt;
    hole.bytes += half.ledger[i].bytes;
  }
  const Timestamp first = half.ledger[at].sent;
  const Duration answered = round_trip(flow, path) + kLatestAnswer;
  hole.last = std::max(other.last_packet, half.last_packet);
  if (other.last_packet >= first + answered) return hole;
  hole.last = first;
  if (stopped_in_transfer(half.detail->silent, round_trip(flow, path))) return hole;
  // A user gives up, and the answer to the FIN is numbered.
  if (hole.bytes >= full_segment(half, other, flow.key.family()) &&
      stopped_in_transfer(half.detail->paused, round_trip(flow, path))) {
    return hole;
  }
  if (!half.detail->answered_before && path.last_packet() < first + answered) return std::nullopt;
  return hole;
}

std::optional<OpenHole> open_hole(const TcpFlow& flow, const Path& path, unsigned which,
                                  size_t at) {
  const HalfFlow& half = flow.halves[which];
  if (!half.detail) return std::nullopt;
  if (half.detail->asks == 0) return hole_before_bare_acks(flow, path, which, at);
  return OpenHole{half.ledger[at].bytes, missing_until(flow, path, which), true};
}

// The receiver's view: a range that never came, though later packets did and the receiver still
// waits for it. Nothing where the capture may have missed it.
void note_hole(const TcpFlow& flow, Path& path, unsigned which, size_t at) {
  const HalfFlow& half = flow.halves[which];
  const Range& range = half.ledger[at];
  const std::optional<OpenHole> hole = open_hole(flow, path, which, at);
  if (!hole) return;
  const HalfDetail& detail = *half.detail;
  Range whole = range;
  whole.bytes = hole->bytes;
  FailedRange failure = failed_hole(flow, path, which, whole, hole->last);
  failure.stuck_ranges =
      hole->bytes / full_segment(half, flow.halves[1 - which], flow.key.family());
  if (half.last_packet > failure.first) {
    failure.tried_while_heard =
        implied_transmissions(half.last_packet - failure.first, failure.rtt);
  }
  // What came by behind the hole passed the place where it was torn.
  PathDirection& direction = path.directions[which];
  if (!hole->asked) {
    const LooseEnd& behind = detail.bare_ack;
    failure.hole_frames.push_back(behind.frame);
    failure.silent_before = detail.silent;
    failure.paused_before = detail.paused;
    direction.deliveries.add({behind.size, behind.sent, behind.frame, behind.frame});
  } else if (at + 1 < half.ledger.size()) {
    const Range& behind = half.ledger[at + 1];
    if (!behind.hole && !behind.estimated) {
      const Delivery arrived{behind.size, behind.sent, behind.frame, behind.frame};
      direction.deliveries.add(arrived);
      if (behind.size < failure.size) failure.flow_control = arrived;
    }
  }
  direction.add_failure(std::move(failure));
}

// What the receiver of this half has got out of order is named, and the capture has the names.
bool uses_sack(const TcpFlow& flow, unsigned which) {
  const HalfFlow& half = flow.halves[which];
  return half.sack_permitted && flow.halves[1 - which].sack_permitted &&
         !(half.detail && half.detail->answers_cut);
}

// What became of the other ranges of the flow, from the failed one at `at` on. `named`: with SACK
// (RFC 2018 4) what is not named has not arrived, whether later bytes have or not.
void compare_with_flow(const Ledger& ledger, size_t at, bool named, FailedRange& failure) {
  const size_t scan = std::min(ledger.size(), at + kMaxFailuresPerHalf);
  uint32_t stuck = 0;
  for (size_t i = at; i < scan; ++i) {
    const Range& range = ledger[i];
    if (!range.sacked) {
      stuck += !range.hole && range.size >= failure.size;
      continue;
    }
    failure.stuck_ranges = stuck;
    if (failure.flow_control || range.size >= failure.size || range.estimated) continue;
    failure.flow_control = Delivery{range.size, range.sent, range.frame, range.frame};
  }
  if (named) failure.stuck_ranges = stuck;
}

void add_missed(std::vector<Unanswered>& missed, const Unanswered& packet) {
  constexpr size_t kMaxMissed = 16;
  const bool known =
      std::ranges::any_of(missed, [&](const Unanswered& m) { return m.frame == packet.frame; });
  if (!known && missed.size() < kMaxMissed) missed.push_back(packet);
}

// How smaller packets of the same flow fared since the failure. A narrow path lets them through.
void compare_with_smaller(const TcpFlow& flow, const Path& path, unsigned which,
                          const LedgerMemory& memory, FailedRange& failure) {
  const HalfFlow& half = flow.halves[which];
  if (!half.detail || failure.one_way) return;
  const HalfDetail& detail = *half.detail;
  if (detail.arrived && *detail.arrived >= failure.first) failure.flow_arrived = detail.arrived;
  const Timestamp since = failure.flow_arrived.value_or(failure.first - Duration{1});
  const auto counts = [&](IpSize size, Timestamp sent) {
    return size < failure.size && sent > since;
  };
  for (const Unanswered& ack : detail.lost_acks) {
    if (counts(ack.size, ack.sent)) add_missed(failure.flow_missed, ack);
  }
  // RFC 2018 4, RFC 5681 4.2: what arrives behind a gap is answered at once. Without SACK the
  // answer does not say what it was that arrived.
  failure.flow_answered = !uses_sack(flow, which) && detail.duplicate_acks > 0;
  if (failure.flow_answered) return;
  const Timestamp answered_by = path.watched_until() - (failure.rtt + kLatestAnswer);
  const size_t scan = std::min(half.ledger.size(), kMaxFailuresPerHalf);
  for (size_t i = 0; i < scan; ++i) {
    const Range& range = half.ledger[i];
    // A FIN alone need not be named.
    if (range.sacked || range.hole || range.estimated || range.bytes <= 1) continue;
    const auto add = [&](const Transmission& t) {
      if (!t.beyond_window && t.time <= answered_by && counts(t.size, t.time))
        add_missed(failure.flow_missed, {t.size, t.time, t.frame});
    };
    if (range.history == 0) {
      add({range.sent, range.frame, range.size, range.beyond_window, range.dont_fragment});
      continue;
    }
    const History& history = memory.history(range.history);
    for (size_t k = 0; k < history.size(); ++k) add(history.kept[k]);
  }
}

// Each sending of a range that nothing came back for, where there is trouble anyway.
void note_unanswered(PathDirection& direction, const HalfFlow& half, const Range& range,
                     const LedgerMemory& memory) {
  if (!direction.trouble) return;
  OutageLog& log = direction.trouble->outages;
  const bool syn = is_syn(half, range);
  if (range.history == 0) {
    log.unanswered({range.size, range.sent, range.frame, syn});
    return;
  }
  const History& history = memory.history(range.history);
  for (size_t i = 0; i < history.size(); ++i) {
    const Transmission& t = history.kept[i];
    log.unanswered({t.size, t.time, t.frame, syn});
  }
}

// The head of what is outstanding, where it was tried too seldom to be a failure.
void note_few_tries(const Range& range, const History& history, const FlowDirection& flow,
                    Duration rtt, PathDirection& direction) {
  const std::span<const Transmission> all(history.kept.data(), history.size());
  if (range.estimated || range.beyond_window || range.size < kSmallestCredibleFailure ||
      !is_timeout(all, all.size() - 1, rtt)) {
    return;
  }
  std::vector<FewTries>& known = direction.in_trouble().few_tries;
  if (known.size() >= PathTrouble::kMaxFewTries) return;
  known.push_back(
      {flow, range.size, {all.front().time, range.sent}, {all.front().frame, range.frame}});
}

// The largest that waits for an answer when the capture ends, or the connection is forgotten. Its
// size is known, or all that is known of the direction.
void note_outstanding(const TcpFlow& flow, unsigned which, const Range& range,
                      const LedgerMemory& memory, PathDirection& direction) {
  const HalfFlow& half = flow.halves[which];
  const HalfFlow& other = flow.halves[1 - which];
  if (range.size < kSmallestCredibleFailure) return;
  if (half.rst_seen || other.rst_seen || !other.seen || range.beyond_window) return;
  if (range.estimated && direction.data_arrived) return;
  if (half.uses_df && !range.dont_fragment) return;
  if (direction.outstanding && range.size <= direction.outstanding->size) return;
  const FrameRef frame =
      range.history == 0 ? range.frame : memory.history(range.history).kept[0].frame;
  direction.outstanding =
      std::make_unique<Unanswered>(Unanswered{range.size, memory.first_sent(range), frame});
}

// A sender that probed a closed window sends as soon as it opens (RFC 9293 3.8.6), and tries again.
void note_silence_after_window(const TcpFlow& flow, Path& path, unsigned which) {
  const HalfFlow& half = flow.halves[which];
  if (!half.detail || half.detail->window_closed) return;
  const ClosedWindow& window = half.detail->closed;
  if (window.probes == 0 || !window.opened || half.last_packet > window.end || half.rst_seen ||
      flow.halves[1 - which].rst_seen) {
    return;
  }
  const SilentSender silent{window.flow, window.end, path.last_packet(), window.opened};
  if (stopped_in_transfer(silent.length(), round_trip(flow, path)))
    path.directions[which].in_trouble().windows.add(silent);
}

// Data that somebody waited for while it was tried in vain. What a program says last, right before
// its FIN, may find its peer gone.
bool is_waited_for(const HalfFlow& half, const Range& range, const FailedRange& failure,
                   const LedgerMemory& memory) {
  if (range.bytes <= 1 || failure.transmissions.size() < 3) return false;
  return !half.fin_seen ||
         memory.first_sent(half.ledger[half.ledger.size() - 1]) > failure.transmissions[2].time;
}

void add_half(const TcpFlow& flow, Path& path, unsigned which, const LedgerMemory& memory) {
  const HalfFlow& half = flow.halves[which];
  PathDirection& direction = path.directions[which];
  const FlowDirection name{flow.endpoint(which), flow.endpoint(1 - which)};
  const Duration rtt_now = round_trip(flow, path);
  const size_t scan = std::min(half.ledger.size(), kMaxFailuresPerHalf);
  LostPacket lost;
  for (size_t i = 0; i < scan; ++i) {
    const Range& range = half.ledger[i];
    if (range.sacked) continue;
    if (range.hole) {
      if (range.begin == half.una) note_hole(flow, path, which, i);
      continue;
    }
    note_unanswered(direction, half, range, memory);
    note_outstanding(flow, which, range, memory, direction);
    if (range.history == 0) continue;
    if (!lost.holds(range, half.header_bytes)) {
      direction.sizes.lost(range.size);
      if (direction.trouble) direction.trouble->outages.lost(range.sent);
    }
    std::vector<FailedRange> failures =
        failures_of(memory.history(range.history), rtt_now, IpSize{0});
    if (failures.empty() && i == 0)
      note_few_tries(range, memory.history(range.history), name, rtt_now, direction);
    for (FailedRange& failure : failures) {
      failure.flow = name;
      failure.one_way = !flow.halves[1 - which].seen;
      failure.peer_alive = flow.halves[1 - which].seen &&
                           flow.halves[1 - which].last_packet > failure.first + rtt_now;
      if (half.detail && half.detail->lost_begin == range.begin)
        failure.payload = half.detail->lost_bytes;
      failure.handshake = is_syn(half, range);
      failure.waited_for = is_waited_for(half, range, failure, memory);
      failure.only_fin = half.is_fin(range);
      failure.joined = !half.syn_seen && !flow.halves[1 - which].syn_seen;
      failure.answers_syn = failure.handshake && which != (flow.opened_by_high ? 1u : 0u);
      compare_with_flow(half.ledger, i, uses_sack(flow, which), failure);
      compare_with_smaller(flow, path, which, memory, failure);
      direction.add_failure(std::move(failure));
    }
  }
  note_silence_after_window(flow, path, which);
  if (half.detail && half.detail->window_closed) {
    const Timestamp last = std::max(half.last_packet, flow.halves[1 - which].last_packet);
    if (const auto window = closed_window(half, last, StallLog::noticed_after(rtt_now)))
      direction.in_trouble().windows.add(*window);
  }
}

}  // namespace

void add_outstanding(const TcpFlow& flow, Path& path, const LedgerMemory& memory) {
  for (unsigned which = 0; which < 2; ++which) add_half(flow, path, which, memory);
}

void end_flow(TcpFlow& flow, Path& path, LedgerMemory& memory) {
  add_outstanding(flow, path, memory);
  for (HalfFlow& half : flow.halves) {
    if (half.detail) half.detail->window_closed = false;
    half.ledger.clear(memory);
  }
}

}  // namespace mtuscope
