#include "analysis/tcp/stall_log.h"

#include <algorithm>
#include <tuple>

#include "analysis/evidence/vantage.h"
#include "analysis/tcp/segment_size.h"

namespace mtuscope {

namespace {

// Fewer delayed acknowledgements, or shorter ones in all, nobody notices.
constexpr uint32_t kMinDelayedAcks = 3;
constexpr Duration kMinDelayedAckWait = Duration::milliseconds(200);

// The part of a pause in which this half's window was closed.
Duration closed_for(const HalfFlow& half, Timestamp begin, Timestamp end) {
  if (!half.detail || half.detail->closed.begin == Timestamp{}) return Duration{0};
  const ClosedWindow& w = half.detail->closed;
  const Timestamp until = half.detail->window_closed ? end : std::min(w.end, end);
  return until - std::max(w.begin, begin);
}

// What this half was waiting for between begin and end; nullopt when it had all that it sent
// acknowledged.
std::optional<Pause> waiting_for(const TcpFlow& flow, unsigned which, const LedgerMemory& memory,
                                 Timestamp begin, Timestamp end) {
  const HalfFlow& half = flow.halves[which];
  Pause pause{.direction = static_cast<uint8_t>(which)};
  Stall& stall = pause.stall;
  stall.begin = begin;
  stall.end = end;
  if (closed_for(half, begin, end).ns * 2 > (end - begin).ns) {
    stall.cause = StallCause::kWindowClosed;
    stall.before = half.detail->closed.closed;
    stall.begin = std::max(begin, half.detail->closed.begin);
    return pause;
  }
  if (half.ledger.empty()) return std::nullopt;
  const Range& front = half.ledger[0];
  stall.before = front.frame;
  stall.cause = StallCause::kPacketLost;
  if (front.hole) {
    stall.size = size_of_missing(half, flow.halves[1 - which], flow.key.family(), front.bytes);
  } else if (front.history != 0) {
    const History& history = memory.history(front.history);
    stall.size = history.kept[0].size;
    stall.only_fin = half.is_fin(front);
    stall.times = history.count;
    stall.before = history.kept[0].frame;
    stall.begin = std::max(begin, history.kept[0].time);
  } else {
    stall.cause = StallCause::kLateAcknowledgement;
    stall.begin = std::max(begin, front.sent);
  }
  return pause;
}

// Loss explains more than a closed window, and that more than a late acknowledgement.
int weight(const Pause& pause) {
  switch (pause.stall.cause) {
    case StallCause::kPacketLost:
      return 3;
    case StallCause::kWindowClosed:
      return 2;
    default:
      return 1;
  }
}

std::optional<Pause> outstanding(const TcpFlow& flow, const LedgerMemory& memory, Timestamp begin,
                                 Timestamp end) {
  std::optional<Pause> worst;
  for (unsigned which = 0; which < 2; ++which) {
    const auto pause = waiting_for(flow, which, memory, begin, end);
    if (pause && (!worst || weight(*pause) > weight(*worst))) worst = pause;
  }
  return worst;
}

// Longer than a minimal timeout on top of the RTT: an ordinary round trip is no pause.
bool noticed(const TcpFlow& flow, const Path& path, Duration length) {
  return length > StallLog::noticed_after(round_trip(flow, path));
}

bool is_stuck(const TcpFlow& flow, const LedgerMemory& memory) {
  constexpr uint32_t kTries = 3;
  for (const HalfFlow& half : flow.halves) {
    if (half.detail && half.detail->window_closed && half.detail->closed.probes > 0) return true;
    if (half.ledger.empty()) continue;
    const Range& front = half.ledger[0];
    if (front.hole ? half.detail && half.detail->asks > 0
                   : front.history != 0 && memory.history(front.history).count >= kTries) {
      return true;
    }
  }
  return false;
}

FlowState state_of(const TcpFlow& flow, const LedgerMemory& memory) {
  const HalfFlow& a = flow.halves[0];
  const HalfFlow& b = flow.halves[1];
  const HalfFlow& opener = flow.halves[flow.opened_by_high ? 1 : 0];
  const HalfFlow& other = flow.halves[flow.opened_by_high ? 0 : 1];
  if (opener.syn_seen && flow.handshake.ns < 0 && !flow.carried_data) {
    if (other.rst_seen) return FlowState::kRefused;
    if (!other.seen || is_stuck(flow, memory)) return FlowState::kUnanswered;
  }
  if (is_stuck(flow, memory)) return FlowState::kStuck;
  if (a.rst_seen || b.rst_seen) return FlowState::kReset;
  if (a.fin_seen || b.fin_seen) return FlowState::kClosed;
  return FlowState::kOpen;
}

// What the flow was still waiting for at its last packet.
std::optional<Pause> last_pause(const TcpFlow& flow, const LedgerMemory& memory, Timestamp end) {
  if (!noticed(flow, *flow.path, end - flow.progress)) return std::nullopt;
  std::optional<Pause> pause = outstanding(flow, memory, flow.progress, end);
  const unsigned opener = flow.opened_by_high ? 1 : 0;
  if (!pause && flow.carried_data && flow.last_data_from == opener &&
      flow.halves[1 - opener].seen) {
    pause.emplace();
    pause->direction = static_cast<uint8_t>(1 - opener);
    pause->stall = {
        .cause = StallCause::kNothingSent, .begin = flow.progress, .end = end, .answer = true};
  }
  if (!pause) return std::nullopt;
  pause->stall.ended = false;
  pause->stall.waited = end - pause->stall.begin;
  return pause;
}

auto interest(const FlowReport& f) {
  return std::tuple(f.state == FlowState::kStuck, f.waited.ns, f.bytes[0] + f.bytes[1]);
}
constexpr auto kMoreInteresting = [](const StallLog::Row& a, const StallLog::Row& b) {
  return interest(a.flow) > interest(b.flow);
};

}  // namespace

std::optional<Pause> StallLog::pause_before(const FlowStep& step) {
  const Packet& p = step.packet;
  const TcpFlow& flow = step.flow;
  const Duration silent = p.time - flow.progress;
  if (silent < noticed_after(Duration{0}) || !noticed(flow, step.path, silent)) return std::nullopt;
  std::optional<Pause> pause = outstanding(flow, step.memory, flow.progress, p.time);
  if (!pause) {
    pause.emplace();
    Stall& stall = pause->stall;
    stall.cause = StallCause::kNothingSent;
    stall.begin = flow.progress;
    stall.end = p.time;
    const unsigned opener = flow.opened_by_high ? 1 : 0;
    const bool asked = flow.carried_data && flow.last_data_from == opener;
    if (p.payload_bytes > 0) {
      // Whoever opened the connection may take its time; the other side answers, or greets.
      pause->direction = static_cast<uint8_t>(step.from);
      stall.answer = step.from != opener && (asked || !flow.carried_data);
    } else {
      // It gives up: what it had asked for did not come.
      if (!asked || step.from != opener) return std::nullopt;
      pause->direction = static_cast<uint8_t>(1 - opener);
      stall.answer = true;
      stall.ended = false;
    }
  }
  pause->stall.after = step.frame;
  pause->stall.waited = pause->stall.end - pause->stall.begin;
  if (!noticed(flow, step.path, pause->stall.waited)) return std::nullopt;
  return pause;
}

FlowPauses& StallLog::pauses_of(TcpFlow& flow) {
  if (flow.pauses == 0) {
    if (pauses_.size() == 0) pauses_.add();
    if (free_pauses_.empty()) {
      flow.pauses = pauses_.add();
    } else {
      flow.pauses = free_pauses_.back();
      free_pauses_.pop_back();
    }
  }
  return pauses_[flow.pauses];
}

void StallLog::add(TcpFlow& flow, const Pause& pause) {
  FlowPauses& all = pauses_of(flow);
  ++all.count;
  if (is_a_wait(pause.stall)) all.waited = all.waited + pause.stall.waited;
  all.longest.push_back(pause);
  if (all.longest.size() <= FlowPauses::kKept) return;
  // A wait before a sender that had nothing to say.
  all.longest.erase(std::ranges::min_element(all.longest, {}, [](const Pause& p) {
    return std::tuple(is_a_wait(p.stall), p.stall.waited);
  }));
}

void StallLog::add_delayed_ack(FlowStep& step, Duration waited, Timestamp since) {
  Pause& sum = pauses_of(step.flow).delayed_acks[step.from];
  Stall& stall = sum.stall;
  if (stall.times == 0) {
    sum.direction = static_cast<uint8_t>(step.from);
    stall.cause = StallCause::kDelayedAck;
    stall.begin = since;
    stall.before = step.frame;
  }
  stall.end = step.packet.time;
  stall.after = step.frame;
  stall.waited = stall.waited + waited;
  ++stall.times;
}

void StallLog::end_flow(TcpFlow& flow, const LedgerMemory& memory) {
  ++flows_total_;
  add_row(flow, memory);
  if (flow.pauses == 0) return;
  pauses_[flow.pauses] = FlowPauses{};
  free_pauses_.push_back(flow.pauses);
  flow.pauses = 0;
}

std::vector<const Path*> StallLog::paths() const {
  std::vector<const Path*> paths;
  for (const Row& row : rows_) paths.push_back(row.path);
  return paths;
}

void StallLog::add_row(const TcpFlow& flow, const LedgerMemory& memory) {
  Row row{.path = flow.path};
  FlowReport& f = row.flow;
  const unsigned first = flow.opened_by_high ? 1 : 0;
  for (unsigned i = 0; i < 2; ++i) {
    const HalfFlow& half = flow.halves[i == 0 ? first : 1 - first];
    f.ends[i] = flow.endpoint(i == 0 ? first : 1 - first);
    f.bytes[i] = half.bytes();
    f.repeated[i] = half.repeated;
    if (half.rst_seen && !f.reset_by) f.reset_by = static_cast<uint8_t>(i);
  }
  f.first_time = flow.began;
  f.last_time = flow.began;
  for (const HalfFlow& half : flow.halves) {
    if (half.seen) f.last_time = std::max(f.last_time, half.last_packet);
  }
  f.state = state_of(flow, memory);
  std::vector<Pause> pauses;
  if (flow.pauses != 0) {
    FlowPauses const& known = pauses_[flow.pauses];
    pauses = known.longest;
    f.waited = known.waited;
    f.stalls_total = known.count;
    for (const Pause& sum : known.delayed_acks) {
      if (sum.stall.times < kMinDelayedAcks || sum.stall.waited < kMinDelayedAckWait) continue;
      pauses.push_back(sum);
      f.waited = f.waited + sum.stall.waited;
      ++f.stalls_total;
    }
  }
  if (auto last = last_pause(flow, memory, f.last_time)) {
    f.waited = f.waited + last->stall.waited;
    ++f.stalls_total;
    pauses.push_back(*last);
  }
  if (rows_.size() == kMaxRows && !kMoreInteresting(row, rows_.front())) return;
  if (f.state == FlowState::kStuck) {
    for (const HalfFlow& half : flow.halves) {
      if (half.detail && !half.ledger.empty() && half.detail->lost_begin == half.ledger[0].begin)
        f.stuck_bytes = half.detail->lost_bytes;
    }
  }
  if (flow.halves[0].seen != flow.halves[1].seen) {
    // One direction only: what was acknowledged, and what the other side sent, is not known.
    std::erase_if(pauses, [](const Pause& p) {
      return p.stall.cause == StallCause::kLateAcknowledgement ||
             p.stall.cause == StallCause::kNothingSent;
    });
    f.stalls_total = static_cast<uint32_t>(pauses.size());
    f.waited = Duration{0};
    for (const Pause& p : pauses) f.waited = f.waited + p.stall.waited;
  }
  std::ranges::stable_sort(pauses, {}, [](const Pause& p) { return p.stall.begin; });
  for (Pause& p : pauses) {
    p.stall.flow = {flow.endpoint(p.direction), flow.endpoint(1 - p.direction)};
    f.stalls.push_back(p.stall);
    row.directions.push_back(p.direction);
  }
  if (rows_.size() == kMaxRows) {
    std::ranges::pop_heap(rows_, kMoreInteresting);
    rows_.pop_back();
  }
  rows_.push_back(std::move(row));
  std::ranges::push_heap(rows_, kMoreInteresting);
}

std::vector<StallLog::Row> StallLog::take_rows() {
  std::ranges::stable_sort(rows_, kMoreInteresting);
  return std::move(rows_);
}

}  // namespace mtuscope
