#include "analysis/flow_end.h"

#include <algorithm>

#include "analysis/acknowledgement.h"
#include "analysis/failed_range.h"
#include "analysis/flow_step.h"
#include "analysis/hole.h"
#include "analysis/lost_packet.h"
#include "analysis/stall_log.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxFailuresPerHalf = 64;

// The receiver's view: a range that never came, though later ones did and the receiver asked.
// False when nobody asked for it: then the capture may have missed it.
bool note_hole(const TcpFlow& flow, Path& path, unsigned which, const Range& range) {
  const HalfFlow& half = flow.halves[which];
  if (!half.detail || half.detail->asks == 0) return false;
  Timestamp last = std::max(half.detail->last_ask, half.last_packet);
  const HalfFlow& other = flow.halves[1 - which];
  if (half.rst_seen || other.rst_seen) {
    // Nothing is sent again after a RST (RFC 9293 3.10.7.4).
    last = std::max(last, other.last_packet);
  } else {
    // Had it come later, it would be in the capture, which goes on at least as long as its path.
    for (const PathDirection& d : path.directions) {
      if (d.last_packet) last = std::max(last, *d.last_packet);
    }
  }
  path.directions[which].add_failure(failed_hole(flow, path, which, range, last));
  return true;
}

// What became of the other ranges of the flow, from the failed one at `at` on.
void compare_with_flow(const Ledger& ledger, size_t at, FailedRange& failure) {
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
}

// Each sending of a range that nothing came back for, where there is trouble anyway.
void note_unanswered(PathDirection& direction, const Range& range, const LedgerMemory& memory) {
  if (!direction.trouble) return;
  OutageLog& log = direction.trouble->outages;
  if (range.history == 0) {
    log.unanswered({range.size, range.sent, range.frame});
    return;
  }
  const History& history = memory.history(range.history);
  for (size_t i = 0; i < history.size(); ++i) {
    const Transmission& t = history.kept[i];
    log.unanswered({t.size, t.time, t.frame});
  }
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
      if (range.begin != half.una || !note_hole(flow, path, which, range)) continue;
      // What came by behind the hole passed the place where it was torn.
      if (i + 1 == half.ledger.size()) continue;
      const Range& behind = half.ledger[i + 1];
      if (!behind.hole && !behind.estimated) {
        direction.deliveries.add({behind.size, behind.sent, behind.frame, behind.frame});
      }
      continue;
    }
    note_unanswered(direction, range, memory);
    if (range.history == 0) continue;
    if (!lost.holds(range, half.header_bytes)) {
      direction.sizes.lost(range.size);
      if (direction.trouble) direction.trouble->outages.lost(range.sent);
    }
    for (FailedRange& failure : failures_of(memory.history(range.history), rtt_now, IpSize{0})) {
      failure.flow = name;
      failure.one_way = !flow.halves[1 - which].seen;
      failure.peer_alive = flow.halves[1 - which].seen &&
                           flow.halves[1 - which].last_packet > failure.first + rtt_now;
      if (half.detail && half.detail->lost_begin == range.begin)
        failure.payload = half.detail->lost_bytes;
      failure.handshake = half.syn_seen && range.begin.value == half.isn;
      failure.answers_syn = failure.handshake && which != (flow.opened_by_high ? 1u : 0u);
      compare_with_flow(half.ledger, i, failure);
      direction.add_failure(std::move(failure));
    }
  }
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
