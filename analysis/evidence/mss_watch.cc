#include "analysis/evidence/mss_watch.h"

#include <algorithm>

#include "analysis/containers/index_table.h"

namespace mtuscope {

namespace {

// A SYN is sent again after a second (RFC 6298 2.1), with another timestamp value; some systems
// take a few hundred milliseconds.
constexpr Duration kAlwaysCopy = Duration::milliseconds(100);
constexpr Duration kCopyWithTimestamp = Duration::milliseconds(900);

bool within(Duration later, Duration limit) { return later <= limit && later.ns >= -limit.ns; }

}  // namespace

// NAT changes one end at most at a time.
bool MssWatch::is_copy(const Seen& seen, const Packet& p) {
  if (!seen.used || seen.isn != p.tcp.seq.value ||
      seen.answer != ((p.tcp.flags & tcp_flag::kAck) != 0) ||
      seen.has_timestamps != p.tcp.has_timestamps ||
      (p.tcp.has_timestamps && seen.ts_val != p.tcp.ts_val)) {
    return false;
  }
  const bool same_end =
      seen.src == Endpoint{p.src, p.src_port} || seen.dst == Endpoint{p.dst, p.dst_port};
  return same_end &&
         within(p.time - seen.time, p.tcp.has_timestamps ? kCopyWithTimestamp : kAlwaysCopy);
}

void MssWatch::add(const Packet& p) {
  if (p.tcp.options_cut) return;
  Seen& seen = recent_[hash_words(uint64_t{p.tcp.seq.value}) % kRecent];
  if (is_copy(seen, p)) {
    count(seen, p);
    return;
  }
  seen = {.src = {p.src, p.src_port},
          .dst = {p.dst, p.dst_port},
          .time = p.time,
          .frame = FrameRef(p.source, p.frame),
          .isn = p.tcp.seq.value,
          .ts_val = p.tcp.has_timestamps ? p.tcp.ts_val : 0,
          .interface = p.interface,
          .ifindex = p.ifindex,
          .mss = p.tcp.mss,
          .ttl = p.ttl,
          .has_timestamps = p.tcp.has_timestamps,
          .answer = (p.tcp.flags & tcp_flag::kAck) != 0,
          .used = true};
}

void MssWatch::count(Seen& seen, const Packet& p) {
  if (seen.counted) return;  // a third sighting adds nothing
  const Ends ends{seen.src.address, seen.dst.address};
  auto at = pairs_.find(ends);
  if (at == pairs_.end()) {
    if (pairs_.size() >= kMaxPairs) return;
    at = pairs_.emplace(ends, MssRewrites{}).first;
  }
  MssRewrites& pair = at->second;
  if (seen.mss == p.tcp.mss) {
    // It may still be rewritten on its way to a third interface; then it is counted twice.
    if (seen.interface != p.interface || seen.ifindex != p.ifindex || seen.ttl != p.ttl) {
      ++pair.unchanged;
    }
    return;
  }
  seen.counted = true;
  // Two interfaces need not be captured in order: routers lower the TTL.
  const bool in_order = p.ttl <= seen.ttl;
  if (pair.rewritten++ == 0) {
    pair.before = in_order ? seen.mss : p.tcp.mss;
    pair.after = in_order ? p.tcp.mss : seen.mss;
    pair.interface_before = in_order ? seen.interface : p.interface;
    pair.interface_after = in_order ? p.interface : seen.interface;
    pair.ifindex_before = in_order ? seen.ifindex : p.ifindex;
    pair.ifindex_after = in_order ? p.ifindex : seen.ifindex;
    pair.source_before = in_order ? seen.frame.source() : p.source;
    pair.source_after = in_order ? p.source : seen.frame.source();
    pair.first = seen.time;
  }
  pair.last = p.time;
  if (pair.frames.size() + 2 <= kMaxListedFrames) {
    pair.frames.push_back(seen.frame);
    pair.frames.emplace_back(p.source, p.frame);
  }
  if (pair.flows.size() < kMaxListedFlows) pair.flows.push_back({seen.src, seen.dst});
}

const MssRewrites* MssWatch::find(const IpAddress& announcer, const IpAddress& other) const {
  const auto at = pairs_.find({announcer, other});
  return at == pairs_.end() ? nullptr : &at->second;
}

}  // namespace mtuscope
