#include "analysis/judges/loss_rates.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/size_case.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {
namespace {

LossCount between(const SizeHistogram& sizes, uint32_t from, uint32_t end) {
  LossCount count;
  for (const SizeHistogram::Entry& e : sizes.entries()) {
    if (e.size < from || e.size >= end) continue;
    count.lost += e.lost;
    count.delivered += e.delivered;
  }
  return count;
}

}  // namespace

double rate_of(const LossCount& count) {
  const double all = static_cast<double>(count.lost + count.delivered);
  return all == 0 ? 0 : static_cast<double>(count.lost) / all;
}

std::string share_of(const LossCount& count) {
  return fmt::format("{:.1f} % ({} of {})", rate_of(count) * 100, count.lost,
                     count.lost + count.delivered);
}

std::string rates_apart(const SizeHistogram& sizes, IpSize below) {
  double least = kSignificant;
  std::string text;
  for (const uint32_t bound : {kSmallestCredibleFailure.bytes, kLeastIPv6Mtu.bytes + 1}) {
    if (bound >= below.bytes) continue;
    const LossCount small = between(sizes, 0, bound);
    const LossCount large = between(sizes, bound, below.bytes);
    const double all =
        static_cast<double>(small.lost + small.delivered + large.lost + large.delivered);
    const double large_share = static_cast<double>(large.lost + large.delivered) / all;
    const uint64_t lost = small.lost + large.lost;
    const double chance = std::min(chance_of_hits(lost, large.lost, large_share),
                                   chance_of_hits(lost, small.lost, 1 - large_share));
    if (chance >= least) continue;
    least = chance;
    text = fmt::format(", of those up to {} bytes {}, of the larger ones {}", bound - 1,
                       share_of(small), share_of(large));
  }
  return text;
}

std::optional<SynLoss> syns_apart(const PathDirection& d, const LossCount& lost) {
  if (!d.losses) return std::nullopt;
  SynLoss apart;
  apart.syns.lost = std::min({d.losses->syns(), lost.lost, uint64_t{d.syns}});
  apart.syns.delivered = std::min(d.syns - apart.syns.lost, lost.delivered);
  apart.others.lost = lost.lost - apart.syns.lost;
  apart.others.delivered = lost.delivered - apart.syns.delivered;
  const double all = static_cast<double>(lost.lost + lost.delivered);
  const double share =
      static_cast<double>(apart.syns.lost + apart.syns.delivered) / std::max(all, 1.0);
  if (rate_of(apart.syns) < kNoticeable * rate_of(apart.others) ||
      chance_of_hits(lost.lost, apart.syns.lost, share) >= kSignificant) {
    return std::nullopt;
  }
  return apart;
}

std::string to_string(const SynLoss& apart) {
  return fmt::format(
      ", of the SYNs {}, of all others {}: rather a limit on new connections, in a firewall or at "
      "the server, or a server that was away",
      share_of(apart.syns), share_of(apart.others));
}

void add_rates_by_size(const SizeHistogram& sizes, IpSize below, uint64_t not_counted, Finding& f) {
  constexpr uint32_t kClasses[] = {577, 1281, UINT32_MAX};
  std::string text;
  uint32_t from = 0;
  for (const uint32_t end : kClasses) {
    const LossCount count = between(sizes, from, std::min(end, below.bytes));
    if (count.lost + count.delivered > 0) {
      if (!text.empty()) text += ", ";
      text += end == UINT32_MAX ? fmt::format("from {} bytes {}", from, share_of(count))
                                : fmt::format("up to {} bytes {}", end - 1, share_of(count));
    }
    from = end;
  }
  if (not_counted > 0) {
    text += fmt::format(
        "; among them the {} of outages and unanswered FINs, which are not counted above",
        not_counted);
  }
  f.evidence_for.push_back("lost by size: " + text);
}

}  // namespace mtuscope
