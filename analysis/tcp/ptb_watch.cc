#include "analysis/tcp/ptb_watch.h"

#include <algorithm>

#include "analysis/tcp/segment_size.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxCasesPerHalf = 4;
constexpr size_t kMaxUnsentPerHalf = 8;
constexpr size_t kMaxScannedRanges = 64;
// A host that is in the middle of a write finishes it before it looks at the PTB (Linux defers it
// while the socket is in use: net/ipv4/tcp_ipv4.c, tcp_v4_err).
constexpr Duration kSettling = Duration::milliseconds(20);
// Options may come and go (SACK), so the length of the quoted headers is not quite known.
constexpr int32_t kMaxOptions = 40;
constexpr uint32_t kEthernetMtu = 1500;
// Bytes of sequence space that no window can span (RFC 7323 2.3).
constexpr int32_t kMaxWindow = 1 << 30;

FlowDirection name_of(const TcpFlow& flow, unsigned which) {
  return {flow.endpoint(which), flow.endpoint(1 - which)};
}

// Size on the wire of the packet that carried this byte last; 0 where the capture does not show it.
IpSize sent_size(const HalfFlow& half, SeqNumber seq) {
  const size_t i = half.ledger.find(seq);
  if (i == half.ledger.size()) return IpSize{0};
  const Range& range = half.ledger[i];
  return range.hole || range.estimated || before(seq, range.begin) ? IpSize{0} : range.size;
}

// Sent, and acknowledged by now.
bool had_arrived(const HalfFlow& half, SeqNumber seq) {
  if (half.syn_seen) return seq.value - half.isn < half.una.value - half.isn;
  const int32_t behind = distance(seq, half.una);
  return behind > 0 && behind <= kMaxWindow;
}

// Was every quoted byte sent? A router that merges segments (GRO) quotes several at once.
bool quoted_bytes_were_sent(const HalfFlow& half, const PtbNotice& notice) {
  const uint32_t headers =
      std::max<uint32_t>(half.header_bytes, ip_header_bytes(notice.to.family) + kTcpHeaderBytes);
  if (notice.quote.size.bytes <= headers) return true;
  const SeqNumber end = notice.quote.tcp_seq + (notice.quote.size.bytes - headers);
  return distance(half.nxt, end) <= kMaxOptions;
}

void tell(TcpFlow& flow, unsigned which, const PtbNotice& notice, bool presumed) {
  flow.news = true;
  HalfDetail& detail = flow.halves[which].details();
  for (PtbCase& known : detail.ptbs) {
    if (known.mtu != notice.mtu || known.reporter != notice.reporter) continue;
    ++known.count;
    known.last = notice.time;
    known.last_frame = notice.frame;
    return;
  }
  if (detail.ptbs.size() >= kMaxCasesPerHalf) return;
  PtbCase& c = detail.ptbs.emplace_back();
  c.flow = name_of(flow, which);
  c.reporter = notice.reporter;
  c.mtu = notice.mtu;
  c.quoted = notice.quote.size;
  c.quoted_seq = notice.quote.tcp_seq;
  c.first = c.last = notice.time;
  c.first_frame = c.last_frame = notice.frame;
  c.rtt = round_trip(flow, *flow.path);
  c.presumed = presumed;
}

// Whether the bytes are ever sent shows later: two interfaces need not be captured in order.
void expect_later(HalfFlow& half, const PtbNotice& notice, PtbLog& log) {
  std::vector<UnsentPtb>& unsent = half.details().ptbs_unsent;
  const auto known = std::ranges::find_if(unsent, [&](const UnsentPtb& u) {
    return u.notice.reporter == notice.reporter && u.notice.mtu == notice.mtu &&
           u.notice.quote.tcp_seq == notice.quote.tcp_seq;
  });
  if (known != unsent.end()) {
    ++known->count;
  } else if (unsent.size() < kMaxUnsentPerHalf) {
    unsent.push_back({notice});
  } else {
    log.add_late();
  }
}

// One packet on the wire too, as far as the capture can tell: not several merged by offload.
bool is_single(const Packet& p, const HalfFlow& peer) {
  return peer.mss.bytes != 0 ? is_single_segment(p, peer) : p.size.bytes <= kEthernetMtu;
}

}  // namespace

bool in_flight(const HalfFlow& half, SeqNumber seq) {
  return half.open && at_or_before(half.una, seq) && before(seq, half.nxt);
}

