#include "analysis/points/packet_matcher.h"

#include <algorithm>

#include "analysis/points/crossing_print.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxHoles = 32;
// How far back a byte range is looked for among those of its flow: more than offload merges.
constexpr unsigned kMaxSteps = 256;
// A capture that has begun or is about to end may miss what is under way.
constexpr Duration kMargin = Duration::milliseconds(100);
constexpr Duration kLongestMargin = Duration::milliseconds(3000);
// When there are too many packets to wait for the whole window: long enough for a packet to cross.
constexpr Duration kLeastWait = Duration::milliseconds(1000);
// Without an MSS, what is larger than Ethernet may be merged.
constexpr uint32_t kEthernetMtu = 1500;

uint32_t sequence_bytes(const Packet& p) {
  return p.payload_bytes + ((p.tcp.flags & tcp_flag::kSyn) ? 1 : 0) +
         ((p.tcp.flags & tcp_flag::kFin) ? 1 : 0);
}

// Takes [begin, end) out of the holes.
void fill_holes(std::vector<SeqRange>& holes, SeqNumber begin, SeqNumber end) {
  for (size_t i = 0; i < holes.size();) {
    const SeqRange hole = holes[i];
    if (at_or_before(end, hole.begin) || at_or_before(hole.end, begin)) {
      ++i;
      continue;
    }
    holes.erase(holes.begin() + static_cast<std::ptrdiff_t>(i));
    if (before(hole.begin, begin)) holes.push_back({hole.begin, begin});
    if (before(end, hole.end)) holes.push_back({end, hole.end});
  }
}

bool overlap(SeqNumber a_begin, SeqNumber a_end, SeqNumber b_begin, SeqNumber b_end) {
  return before(a_begin, b_end) && before(b_begin, a_end);
}

Duration absolute(Duration d) { return {d.ns < 0 ? -d.ns : d.ns}; }

}  // namespace

PacketMatcher::PacketMatcher() : ring_(kMaxRecords), buckets_(kMaxRecords) {}

void PacketMatcher::add(const Packet& p, unsigned point, Timestamp time) {
  expire(time);
  if (!first_[point] || time < *first_[point]) first_[point] = time;
  if (!last_[point] || time > *last_[point]) last_[point] = time;
  Record r = make_record(p, point, time);
  if (r.print == 0) return;
  const bool found = find_same(r);
  if (p.transport == Transport::kTcp) {
    Flow& flow = flows_[point][r.flow];
    follow_bytes(p, flow.halves[r.half], flow.halves[1 - r.half]);
    if (!found && r.payload > 0) find_ranges(r);
  }
  if (!found && !r.matched) remember(r);
}

PacketMatcher::Record PacketMatcher::make_record(const Packet& p, unsigned point, Timestamp time) {
  Record r{.print = crossing_print(p),
           .time = time,
           .frame = FrameRef(p.source, p.frame),
           .size = p.size.bytes,
           .payload = p.payload_bytes,
           .point = static_cast<uint8_t>(point),
           .ttl = p.ttl,
           .wireguard = p.is_wireguard};
  if (r.print == 0) return r;
  unsigned from;
  FlowKey key = flow_key(p.src, p.src_port, p.dst, p.dst_port, from);
  key.ports_and_family |= static_cast<uint64_t>(p.protocol) << 8;
  bool added = false;
  IndexTable<FlowKey, Flow>& flows = flows_[point];
  const uint32_t flows_before = flows.size();
  Flow& flow = flows.find_or_add(key, added);
  r.flow = added ? flows_before : flow.self;
  flow.self = r.flow;
  r.half = static_cast<uint8_t>(from);
  if (p.transport != Transport::kTcp || p.is_fragment) return r;
  r.tcp = true;
  r.begin = p.tcp.seq;
  r.bytes = sequence_bytes(p);
  r.has_ts = p.tcp.has_timestamps;
  r.ts_val = p.tcp.ts_val;
  Half& half = flow.halves[from];
  if (p.tcp.flags & tcp_flag::kSyn) {
    half.mss = p.tcp.mss;
    half.syn = r.frame;
  }
  const Mss peer = flow.halves[1 - from].mss;
  r.super_packet = peer.bytes != 0 ? r.payload + p.tcp.header_bytes > peer.bytes + kTcpHeaderBytes
                                   : r.size > kEthernetMtu;
  return r;
}

