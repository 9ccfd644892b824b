#include "analysis/datagrams/fragment_tracker.h"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "analysis/containers/index_table.h"
#include "analysis/containers/oldest.h"

namespace mtuscope {

namespace {

// A receiver waits for 15 s (RFC 791 3.2) to 60 s (RFC 8200 4.5) before it gives up; but the pieces
// of a datagram are sent in one go, and what is a second late is lost or overtaken by everything.
constexpr Duration kGivenUp = Duration::milliseconds(1000);
// An identification that comes again later than this is another datagram's (RFC 6864).
constexpr Duration kIdentificationLives = Duration::milliseconds(30'000);
// Datagrams lost closer together are one event: a burst.
constexpr Duration kBurst = Duration::milliseconds(100);
constexpr size_t kFramesOfDatagram = 4;
constexpr size_t kNodeBytes = 48;  // around what a map holds, with what the heap adds
// Pieces and frames of a datagram, and half of a Packet: some begin with TCP.
constexpr size_t kHeapOfDatagram = 96 + sizeof(Packet) / 2;

// Bytes of the fragment behind its IP headers.
uint32_t data_bytes(const Packet& p) {
  switch (p.transport) {
    case Transport::kTcp:
      return p.payload_bytes + p.tcp.header_bytes;
    case Transport::kUdp:
    case Transport::kIcmp:
      return p.payload_bytes + kUdpHeaderBytes;  // ICMP's is as long
    default:
      return p.payload_bytes;
  }
}

void list_frame(std::vector<FrameRef>& frames, FrameRef frame, size_t limit) {
  if (frames.size() < limit) frames.push_back(frame);
}

// Of a first fragment: later ones have no ports.
void note_flow(const Packet& p, std::vector<FlowDirection>& flows) {
  if (p.transport != Transport::kTcp && p.transport != Transport::kUdp) return;
  list_flow(flows, {{p.src, p.src_port}, {p.dst, p.dst_port}});
}

}  // namespace

size_t FragmentTracker::KeyHash::operator()(const Key& key) const {
  std::array<uint64_t, 4> words;
  std::memcpy(words.data(), key.src.bytes.data(), 16);
  std::memcpy(words.data() + 2, key.dst.bytes.data(), 16);
  return hash_words(words[0], words[1], words[2], words[3],
                    static_cast<uint64_t>(key.id) << 8 | key.protocol);
}

const size_t FragmentTracker::kPathBytes =
    sizeof(Paths::value_type) + kNodeBytes + 2 * kMaxListedFrames * sizeof(FrameRef);
const size_t FragmentTracker::kDatagramBytes =
    sizeof(decltype(datagrams_)::value_type) + kNodeBytes + sizeof(Key) + kHeapOfDatagram;

void FragmentTracker::limit(size_t paths, size_t datagrams,
                            std::function<void(const Ends&)> path_ends) {
  path_ends_ = std::move(path_ends);
  max_paths_ = paths;
  max_datagrams_ = datagrams;
}

FragmentedPath& FragmentTracker::path_of(const IpAddress& src, const IpAddress& dst,
                                         const Packet& seen_in) {
  auto at = paths_.find({src, dst});
  if (at == paths_.end()) {
    if (paths_.size() >= max_paths_) evict_paths(seen_in.time);
    at = paths_.emplace(Ends{src, dst}, FragmentedPath{}).first;
    at->second.family = src.family;
    at->second.source = seen_in.source;
    at->second.interface = seen_in.interface;
  }
  return at->second;
}

void FragmentTracker::evict_paths(Timestamp now) {
  const auto last_seen = [](const FragmentedPath& p) {
    return std::max(p.last, p.last_time_exceeded).value_or(Timestamp{});
  };
  Oldest oldest(now);
  for (const auto& [ends, path] : paths_) oldest.add(last_seen(path));
  oldest.choose();
  std::unordered_set<const FragmentedPath*> gone;
  for (const auto& [ends, path] : paths_) {
    if (!oldest.take(last_seen(path))) continue;
    gone.insert(&path);
    if (path_ends_) path_ends_(ends);
  }
  std::erase_if(datagrams_, [&](const auto& entry) { return gone.contains(entry.second.path); });
  std::erase_if(order_, [&](const Key& key) { return !datagrams_.contains(key); });
  evicted_ +=
      std::erase_if(paths_, [&](const auto& entry) { return gone.contains(&entry.second); });
}

FragmentTracker::Datagram& FragmentTracker::datagram_of(const Packet& p, FragmentedPath& path) {
  const Key key{p.src, p.dst, p.ip_id, p.protocol};
  const auto [at, added] = datagrams_.try_emplace(key);
  Datagram& datagram = at->second;
  if (!added) {
    const Duration idle = p.time - datagram.last;
    if (idle <= (datagram.complete ? kGivenUp : kIdentificationLives)) return datagram;
    end_datagram(datagram, p.time);
    datagram = Datagram{};
  } else {
    order_.push_back(key);
  }
  datagram.path = &path;
  datagram.first = p.time;
  if (datagrams_.size() > max_datagrams_) {
    const auto oldest = datagrams_.find(order_.front());
    order_.pop_front();
    end_datagram(oldest->second, p.time);
    datagrams_.erase(oldest);
  }
  return datagram;
}

void FragmentTracker::add_piece(Datagram& d, uint32_t begin, uint32_t end) {
  auto& pieces = d.pieces;
  const auto at = std::ranges::lower_bound(pieces, begin, {}, [](auto& p) { return p.second; });
  if (at == pieces.end() || end < at->first) {
    if (pieces.size() < kMaxPieces) pieces.insert(at, {begin, end});
    return;
  }
  at->first = std::min(at->first, begin);
  at->second = std::max(at->second, end);
  const auto next = at + 1;
  if (next != pieces.end() && at->second >= next->first) {
    at->second = std::max(at->second, next->second);
    pieces.erase(next);
  }
}

WholeDatagram FragmentTracker::add(const Packet& p) {
  FragmentedPath* const path = &path_of(p.src, p.dst, p);
  const FrameRef frame(p.source, p.frame);
  if (!path->first) path->first = p.time;
  path->last = p.time;
  path->ttl = p.ttl;
  path->outgoing = path->outgoing || p.host_direction == HostDirection::kOutgoing;
  path->incoming = path->incoming || p.host_direction == HostDirection::kIncoming;
  if (p.fragment_offset > 0) {
    ++path->later_seen;
    ++later_seen_;
  } else {
    list_frame(path->frames, frame, kMaxListedFrames);
    if (p.is_wireguard) ++path->wireguard;
    note_flow(p, path->flows);
  }
  if (p.more_fragments) path->largest_fragment = std::max(path->largest_fragment, p.size);

  Datagram& d = datagram_of(p, *path);
  d.last = p.time;
  if (d.complete) return {};  // captured again
  list_frame(d.frames, frame, kFramesOfDatagram);
  d.has_later = d.has_later || p.fragment_offset > 0;
  d.largest = std::max(d.largest, p.size);
  if (p.transport == Transport::kTcp && !d.tcp) d.tcp = std::make_unique<Packet>(p);
  const uint32_t end = p.fragment_offset + data_bytes(p);
  if (!p.more_fragments) d.total = end;
  add_piece(d, p.fragment_offset, end);
  if (d.total == 0 || d.pieces.size() != 1 || d.pieces[0].first != 0 ||
      d.pieces[0].second < d.total) {
    return {};
  }
  d.complete = true;
  ++path->complete;
  if (!path->first_complete) path->first_complete = d.first;
  path->last_complete = d.first;
  WholeDatagram result = whole(d, p);
  path->largest_datagram = std::max(path->largest_datagram, result.size);
  return result;
}

WholeDatagram FragmentTracker::whole(Datagram& d, const Packet& last) {
  WholeDatagram result;
  result.size = IpSize{ip_header_bytes(last.src.family) + d.total};
  if (d.tcp && d.total >= d.tcp->tcp.header_bytes) {
    d.tcp->time = last.time;
    d.tcp->size = d.largest;
    d.tcp->payload_bytes = d.total - d.tcp->tcp.header_bytes;
    d.tcp->payload = {};
    result.tcp = std::move(d.tcp);
  }
  d.tcp.reset();
  return result;
}

void FragmentTracker::end_datagram(const Datagram& d, Timestamp now) {
  FragmentedPath& path = *d.path;
  if (d.complete) return;
  if (now - d.last < kGivenUp) {
    ++path.undecided;
    return;
  }
  const bool has_first = d.pieces.front().first == 0;
  if (!has_first) {
    ++path.first_missing;
    const IpSize beginning{ip_header_bytes(path.family) + d.pieces.front().first};
    path.missing_beginning = std::max(path.missing_beginning, beginning);
  } else if (d.has_later) {
    ++path.with_gaps;
  } else {
    ++path.first_only;
  }
  if (!path.last_incomplete || d.first - *path.last_incomplete >= kBurst) ++path.events;
  if (!path.first_incomplete || d.first < *path.first_incomplete) path.first_incomplete = d.first;
  if (!path.last_incomplete || d.first > *path.last_incomplete) path.last_incomplete = d.first;
  for (const FrameRef frame : d.frames) {
    list_frame(path.incomplete_frames, frame, kMaxListedFrames);
  }
}

bool FragmentTracker::is_time_exceeded(const IcmpHeader& icmp, IpFamily family) {
  return icmp.type == (family == IpFamily::kIPv4 ? 11 : 3) && icmp.code == 1;
}

void FragmentTracker::add_time_exceeded(const Packet& p) {
  const IcmpQuote& quote = p.icmp.quote;
  if (!quote.present) return;
  FragmentedPath* const path = &path_of(quote.src, quote.dst, p);
  ++path->time_exceeded;
  path->time_exceeded_by = p.src;
  if (!path->first_time_exceeded) path->first_time_exceeded = p.time;
  path->last_time_exceeded = p.time;
  path->reporter_ttl = p.ttl;
  list_frame(path->exceeded_frames, FrameRef(p.source, p.frame), kMaxListedFrames);
}

void FragmentTracker::expire(Timestamp now) {
  while (!order_.empty()) {
    const auto oldest = datagrams_.find(order_.front());
    if (oldest != datagrams_.end()) {
      const Duration idle = now - oldest->second.last;
      if (idle.ns >= 0 && idle < kIdentificationLives) return;
      end_datagram(oldest->second, now);
      datagrams_.erase(oldest);
    }
    order_.pop_front();
  }
}

void FragmentTracker::finish(Timestamp end) {
  for (const Key& key : order_) {
    const auto at = datagrams_.find(key);
    if (at != datagrams_.end()) end_datagram(at->second, end);
  }
  datagrams_.clear();
  order_.clear();
}

}  // namespace mtuscope
