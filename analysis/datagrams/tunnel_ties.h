// A WireGuard tunnel captured inside and outside at one host, in one file or in two: ties the inner
// packets to the outer ones that carry them, by time and size, so that a loss inside can be
// located: it entered the tunnel, and left on the wire or not.
//
// An outer packet can carry an inner one when its message has the length that the inner size needs
// (inner_sizes() of outer_tunnels.h). At a sender it follows at once, at a receiver it goes before.
// One tie may be a coincidence; that one outer way carries nearly all of an inner one is none.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_TUNNEL_TIES_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_TUNNEL_TIES_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/datagrams/outer_tunnels.h"
#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

class TunnelTies {
 public:
  // Source and destination.
  using Way = std::pair<IpAddress, IpAddress>;

  // Both in time order. Inner packets that came before the first outer one may be left out.
  void add_inner(const Packet& packet);
  void add_outer(const Packet& packet);  // WireGuard's data; a fragment of it too

  // The outer way that carries an inner one; nullopt where too few packets tell.
  std::optional<Way> outer_of(const Way& inner) const;
  // Whether an outer way is known to carry an inner one.
  bool is_seen_inside(const Way& outer) const;
  // Says of a black hole inside the tunnel where its packets were seen outside; nothing unless they
  // were sent by the host that captured both. `sources` are the captures, by the index in a frame.
  void locate(Finding& finding, const std::vector<SourceInfo>& sources) const;

 private:
  struct Seen {
    Timestamp time;
    FrameRef frame;
    IpSize size;
    uint32_t message = 0;  // outer: UDP payload
    Way way;
  };
  struct Tie {
    FrameRef inner, outer;
    IpSize inner_size, outer_size;
  };
  // What is known of one inner way.
  struct Carried {
    std::map<Way, uint64_t> outer;  // ties
    uint64_t seen = 0;              // inner packets
    uint64_t tied = 0;
    uint64_t sent_here = 0;  // ties whose inner packet was seen first
    std::deque<Tie> ties;    // the last ones
  };

  void tie(const Seen& inner, const Seen& outer);
  Carried* carried(const Way& inner);

  std::deque<Seen> inner_, outer_;  // the last ones that are not tied
  std::map<Way, Carried> carried_;  // by inner way
  std::map<Way, Timestamp> last_outer_;
  std::map<Way, uint64_t> outer_fragments_;
};

// What the outside of tunnels shows where their inside was not captured.
std::vector<Finding> judge_outside(const OuterTunnels& outer, const TunnelTies& ties);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_TUNNEL_TIES_H_
