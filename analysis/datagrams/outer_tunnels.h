// WireGuard seen from outside: encrypted datagrams, of which only sizes and times are known. Finds
// the shape of a sender that repeats one large packet at growing intervals while smaller ones flow,
// which is what a path-MTU black hole around the tunnel looks like on the wire. Never more than
// suspected: who repeats what, nobody can see.
//
// The rule (docs/findings.md, "Encrypted tunnels from outside"), for each direction:
//  1. of its largest data packets nothing was captured but repetitions at growing intervals
//     (growing_intervals.h): a single one of that size that had arrived would have been followed by
//     others;
//  2. smaller ones flow since: they follow, and the other end is heard within a second and goes on,
//     but not with mere repetitions; or a handshake is answered;
//  3. the tunnel itself is alive: no handshake is repeated (WireGuard does after 5 s without an
//     answer, and starts one after 15 s in which nothing came back);
//  4. what is inside cannot be an unanswered QUIC handshake, which repeats its 1200 to 1252 bytes
//     just so (RFC 9000 14.1, RFC 9002 6.2).
// Where 1 holds and another does not, that is an open question.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_OUTER_TUNNELS_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_OUTER_TUNNELS_H_

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/advice/recommend.h"
#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "analysis/report/report.h"
#include "capture/packet.h"

namespace mtuscope {

// What a data message of this UDP payload carries: an inner packet of `smallest` to `largest`
// bytes. The inner packet is padded to 16 bytes, but never beyond the tunnel's MTU, so that a
// length that is no multiple of 16 is that MTU.
struct InnerSizes {
  IpSize smallest, largest;
  bool at_tunnel_mtu = false;
};
InnerSizes inner_sizes(uint32_t udp_payload_bytes);

class OuterTunnels {
 public:
  // Addresses of outer packets.
  using Way = std::pair<IpAddress, IpAddress>;

  // `packet.is_wireguard` must be set.
  void add(const Packet& packet);

  bool empty() const { return directions_.empty(); }
  std::vector<OuterTunnel> describe(const std::vector<SourceInfo>& sources) const;
  // That all of the tunnels use; nullopt when they differ or there are none.
  std::optional<IpFamily> family() const;
  // For each direction that `is_seen_inside` does not name (there the inside tells more):
  // pmtu-blackhole, suspected, or an open question. Sizes are those of the outer packets.
  std::vector<Finding> judge(const std::function<bool(const Way&)>& is_seen_inside) const;

 private:
  struct Sighting {
    Timestamp time;
    FrameRef frame;
    IpSize size;           // outer IP packet
    uint32_t payload = 0;  // UDP
  };
  struct Direction {
    OuterTunnel tunnel;
    uint32_t source = 0, interface = 0;
    std::vector<Sighting> largest;    // data of the largest size so far, the first kMaxLargest
    uint64_t largest_total = 0;       // all of them
    std::optional<Sighting> smaller;  // the last data packet that was smaller
    // Data of the other end since the first of `largest`, up to kMaxHeard.
    std::vector<Timestamp> heard;
    uint64_t heard_total = 0;             // all of it
    std::optional<Timestamp> initiation;  // the last one
    std::optional<Timestamp> repeated_initiation;
    std::optional<Timestamp> response;  // the last one: it answers an initiation of the other end
  };
  using Ends = std::pair<Endpoint, Endpoint>;
  struct Shape;

  Direction* direction(const Ends& ends);
  void note_data(const Packet& packet, Direction& d, Direction* back);
  std::optional<Finding> judge(const Direction& there, const Direction& back) const;
  static Finding suspect(const Direction& there, const Shape& shape, bool answered);
  static Finding question(const Direction& there, const Shape& shape, const std::string& why);

  std::map<Ends, Direction> directions_;
};

// What to set inside the tunnel, so that no outer packet is as large as those of this finding of
// OuterTunnels.
Recommendation recommend_inside(const Finding& finding);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_OUTER_TUNNELS_H_
