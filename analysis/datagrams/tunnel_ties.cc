#include "analysis/datagrams/tunnel_ties.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/evidence/evidence_text.h"
#include "capture/tunnel.h"

namespace mtuscope {

namespace {

// Longer than encrypting takes, shorter than what a person or a timer does next.
constexpr Duration kTogether = Duration::milliseconds(20);
constexpr size_t kRecent = 64;
constexpr size_t kMaxWays = 64;
constexpr size_t kMaxTies = 1024;
// Fewer may be a coincidence.
constexpr uint64_t kFewestTies = 4;

bool carries(uint32_t message, IpSize inner) {
  const InnerSizes sizes = inner_sizes(message);
  return sizes.smallest <= inner && inner <= sizes.largest;
}

bool together(Timestamp a, Timestamp b) {
  const Duration apart = a - b;
  return apart <= kTogether && apart.ns >= -kTogether.ns;
}

template <typename T>
void push_bounded(std::deque<T>& list, const T& item, size_t limit) {
  if (list.size() == limit) list.pop_front();
  list.push_back(item);
}

}  // namespace

TunnelTies::Carried* TunnelTies::carried(const Way& inner) {
  const auto at = carried_.find(inner);
  if (at != carried_.end()) return &at->second;
  return carried_.size() < kMaxWays ? &carried_[inner] : nullptr;
}

void TunnelTies::add_inner(const Packet& p) {
  Carried* const known = carried({p.src, p.dst});
  if (known == nullptr) return;
  ++known->seen;
  const Seen inner{p.time, FrameRef(p.source, p.frame), p.size, 0, {p.src, p.dst}};
  const auto outer = std::ranges::find_if(outer_, [&](const Seen& o) {
    return carries(o.message, inner.size) && together(o.time, inner.time);
  });
  if (outer == outer_.end()) {
    push_bounded(inner_, inner, kRecent);
    return;
  }
  tie(inner, *outer);
  outer_.erase(outer);
}

void TunnelTies::add_outer(const Packet& p) {
  const Way way{p.src, p.dst};
  if (last_outer_.size() >= kMaxWays && !last_outer_.contains(way)) return;
  last_outer_[way] = p.time;
  if (p.is_fragment) {
    ++outer_fragments_[way];
    return;
  }
  if (p.payload_bytes <= kWireGuardMessageBytes) return;  // a keepalive
  const Seen outer{p.time, FrameRef(p.source, p.frame), p.size, p.payload_bytes, way};
  const auto inner = std::ranges::find_if(inner_, [&](const Seen& i) {
    return carries(outer.message, i.size) && together(outer.time, i.time);
  });
  if (inner == inner_.end()) {
    push_bounded(outer_, outer, kRecent);
    return;
  }
  tie(*inner, outer);
  inner_.erase(inner);
}

void TunnelTies::tie(const Seen& inner, const Seen& outer) {
  Carried& known = carried_.at(inner.way);
  ++known.tied;
  ++known.outer[outer.way];
  if (inner.time <= outer.time) ++known.sent_here;
  push_bounded(known.ties, {inner.frame, outer.frame, inner.size, outer.size}, kMaxTies);
}

std::optional<TunnelTies::Way> TunnelTies::outer_of(const Way& inner) const {
  const auto at = carried_.find(inner);
  if (at == carried_.end() || at->second.tied < kFewestTies) return std::nullopt;
  const Carried& known = at->second;
  const auto most =
      std::ranges::max_element(known.outer, {}, [](const auto& entry) { return entry.second; });
  return most->second * 4 >= known.seen * 3 ? std::optional(most->first) : std::nullopt;
}

bool TunnelTies::is_seen_inside(const Way& outer) const {
  return std::ranges::any_of(carried_,
                             [&](const auto& entry) { return outer_of(entry.first) == outer; });
}

void TunnelTies::locate(Finding& f, const std::vector<SourceInfo>& sources) const {
  if (!f.src || !f.dst || !f.bracket.upper) return;
  const auto way = outer_of({*f.src, *f.dst});
  if (!way) return;
  const Carried& known = carried_.at({*f.src, *f.dst});
  // Where packets come out of the tunnel, nothing is known of those that never came.
  if (known.sent_here * 2 < known.tied) return;
  std::vector<FrameNumber> entered, left;
  IpSize outer_size;
  std::string file;  // of the outer packets, where it is another one
  for (const Tie& t : known.ties) {
    const bool is_evidence = t.inner.source() == f.source &&
                             std::ranges::find(f.frames, t.inner.frame()) != f.frames.end();
    if (!is_evidence || t.inner_size < *f.bracket.upper) continue;
    entered.push_back(t.inner.frame());
    left.push_back(t.outer.frame());
    outer_size = std::max(outer_size, t.outer_size);
    const uint32_t source = t.outer.source();
    if (source != f.source && source < sources.size()) file = " of " + sources[source].path;
  }
  const std::string outside =
      fmt::format("{} -> {}", to_string(way->first), to_string(way->second));
  if (!entered.empty()) {
    f.evidence_for.push_back(fmt::format(
        "they entered the tunnel ({}) and left on the wire as packets of {} bytes, {} "
        "({}{}): lost outside the tunnel, behind this host",
        describe_frames(entered), outer_size.bytes, outside, describe_frames(left), file));
    return;
  }
  // Their absence is known only where all was remembered, nothing left in pieces, and the capture
  // outside went on.
  const auto last = last_outer_.find(*way);
  if (known.ties.size() == kMaxTies || outer_fragments_.contains(*way) ||
      last->second < f.last_time) {
    return;
  }
  f.evidence_for.push_back(
      fmt::format("they entered the tunnel, and no packet {} carries them: they never left this "
                  "host (its own route or link is too small for them, EMSGSIZE)",
                  outside));
}

std::vector<Finding> judge_outside(const OuterTunnels& outer, const TunnelTies& ties) {
  return outer.judge([&](const TunnelTies::Way& way) { return ties.is_seen_inside(way); });
}

}  // namespace mtuscope