void on_ptb(TcpFlow& flow, unsigned which, const PtbNotice& notice, PtbLog& log) {
  HalfFlow& half = flow.halves[which];
  const SeqNumber seq = notice.quote.tcp_seq;
  const bool outstanding = in_flight(half, seq);
  const PtbFault fault = fault_of(notice, outstanding ? sent_size(half, seq) : IpSize{0});
  if (fault != PtbFault::kNone) {
    log.add(notice, fault, name_of(flow, which));
  } else if (outstanding && quoted_bytes_were_sent(half, notice)) {
    tell(flow, which, notice, false);
  } else if (half.open && had_arrived(half, seq)) {
    log.add_late();
  } else {
    expect_later(half, notice, log);
  }
}

const Range* last_in_flight_above(const HalfFlow& half, IpSize mtu) {
  const Range* last = nullptr;
  for (size_t i = 0; i < std::min(half.ledger.size(), kMaxScannedRanges); ++i) {
    const Range& range = half.ledger[i];
    if (range.hole || range.sacked || range.size <= mtu) continue;
    if (last == nullptr || range.sent > last->sent) last = &range;
  }
  return last;
}

void on_cut_ptb(TcpFlow& flow, unsigned which, const Range& about, PtbNotice notice, PtbLog& log) {
  const PtbFault fault = fault_of(notice, about.size);
  if (fault != PtbFault::kNone) {
    log.add(notice, fault, name_of(flow, which));
    return;
  }
  notice.quote.size = about.size;
  notice.quote.tcp_seq = about.begin;
  tell(flow, which, notice, true);
}

void watch_data_after_ptb(FlowStep& step) {
  const Packet& p = step.packet;
  if (p.payload_bytes == 0) return;
  const bool single = is_single(p, step.peer);
  for (PtbCase& c : step.half.detail->ptbs) {
    const bool carries_quoted =
        at_or_before(p.tcp.seq, c.quoted_seq) && before(c.quoted_seq, p.tcp.seq + p.payload_bytes);
    const bool may_be_cut = !p.dont_fragment;
    step.flow.news = step.flow.news || p.size > c.mtu || carries_quoted;
    if (single && p.size > c.mtu && !may_be_cut) {
      if (p.time > c.first + c.rtt + kSettling) (c.obeyed ? c.above_again : c.above).add(p);
    } else if (carries_quoted && !c.obeyed && !c.delivered) {
      c.obeyed = p.time;
      c.obeyed_frame = step.frame;
      c.obeyed_size = single ? p.size : IpSize{0};
      c.df_cleared = single && p.size > c.mtu;
    }
  }
}

void watch_delivery_after_ptb(FlowStep& step) {
  for (PtbCase& c : step.peer.detail->ptbs) {
    if (c.delivered || at_or_before(step.peer.una, c.quoted_seq)) continue;
    step.flow.news = true;
    c.delivered = step.packet.time;
    c.delivered_frame = step.frame;
  }
}

void add_ptbs(const TcpFlow& flow, Path& path) {
  for (unsigned which = 0; which < 2; ++which) {
    const HalfFlow& half = flow.halves[which];
    if (!half.detail) continue;
    for (const PtbCase& c : half.detail->ptbs) {
      if (path.directions[which].ptbs.size() < PathDirection::kMaxPtbs) {
        path.directions[which].ptbs.push_back(c);
      }
    }
  }
}

void settle_ptbs(TcpFlow& flow, Path& path, PtbLog& log) {
  add_ptbs(flow, path);
  for (unsigned which = 0; which < 2; ++which) {
    HalfFlow& half = flow.halves[which];
    if (!half.detail) continue;
    half.detail->ptbs.clear();
    // The capture must have seen all that was sent, or the quoted bytes may be among the rest.
    const bool all_seen = half.seen && half.syn_seen && !half.missed_bytes && !flow.reused;
    for (const UnsentPtb& unsent : half.detail->ptbs_unsent) {
      const bool never_sent =
          all_seen && unsent.notice.quote.tcp_seq.value - half.isn >= half.nxt.value - half.isn;
      log.add(unsent.notice, never_sent ? PtbFault::kNeverSent : PtbFault::kNone,
              name_of(flow, which), false, unsent.count);
    }
    half.detail->ptbs_unsent.clear();
  }
}

}  // namespace mtuscope