// What the point has seen of the flow's bytes, and what the receiver has acknowledged.
void PacketMatcher::follow_bytes(const Packet& p, Half& half, Half& peer) {
  if ((p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kAck)) == tcp_flag::kSyn) {
    // Ports may be used again.
    half.has_acknowledged = peer.has_acknowledged = false;
    half.holes_lost = peer.holes_lost = false;
  }
  if (p.tcp.flags & tcp_flag::kAck) {
    if (!peer.has_acknowledged || before(peer.acknowledged, p.tcp.ack)) {
      peer.acknowledged = p.tcp.ack;
    }
    peer.has_acknowledged = true;
  }
  const uint32_t bytes = sequence_bytes(p);
  if (bytes == 0 || (p.tcp.flags & tcp_flag::kRst)) return;
  const SeqNumber begin = p.tcp.seq;
  const SeqNumber end = begin + bytes;
  if (!half.open || (p.tcp.flags & tcp_flag::kSyn)) {
    half.open = true;
    half.nxt = end;
    half.holes.clear();
    return;
  }
  fill_holes(half.holes, begin, end);
  if (before(half.nxt, begin)) {
    if (half.holes.size() >= kMaxHoles) {
      half.holes.erase(half.holes.begin());
      half.holes_lost = true;
    }
    half.holes.push_back({half.nxt, begin});
  }
  if (before(half.nxt, end)) half.nxt = end;
}

// The newest packet at the other point that looks the same: of several transmissions, the one that
// was under way.
bool PacketMatcher::find_same(const Record& r) {
  for (Position at = buckets_[r.print & (kMaxRecords - 1)]; is_known(at);
       at = record(at).same_bucket) {
    Record& other = record(at);
    if (other.print != r.print || other.point == r.point || other.matched || other.covered > 0) {
      continue;
    }
    make_partners(r, other);
    other.matched = true;
    r.point == 0 ? crossed(r, other) : crossed(other, r);
    return true;
  }
  return false;
}

// Byte ranges that offload cut or merged differently: the same bytes with the same timestamp.
void PacketMatcher::find_ranges(Record& r) {
  Half* const half = partner_half(r);
  if (half == nullptr) return;
  const SeqNumber end = r.begin + r.payload;
  unsigned steps = 0;
  for (Position at = half->last; is_known(at) && steps < kMaxSteps && !r.matched;
       at = record(at).same_half, ++steps) {
    Record& other = record(at);
    if (other.matched || other.payload == 0) continue;
    if (r.has_ts && other.has_ts && r.ts_val != other.ts_val) continue;
    const SeqNumber other_end = other.begin + other.payload;
    if (!overlap(r.begin, end, other.begin, other_end)) continue;
    // Only offload makes several packets of one; without timestamps it may be another sending.
    const bool timed = r.has_ts && other.has_ts;
    if (!r.super_packet && !other.super_packet && !timed) continue;
    const SeqNumber from = before(r.begin, other.begin) ? other.begin : r.begin;
    const SeqNumber to = before(end, other_end) ? end : other_end;
    const uint32_t common = static_cast<uint32_t>(distance(from, to));
    const auto cover = [&](Record& x) {
      x.covered = std::min(x.covered + common, x.payload);
      x.matched = x.covered == x.payload;
    };
    cover(r);
    cover(other);
    const bool r_is_single = r.size <= other.size;
    Record& single = r_is_single ? r : other;
    if (!single.matched) continue;
    Record as_other = r_is_single ? other : r;
    as_other.size = single.size;
    as_other.super_packet = single.super_packet;
    single.point == 0 ? crossed(single, as_other) : crossed(as_other, single);
  }
}

