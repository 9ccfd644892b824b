// The result of an analysis, complete and free of packets: what every output format is made from.

#ifndef MTUSCOPE_ANALYSIS_REPORT_REPORT_H_
#define MTUSCOPE_ANALYSIS_REPORT_REPORT_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/path_tunnel.h"
#include "analysis/report/stall.h"
#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

enum class Status : uint8_t { kOk, kInconclusive, kProblem };
std::string_view to_string(Status status);  // "ok", "inconclusive", "problem"

struct SizeCount {
  IpSize size;
  uint64_t sent = 0;       // transmissions of packets with data (or SYN, FIN) of this size
  uint64_t delivered = 0;  // of those, proven to have arrived
};

// One direction between two addresses, over all their flows.
struct PathReport {
  IpAddress src, dst;
  uint64_t flows = 0;
  Bracket bracket;
  std::vector<SizeCount> sizes;  // ascending by size
  // Encapsulation around this path's packets as captured, outermost first, each once.
  std::vector<PathTunnel> tunnels;
  // What the largest MSS announced by src says its interface MTU is (RFC 6691); 0 unknown.
  IpSize announced_mtu;
};

// WireGuard's UDP seen from outside: the carrier of somebody's tunnel.
struct OuterTunnel {
  Endpoint src, dst;
  uint64_t packets = 0;
  IpSize largest;                        // outer IP packet
  std::optional<std::string> interface;  // that it was captured on, where the file names it
};

// One place where the packets were captured, when there are several that saw the same ones.
struct PointReport {
  std::string name;  // its file, or file and interface
  std::vector<uint32_t> sources;
  uint64_t packets = 0;
  uint64_t dropped = 0;  // by the capturing system there, as far as the files say
};

struct CrossedSize {
  IpSize size;
  uint64_t entered = 0;       // seen at the point that packets pass first
  uint64_t came_out = 0;      // of these, seen at the other one
  uint64_t not_recorded = 0;  // of these, missed by the capture there: the receiver got them
};

// One direction of the packets between two points.
struct CrossedDirection {
  uint32_t from = 0, to = 0;       // points, in the packets' direction
  bool order_known = true;         // false: which of the two they pass first is not known
  IpAddress src, dst;              // as seen at `from`
  IpAddress src_at_to, dst_at_to;  // other addresses where NAT lies between
  std::vector<CrossedSize> sizes;  // ascending by size
  uint64_t only_at_to = 0;         // packets that the capture at `from` missed
  uint64_t super_packets = 0;      // crossed merged by offload, not among the sizes
};

// The clock of `b`, compared with that of `a`: from packets both ways, assuming that the fastest of
// each direction took the same time (RFC 5905 section 8 makes the same assumption).
struct ClockOffset {
  Duration ahead;        // b's clock shows so much more
  Duration uncertainty;  // half the least round trip between the points
};

// Two points, compared.
struct Between {
  uint32_t a = 0, b = 0;     // points
  uint64_t matched = 0;      // packets seen at both
  uint64_t other_flows = 0;  // packets of flows that only one of them saw
  uint64_t outside = 0;      // packets of a time when only one of them was capturing
  uint64_t given_up = 0;     // packets that there was no room to remember
  bool same_clock = false;
  std::optional<ClockOffset> clock;
  std::optional<Duration> round_trip;  // the least, from one point to the other and back
  std::vector<CrossedDirection> directions;
};

struct CaptureQuality {
  std::array<uint64_t, static_cast<size_t>(Undecoded::kCount)> undecoded{};
  uint64_t duplicates = 0;          // the same packet captured again
  uint64_t one_way_flows = 0;       // TCP flows of which one direction only was captured
  uint64_t offloaded_packets = 0;   // larger than the MTU: merged or not yet cut by offload
  uint64_t unseen_acked_bytes = 0;  // acknowledged, but never captured: the capture dropped them
  uint64_t ranges_given_up = 0;     // no longer followed: too many were outstanding
  uint64_t evicted_flows = 0;       // followed no longer, to make room for others
  uint64_t evicted_paths = 0;       // forgotten, to make room for others
  // The same for DNS clients and servers (pairs of them), and for hosts that exchanged fragments.
  uint64_t evicted_dns_services = 0;
  uint64_t evicted_fragment_paths = 0;
  uint64_t dns_questions_given_up = 0;  // while their answer was waited for
  uint64_t one_way_dns_queries = 0;     // nothing that comes to their client was captured
  // LINKTYPE_ values that are not known, and how many packets each had: Undecoded::kLinkType.
  std::map<uint16_t, uint64_t> unread_link_types;
};

struct Fix {
  std::string system;  // "wg-quick"
  std::string where;   // "[Interface] in /etc/wireguard/wg0.conf, on 10.9.0.2 and on 10.9.0.1"
  std::string change;  // "MTU = 1380"
  // What takes it back, a command or words; empty when nothing is known that would.
  std::string rollback = {};
};

// How much a recommended number can be relied upon.
enum class Certainty : uint8_t {
  kExact,     // measured, reported, or computed from what was
  kEstimate,  // the most usual size that explains what was seen
  kFloor,     // what passes, or must pass everywhere; more may be possible
};
std::string_view to_string(Certainty certainty);  // "exact", "estimate", "floor"

struct Recommendation {
  std::string scope;       // the interface or path that it is for
  IpSize mtu;              // 0: no size is to be set; `scope` and `basis` say what is to be done
  Mss mss_ipv4, mss_ipv6;  // 0: none (IPv6 does not run over less than 1280 bytes)
  Certainty certainty = Certainty::kEstimate;
  std::string basis;         // why this number, with the arithmetic
  std::string arithmetic;    // "1460 - 60 WireGuard over IPv4 = 1400"; empty where there is none
  uint32_t may_be_left = 0;  // bytes by which a larger MTU may be possible after all
  std::vector<Fix> fixes;    // first choice first
  std::string verify;        // the command that shows whether it worked
  std::string verify_on;     // the host on which to run it; empty: this one
  // What the command does not show, and what would; empty where it shows all.
  std::string verify_limit = {};
};

struct Report {
  Status status = Status::kOk;
  std::string headline;           // one line, without a full stop
  std::vector<Finding> findings;  // worst first
  std::vector<PathReport> paths;  // those with findings first, then by packets
  uint64_t paths_total = 0;       // may be more than are listed
  CaptureQuality quality;
  std::vector<OuterTunnel> outer_tunnels;
  std::vector<PointReport> points;  // empty when there is only one
  std::vector<Between> between;     // pairs of points that have packets in common
  std::vector<Recommendation> recommendations;
  // Stuck flows first, then those that waited longest; of tcp_flows, the first thousand.
  std::vector<FlowReport> flows;
  uint64_t packets = 0;  // decoded
  uint64_t tcp_flows = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_REPORT_H_
