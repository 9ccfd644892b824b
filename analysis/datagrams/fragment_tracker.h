// Follows fragmented datagrams: which pieces of each were captured, and which datagrams were whole.
// Sees fragments only (and the ICMP errors about them), keeps counts for each pair of addresses,
// and decides nothing: see fragment_findings.h.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_TRACKER_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_TRACKER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/packet.h"

namespace mtuscope {

// The fragmented datagrams from one address to another, over all protocols.
struct FragmentedPath {
  IpFamily family = IpFamily::kIPv4;
  uint64_t complete = 0;
  // Ended incomplete, that is a second or more before the end of the capture:
  uint64_t first_only = 0;  // the first fragment, and nothing behind it
  uint64_t first_missing = 0;
  uint64_t with_gaps = 0;   // the first fragment and some others
  uint64_t undecided = 0;   // given up early (too many at a time, or the capture ended)
  uint64_t later_seen = 0;  // fragments with an offset: a capture filter on ports never has any

  uint64_t events = 0;  // incomplete datagrams that were sent 100 ms or more apart
  std::optional<Timestamp> first_incomplete, last_incomplete;  // when they were sent
  std::optional<Timestamp> first_complete, last_complete;

  // ICMP "fragment reassembly time exceeded" about datagrams of this path.
  uint64_t time_exceeded = 0;
  std::optional<IpAddress> time_exceeded_by;
  std::optional<Timestamp> first_time_exceeded, last_time_exceeded;

  std::optional<Timestamp> first, last;  // fragments of any kind
  IpSize largest_fragment;               // that is not the last of its datagram: cut to fit a link
  IpSize largest_datagram;               // whole, as if it had not been cut; 0 unknown
  IpSize missing_beginning;  // what is missing before the first piece that came, as one packet
  uint64_t wireguard = 0;    // first fragments with the shape of a WireGuard message
  std::vector<FlowDirection> flows;  // of first fragments with ports, at most kMaxListedFlows
  std::vector<FrameRef> frames;      // of the first fragments seen
  std::vector<FrameRef> incomplete_frames;  // of incomplete datagrams
  std::vector<FrameRef> exceeded_frames;
  uint8_t ttl = 0;                          // of the fragments
  uint8_t reporter_ttl = 0;                 // of the ICMP errors
  bool outgoing = false, incoming = false;  // Linux cooked captures tell
  uint32_t source = 0, interface = 0;       // where it was first seen

  uint64_t incomplete() const { return first_only + first_missing + with_gaps; }
  uint64_t datagrams() const { return complete + incomplete() + undecided; }
};

// What a fragment completes.
struct WholeDatagram {
  IpSize size;  // as an unfragmented IP packet; 0 when it completes nothing
  // Where it is TCP: the segment with all of its bytes, its size that of its largest fragment,
  // since nothing larger was on the wire. Its payload is not kept.
  std::unique_ptr<Packet> tcp;
};

class FragmentTracker {
 public:
  using Ends = std::pair<IpAddress, IpAddress>;  // src, dst
  using Paths = std::map<Ends, FragmentedPath>;

  // `p.is_fragment` must be set.
  WholeDatagram add(const Packet& p);
  // ICMP time exceeded, code 1 (RFC 792; RFC 4443 3.3), of a destination that waited in vain.
  void add_time_exceeded(const Packet& icmp);
  static bool is_time_exceeded(const IcmpHeader& icmp, IpFamily family);
  // A packet without ports that is no error message: no filter on ports would have let it through.
  void note_portless() { portless_seen_ = true; }
  // Ends the datagrams of which no more fragments will come.
  void expire(Timestamp now);
  // Ends all datagrams. `end`: the time of the last packet of the capture. Call once.
  void finish(Timestamp end);

  bool empty() const { return paths_.empty(); }
  const Paths& paths() const { return paths_; }
  bool portless_seen() const { return portless_seen_; }
  uint64_t later_seen() const { return later_seen_; }  // over all paths
  size_t open_datagrams() const { return datagrams_.size(); }
  uint64_t evicted_paths() const { return evicted_; }

  // At most so many at a time. A path that is one too many makes the room for it: an eighth of them
  // go, those that have been idle for longest; `path_ends` is told. Without a call, paths are not
  // bounded.
  void limit(size_t paths, size_t datagrams, std::function<void(const Ends&)> path_ends);
  void evict_paths(Timestamp now);

  // What each takes, with the evidence that an ordinary one has.
  static const size_t kPathBytes, kDatagramBytes;

 private:
  static constexpr size_t kMaxPieces = 16;

  struct Key {
    IpAddress src, dst;
    uint32_t id = 0;  // IPv4 identification, or the IPv6 fragment header's
    uint8_t protocol = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  struct Datagram {
    FragmentedPath* path = nullptr;
    Timestamp first, last;
    std::vector<std::pair<uint32_t, uint32_t>> pieces;  // [begin, end) in bytes, sorted, apart
    uint32_t total = 0;                                 // bytes, once the last fragment was seen
    std::vector<FrameRef> frames;                       // at most four
    IpSize largest;                                     // of its fragments
    std::unique_ptr<Packet> tcp;                        // the first fragment, where it is TCP
    bool complete = false;
    bool has_later = false;
  };

  FragmentedPath& path_of(const IpAddress& src, const IpAddress& dst, const Packet& seen_in);
  Datagram& datagram_of(const Packet& p, FragmentedPath& path);
  void end_datagram(const Datagram& datagram, Timestamp now);
  static WholeDatagram whole(Datagram& datagram, const Packet& last);
  static void add_piece(Datagram& datagram, uint32_t begin, uint32_t end);

  Paths paths_;
  std::unordered_map<Key, Datagram, KeyHash> datagrams_;
  std::deque<Key> order_;  // each key of datagrams_, in the order in which they were first seen
  bool portless_seen_ = false;
  uint64_t later_seen_ = 0;
  size_t max_paths_ = std::numeric_limits<size_t>::max();
  size_t max_datagrams_ = 4096;
  std::function<void(const Ends&)> path_ends_;
  uint64_t evicted_ = 0;  // paths
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_TRACKER_H_
