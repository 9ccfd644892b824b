#include "analysis/evidence/ptb.h"

#include <algorithm>

namespace mtuscope {

namespace {

constexpr IpSize kSmallestIPv4Mtu{68};    // RFC 791 3.2
constexpr IpSize kSmallestIPv6Mtu{1280};  // RFC 8200 5
// Some stacks quote the length without the IP header.
constexpr uint32_t kQuotedShort = kIPv4HeaderBytes;

bool says_the_same(const PtbNotice& a, const PtbNotice& b) {
  return a.reporter == b.reporter && a.to == b.to && a.mtu == b.mtu &&
         a.quote.present == b.quote.present && a.quote.src == b.quote.src &&
         a.quote.dst == b.quote.dst && a.quote.protocol == b.quote.protocol;
}

}  // namespace

PtbNotice notice_of(const Packet& p) {
  return {.time = p.time,
          .frame = FrameRef(p.source, p.frame),
          .reporter = p.src,
          .to = p.dst,
          .mtu = p.icmp.ptb_mtu,
          .quote = p.icmp.quote};
}

PtbFault fault_of(const PtbNotice& n, IpSize sent) {
  if (n.quote.present && n.quote.src != n.to) return PtbFault::kElsewhere;
  const bool v4 = n.to.family == IpFamily::kIPv4;
  if (n.mtu.bytes == 0) return v4 ? PtbFault::kNoMtu : PtbFault::kBelowMinimum;
  if (n.mtu < (v4 ? kSmallestIPv4Mtu : kSmallestIPv6Mtu)) return PtbFault::kBelowMinimum;
  // A quoted length of 0 is that of a packet whose length only offload fills in.
  if (n.quote.present && (n.quote.size.bytes != 0 || sent.bytes != 0)) {
    const uint32_t about = sent.bytes != 0 ? std::max(sent.bytes, n.quote.size.bytes)
                                           : n.quote.size.bytes + kQuotedShort;
    if (n.mtu.bytes >= about) return PtbFault::kNotSmaller;
  }
  return PtbFault::kNone;
}

void PacketsAbove::add(const Packet& p) {
  if (count < frames.size()) frames[count] = FrameRef(p.source, p.frame);
  if (count == 0) {
    smallest = largest = p.size;
    first = p.time;
  }
  ++count;
  smallest = std::min(smallest, p.size);
  largest = std::max(largest, p.size);
  last = p.time;
}

bool PtbLog::is_copy(const Packet& p) {
  if (!p.icmp.quote.present && p.src.family == IpFamily::kIPv6) return false;  // nothing to tell by
  const Seen seen{.time = p.time,
                  .from = p.src,
                  .to = p.dst,
                  .ip_id = p.src.family == IpFamily::kIPv4 ? p.ip_id : 0,
                  .quoted_seq = p.icmp.quote.tcp_seq.value,
                  .quoted_id = p.icmp.quote.ip_id,
                  .mtu = p.icmp.ptb_mtu.bytes};
  // Without an identification only a short time tells a copy from one more message.
  const Duration within =
      seen.ip_id != 0 ? Duration::milliseconds(1000) : Duration::milliseconds(1);
  for (const Seen& known : recent_) {
    const Duration later = seen.time - known.time;
    if (known.mtu == seen.mtu && known.ip_id == seen.ip_id && known.from == seen.from &&
        known.to == seen.to && known.quoted_seq == seen.quoted_seq &&
        known.quoted_id == seen.quoted_id && later <= within && later.ns >= -within.ns) {
      return true;
    }
  }
  recent_[recent_at_++ % recent_.size()] = seen;
  return false;
}

void PtbLog::add(const PtbNotice& notice, PtbFault fault, const std::optional<FlowDirection>& flow,
                 bool rewritten, uint32_t count) {
  const auto known = std::ranges::find_if(groups_, [&](const PtbGroup& g) {
    return g.fault == fault && says_the_same(g.notice, notice);
  });
  PtbGroup* group = known == groups_.end() ? nullptr : &*known;
  if (group == nullptr) {
    if (groups_.size() >= kMaxGroups) {
      not_kept_ += count;
      return;
    }
    group = &groups_.emplace_back();
    group->fault = fault;
    group->notice = notice;
  }
  if (!group->flow && flow) {
    group->flow = flow;
    group->rewritten = rewritten;
  }
  if (group->count < group->frames.size()) group->frames[group->count] = notice.frame;
  group->count += count;
  group->last = notice.time;
}

}  // namespace mtuscope