void PacketMatcher::remember(const Record& r) {
  if (next_ - oldest_ == kMaxRecords) {
    const Record& given_up = record(oldest_);
    if (!given_up.matched) {
      if (r.time - given_up.time >= kLeastWait) {
        settle(given_up);
      } else {
        ++crossings_.given_up[given_up.point];
      }
    }
    ++oldest_;
  }
  Record& kept = record(next_);
  kept = r;
  Position& bucket = buckets_[r.print & (kMaxRecords - 1)];
  kept.same_bucket = bucket;
  bucket = next_;
  Half& half = half_of(r);
  if (half.direction) kept.last_crossed = crossings_.directions[*half.direction].last_crossed;
  kept.same_half = half.last;
  half.last = next_;
  ++next_;
}

PacketMatcher::Half* PacketMatcher::partner_half(const Record& r) {
  const Flow& flow = flows_[r.point][r.flow];
  if (!flow.has_partner) return nullptr;
  return &flows_[1 - r.point][flow.partner].halves[flow.turned ? 1 - r.half : r.half];
}

void PacketMatcher::make_partners(const Record& a, const Record& b) {
  Flow& flow = flows_[a.point][a.flow];
  Flow& other = flows_[b.point][b.flow];
  if (flow.has_partner && flow.partner == b.flow) return;
  flow.has_partner = other.has_partner = true;
  flow.partner = b.flow;
  other.partner = a.flow;
  flow.turned = other.turned = a.half != b.half;
  for (Half& half : flow.halves) half.direction.reset();
  for (Half& half : other.halves) half.direction.reset();
}

uint32_t PacketMatcher::direction_of(const Record& at_0, const Record& at_1) {
  Half& half = half_of(at_0);
  if (half.direction) return *half.direction;
  const FlowKey& key_0 = flows_[0][at_0.flow].key;
  const FlowKey& key_1 = flows_[1][at_1.flow].key;
  const std::array<IpAddress, 4> ends{
      key_0.endpoint(at_0.half).address, key_0.endpoint(1 - at_0.half).address,
      key_1.endpoint(at_1.half).address, key_1.endpoint(1 - at_1.half).address};
  const auto [at, is_new] =
      directions_.try_emplace(ends, static_cast<uint32_t>(crossings_.directions.size()));
  if (is_new) {
    DirectionCrossings& d = crossings_.directions.emplace_back();
    d.src = {ends[0], ends[2]};
    d.dst = {ends[1], ends[3]};
    const auto back = directions_.find({ends[1], ends[0], ends[3], ends[2]});
    if (back != directions_.end()) {
      d.reverse = back->second;
      crossings_.directions[back->second].reverse = at->second;
    }
  }
  ++crossings_.directions[at->second].flows;
  half.direction = half_of(at_1).direction = at->second;
  return at->second;
}

void PacketMatcher::crossed(const Record& at_0, const Record& at_1) {
  ++crossings_.matched;
  DirectionCrossings& d = crossings_.directions[direction_of(at_0, at_1)];
  const Duration later = at_1.time - at_0.time;
  d.passage.add(later);
  longest_passage_ = std::max(longest_passage_, absolute(later));
  if (at_0.ttl != at_1.ttl) ++d.routers_before[at_0.ttl < at_1.ttl ? 0 : 1];
  if (at_0.super_packet && at_1.super_packet) {
    ++d.super_packets;
    return;
  }
  const IpSize size{std::min(at_0.size, at_1.size)};
  ++d.at(size).both;
  const Timestamp sent = std::min(at_0.time, at_1.time);
  for (std::optional<Timestamp>* last :
       {&d.last_crossed, &half_of(at_0).last_crossed, &half_of(at_1).last_crossed}) {
    *last = std::max(last->value_or(sent), sent);
  }
  d.crossed.add({size, sent, at_0.frame, at_1.frame});
  const Half& half = half_of(at_0);
  if (half.syn == at_0.frame) note_mss(flows_[0][at_0.flow], at_0.half);
}

