#include "analysis/tcp/arrival.h"

#include <algorithm>
#include <optional>
#include <span>

#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/recovery.h"

namespace mtuscope {

namespace {

// Between two containers of a host, half an RTT is shorter than the time that processes wait.
constexpr Duration kMeasurableRtt = Duration::milliseconds(1);

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
// smaller?
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

}  // namespace

void note_arrival(FlowStep& step, const Delivery& delivery, bool size_known) {
  std::optional<Timestamp>& last = step.peer.details().arrived;
  last = std::max(last.value_or(delivery.sent), delivery.sent);
  step.peer_direction.arrived(delivery, size_known);
}

Duration soonest_answer(const FlowStep& step) {
  const auto& shortest = step.peer_direction.answered_within;
  if (!shortest || *shortest < kMeasurableRtt) return Duration{0};
  return Duration{shortest->ns / 2};
}

void deliver_unseen(FlowStep& step, const Range& range) {
  if (range.bytes > 1) step.peer_direction.data_arrived = true;
  step.peer_direction.arrived({range.size, range.sent, range.frame, step.frame}, false);
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

}  // namespace mtuscope
