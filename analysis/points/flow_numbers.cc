#include "analysis/points/flow_numbers.h"

#include <algorithm>

namespace mtuscope {

namespace {

// A hash is small when its high bits are: the low ones choose the bucket.
bool is_kept(const FlowKey& key, uint32_t mask) { return ((key.hash() >> 16) & mask) == 0; }

}  // namespace

void FlowNumbers::add(const Packet& p, uint32_t place) {
  if (p.transport != Transport::kTcp || (p.tcp.flags & tcp_flag::kRst)) return;
  unsigned from;
  const FlowKey key = flow_key(p.src, p.src_port, p.dst, p.dst_port, from);
  if (!is_kept(key, mask_)) return;
  std::vector<Sighting>& seen = flows_[key];
  auto here = std::ranges::find(seen, place, &Sighting::place);
  if (here == seen.end()) here = seen.insert(seen.end(), {.place = place, .directions = {}});
  std::optional<Span>& span = here->directions[from];
  if (!span) span = Span{.first = p.tcp.seq, .begin = p.time, .end = p.time};
  const int32_t number = distance(span->first, p.tcp.seq);
  span->lowest = std::min(span->lowest, number);
  span->highest = std::max(span->highest, number);
  span->begin = std::min(span->begin, p.time);
  span->end = std::max(span->end, p.time);
  while (flows_.size() > kMaxFlows && mask_ != 0xffff) {
    mask_ = mask_ << 1 | 1;
    std::erase_if(flows_, [&](const auto& flow) { return !is_kept(flow.first, mask_); });
  }
}

bool FlowNumbers::far_apart(const Span& a, const Span& b) {
  // What is sent in the time that two clocks differ, and is no accident: chosen at random, numbers
  // are nearer in one case of two thousand (RFC 6528).
  constexpr int64_t kFar = int64_t{1} << 20;
  const int64_t offset = distance(a.first, b.first);
  return b.lowest + offset > a.highest + kFar || a.lowest > b.highest + offset + kFar;
}

bool FlowNumbers::contradict(uint32_t a, uint32_t b) const {
  uint64_t apart = 0, alike = 0;
  for (const auto& [key, seen] : flows_) {
    const auto at_a = std::ranges::find(seen, a, &Sighting::place);
    const auto at_b = std::ranges::find(seen, b, &Sighting::place);
    if (at_a == seen.end() || at_b == seen.end()) continue;
    bool both = false, far = false;
    for (unsigned from = 0; from < 2; ++from) {
      const auto& x = at_a->directions[from];
      const auto& y = at_b->directions[from];
      if (!x || !y || !same_time(*x, *y)) continue;
      both = true;
      far = far || far_apart(*x, *y);
    }
    if (both) ++(far ? apart : alike);
  }
  return apart > alike;
}

}  // namespace mtuscope
