#include "analysis/evidence/second_clock.h"

#include "analysis/containers/index_table.h"

namespace mtuscope {

namespace {

// A timestamp clock ticks once a second or faster (RFC 7323 5.4), so that what a host sends again
// after more than that has another one.
constexpr Duration kTick = Duration::milliseconds(1200);

}  // namespace

void SecondClock::add(const Packet& p) {
  if (p.tcp.options_cut || !p.tcp.has_timestamps || p.tcp.ts_val == 0) return;
  const bool answer = (p.tcp.flags & tcp_flag::kAck) != 0;
  const Endpoint src{p.src, p.src_port}, dst{p.dst, p.dst_port};
  Seen& seen = recent_[hash_words(uint64_t{p.tcp.seq.value}) % kRecent];
  const bool same = seen.used && seen.isn == p.tcp.seq.value && seen.answer == answer &&
                    seen.ts_val == p.tcp.ts_val && seen.src == src && seen.dst == dst;
  if (!same) {
    seen = {src, dst, p.time, p.tcp.seq.value, p.tcp.ts_val, answer, true};
    return;
  }
  const Duration later = p.time - seen.time;
  if (later <= kTick) return;
  if (again_[0] + again_[1] == 0) behind_ = later;
  ++again_[answer];
}

// Some systems send a SYN again as it was. Their peers would have to do so too.
std::optional<Duration> SecondClock::behind() const {
  if (again_[0] == 0 || again_[1] == 0) return std::nullopt;
  return behind_;
}

}  // namespace mtuscope