void PacketMatcher::note_mss(const Flow& flow, unsigned index) {
  const Half& half = flow.halves[index];
  const Flow& partner = flows_[1][flow.partner];
  const unsigned partner_index = flow.turned ? 1 - index : index;
  const Half& other = partner.halves[partner_index];
  DirectionCrossings& d = crossings_.directions[*half.direction];
  if (half.mss == other.mss) {
    ++d.mss_kept;
    return;
  }
  const std::array<Mss, 2> mss{half.mss, other.mss};
  auto change = std::ranges::find(d.mss_changes, mss, &MssChange::mss);
  constexpr size_t kMaxChanges = 8;
  if (change == d.mss_changes.end()) {
    if (d.mss_changes.size() == kMaxChanges) return;
    change = d.mss_changes.insert(change, {mss, {half.syn, other.syn}});
  }
  ++change->connections;
  list_flow(change->flows[0], {flow.key.endpoint(index), flow.key.endpoint(1 - index)});
  list_flow(change->flows[1],
            {partner.key.endpoint(partner_index), partner.key.endpoint(1 - partner_index)});
}

void PacketMatcher::expire(Timestamp now) {
  while (oldest_ < next_) {
    const Record& r = record(oldest_);
    if (now - r.time < kWindow) return;
    // The other point is silent: whether it is still capturing, only its next packet tells.
    if (!r.matched && last_[1 - r.point] && *last_[1 - r.point] < r.time + margin()) return;
    if (!r.matched) settle(r);
    ++oldest_;
  }
}

Duration PacketMatcher::margin() const {
  return kMargin + std::min(longest_passage_ + longest_passage_, kLongestMargin);
}

bool PacketMatcher::was_capturing(const Record& r) const {
  const unsigned other = 1 - r.point;
  return first_[other] && *first_[other] <= r.time && *last_[other] >= r.time + margin();
}

// A packet that the other point never showed.
void PacketMatcher::settle(const Record& r) {
  const unsigned other_point = 1 - r.point;
  const Half* const other = partner_half(r);
  const Half& half = half_of(r);
  if (other == nullptr || !half.direction) {
    ++crossings_.other_flows[r.point];
    return;
  }
  if (!was_capturing(r)) {
    ++crossings_.outside[r.point];
    return;
  }
  DirectionCrossings& d = crossings_.directions[*half.direction];
  const IpSize size{r.size};
  if (r.tcp && r.bytes > 0) {
    const SeqNumber end = r.begin + r.bytes;
    const auto acknowledges = [&](const Half& h) {
      return h.has_acknowledged && at_or_before(end, h.acknowledged);
    };
    const bool acknowledged = acknowledges(half) || acknowledges(*other);
    const bool shown = other->open && at_or_before(end, other->nxt) &&
                       std::ranges::none_of(other->holes, [&](const SeqRange& hole) {
                         return overlap(r.begin, end, hole.begin, hole.end);
                       });
    if (acknowledged && (!shown || other->holes_lost)) {
      // It passed the other point unrecorded, and so did its size.
      if (r.super_packet) return;
      ++d.at(size).not_recorded[other_point];
      d.crossed.add({size, r.time, r.frame, r.frame});
      return;
    }
  }
  // Of a super-packet it is not known how much was lost, nor in which size.
  if (r.super_packet) return;
  ++d.at(size).only[r.point];
  if (r.tcp && r.bytes == 0) return;
  const FlowKey& key = flows_[r.point][r.flow].key;
  d.add_lone(r.point, {size,
                       r.time,
                       r.frame,
                       {key.endpoint(r.half), key.endpoint(1 - r.half)},
                       r.begin,
                       r.last_crossed,
                       half.last_crossed,
                       r.tcp,
                       r.wireguard});
}

Crossings PacketMatcher::finish() {
  for (; oldest_ < next_; ++oldest_) {
    if (!record(oldest_).matched) settle(record(oldest_));
  }
  return std::move(crossings_);
}

}  // namespace mtuscope
