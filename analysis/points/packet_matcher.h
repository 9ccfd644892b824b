// Finds the packets of one capture point again at another one. Pure, and bounded: a packet is
// remembered until it is found, for kWindow and among kMaxRecords at most; what is then given up is
// counted. A packet is known again by what NAT and routers leave alone (crossing_print.h), or,
// where offload cut or merged it on one side, by its byte range.
//
// What was seen at one point only is judged when the window has passed: bytes that the receiver
// acknowledged although the other point never showed them were missed by the capture there, and are
// no loss. Flows of which the other point saw nothing are not compared (its filter may differ), nor
// is the time in which only one of the two was capturing.

#ifndef MTUSCOPE_ANALYSIS_POINTS_PACKET_MATCHER_H_
#define MTUSCOPE_ANALYSIS_POINTS_PACKET_MATCHER_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "analysis/containers/index_table.h"
#include "analysis/points/crossings.h"
#include "analysis/tcp/flow_key.h"
#include "capture/packet.h"

namespace mtuscope {

class PacketMatcher {
 public:
  PacketMatcher();

  // A packet of point 0 or 1, in the order of `time`, which is by the common clock.
  void add(const Packet& packet, unsigned point, Timestamp time);
  // Judges what is left. Call once.
  Crossings finish();

  static constexpr Duration kWindow = Duration::milliseconds(10'000);
  static constexpr size_t kMaxRecords = size_t{1} << 16;

 private:
  // Positions in the sequence of all records; 0 is none, and what has left the ring is gone.
  using Position = uint64_t;

  struct Record {
    uint64_t print = 0;
    Timestamp time;
    FrameRef frame;
    Position same_bucket = 0, same_half = 0;  // the one before it
    uint32_t flow = 0;
    uint32_t size = 0;
    uint32_t payload = 0;
    uint32_t bytes = 0;  // of sequence space
    uint32_t covered = 0;
    uint32_t ts_val = 0;
    SeqNumber begin;
    std::optional<Timestamp> last_crossed;  // in its direction, before it
    uint8_t point = 0, half = 0, ttl = 0;
    bool tcp = false, has_ts = false, super_packet = false, matched = false, wireguard = false;
  };

  // Bytes of one direction of a flow, as one point saw them.
  struct Half {
    Mss mss;
    FrameRef syn;
    SeqNumber nxt;                // behind the last byte that was seen
    std::vector<SeqRange> holes;  // below it, never seen
    bool open = false;
    bool holes_lost = false;  // more holes than are kept
    SeqNumber acknowledged;   // by its receiver, as seen here
    bool has_acknowledged = false;
    Position last = 0;
    std::optional<Timestamp> last_crossed;  // when the last one that crossed was sent
    std::optional<uint32_t> direction;      // index into the crossings; set with the partner
  };
  struct Flow {
    FlowKey key;
    std::array<Half, 2> halves;
    uint32_t partner = 0;  // index of the same flow at the other point
    bool has_partner = false;
    bool turned = false;  // the partner's halves are the other way round
    uint32_t self = 0;    // its own index
  };

  Record make_record(const Packet& p, unsigned point, Timestamp time);
  void follow_bytes(const Packet& p, Half& half, Half& peer);
  bool find_same(const Record& r);
  void find_ranges(Record& r);
  void remember(const Record& r);
  void make_partners(const Record& a, const Record& b);
  uint32_t direction_of(const Record& at_0, const Record& at_1);
  void crossed(const Record& at_0, const Record& at_1);
  void note_mss(const Flow& flow, unsigned half);
  void expire(Timestamp now);
  void settle(const Record& r);
  bool was_capturing(const Record& r) const;
  Duration margin() const;

  Half& half_of(const Record& r) { return flows_[r.point][r.flow].halves[r.half]; }
  Half* partner_half(const Record& r);
  bool is_known(Position at) const { return at >= oldest_ && at != 0 && at < next_; }
  Record& record(Position at) { return ring_[at & (kMaxRecords - 1)]; }

  std::array<IndexTable<FlowKey, Flow>, 2> flows_;
  std::vector<Record> ring_;
  Position oldest_ = 1, next_ = 1;
  std::vector<Position> buckets_;
  std::array<std::optional<Timestamp>, 2> first_, last_;
  Duration longest_passage_{0};
  std::map<std::array<IpAddress, 4>, uint32_t> directions_;
  Crossings crossings_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_PACKET_MATCHER_H_
