// One TCP flow: two halves, each with its ledger. Kept small, since a capture may hold a million of
// them; what only flows in trouble need is in HalfDetail, made on demand.

#ifndef MTUSCOPE_ANALYSIS_TCP_TCP_FLOW_H_
#define MTUSCOPE_ANALYSIS_TCP_TCP_FLOW_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/evidence/ledger.h"
#include "analysis/evidence/outage_log.h"
#include "analysis/evidence/ptb.h"
#include "analysis/evidence/repetitions.h"
#include "analysis/evidence/zero_window.h"
#include "analysis/tcp/flow_key.h"
#include "analysis/tcp/sent_stamps.h"
#include "capture/address.h"
#include "capture/packet.h"

namespace mtuscope {

// A packet whose arrival is not visible in the ledger: a keepalive, or a pure ACK.
struct LooseEnd {
  SeqNumber begin, end;  // bytes it carried; for a pure ACK, `end` is its acknowledgement number
  IpSize size;
  Timestamp sent;
  FrameRef frame;
  bool open = false;
  Duration wait{0};  // for a pure ACK: by then the peer would have repeated what it acknowledges
};

struct Path;

struct HalfDetail {
  Repetitions repetitions;
  // Payload of the segments that this side has cut its data into anew; 0: as the MSS says.
  uint16_t recut = 0;
  Timestamp advanced{};  // when SND.UNA last did, since this was made
  // The hole that is being filled, see hole.h.
  struct Filling {
    SeqNumber begin, end;
    uint32_t segment = 0;      // payload of each packet that was lost
    uint32_t bytes = 0;        // filled, and not counted as lost so far
    bool cut_smaller = false;  // known by the packet before it, see begin_to_fill()
  };
  Filling filling;
  // The last hole as it opened, and the payload of the packet that came just before it.
  SeqRange opened{};
  uint32_t before_opened = 0;
  LooseEnd keepalive;  // RFC 9293 3.8.4: answered at once
  LooseEnd pure_ack;   // delivered if the peer does not repeat what it acknowledges
  // Acknowledged bytes that this half repeated last, when, and how long after the time before.
  struct AskedAgain {
    SeqNumber begin, end;
    Timestamp time;
    Duration gap{0};
    bool open = false;  // their answer has not come
  };
  AskedAgain asked_again;
  SentStamps stamps;
  // The last packet without data: `begin` its sequence number, `end` what it acknowledges. Closed
  // when that was asked for again.
  LooseEnd bare_ack;
  // The last hole was revealed by a packet without data that repeats an answer which was lost.
  bool answered_before = false;
  // For so long nothing had come by in the midst of full segments, when such a packet revealed it.
  Duration silent{0};
  Duration paused{0};  // ... or after whatever had come
  // When the last packet was sent that is known to have arrived, apart from those that a cumulative
  // acknowledgement covered at their first sending.
  std::optional<Timestamp> arrived;
  // Acknowledgements for want of which the other side repeated its data; at most kMaxLostAcks.
  std::vector<Unanswered> lost_acks;
  static constexpr size_t kMaxLostAcks = 16;
  std::array<SeqRange, 4> known_sacks{};  // processed before; empty ranges are free places
  SeqRange last_sack{};                   // the first block of the last one
  SeqRange unseen{};      // last stretch that was acknowledged without having been captured
  FrameRef last_arrived;  // the last repeated packet that was counted as delivered
  bool answers_cut =
      false;  // the snaplen cut options of its receiver: what SACK names is not known
  // How the receiver asks for the lowest outstanding byte; reset when that arrives.
  uint32_t duplicate_acks = 0;
  uint32_t asks = 0;
  Timestamp last_ask;
  std::array<FrameRef, 4> ask_frames{};
  // What routers said about this half's packets; and about bytes that it has not sent so far.
  std::vector<PtbCase> ptbs;
  std::vector<UnsentPtb> ptbs_unsent;
  ClosedWindow closed;  // the last time that its receiver closed the window; `begin` 0: never
  bool window_closed = false;  // it still is
  // What had to be sent again and then arrived: the latest of its last sendings.
  std::optional<Timestamp> refilled;
  // What was sent again last, and what its first bytes say it is.
  SeqNumber lost_begin;
  std::string lost_bytes;
  // All was acknowledged, and later than the path takes: did something wait for that?
  Timestamp delayed_ack_time;
  Duration delayed_ack{0};
};

// In place of a window scale: the SYN that would tell was not captured, or its options were cut.
inline constexpr uint8_t kScaleUnseen = 0xfe;
// ... the SYN announced none.
inline constexpr uint8_t kNoScale = 0xff;

struct HalfFlow {
  Ledger ledger;
  SeqNumber una, nxt;           // SND.UNA and SND.NXT as far as the capture shows
  SeqNumber window_edge;        // first byte the peer does not accept; valid with window_known
  uint32_t isn = 0;             // where there was no SYN, the first number that was seen
  Mss mss;                      // announced by this side; 0 when its SYN was not captured
  uint16_t window_field = 0;    // of its last packet
  uint16_t header_bytes = 0;    // IP and TCP headers of its last data packet
  uint16_t largest_single = 0;  // largest payload that was one segment, since it was cut anew
  uint8_t window_scale = kScaleUnseen;  // announced in its SYN (RFC 7323 2.2): a shift, at most 14
  bool open = false;                    // una and nxt are valid
  bool seen = false;                    // at least one packet of this half was captured
  bool syn_seen = false;
  bool sack_permitted = false;  // announced by this side; valid with syn_seen
  // A bit each, so that a flow needs no further eight bytes.
  bool rst_seen : 1 = false, fin_seen : 1 = false;
  bool window_known : 1 = false;
  bool anchored : 1 = false;           // an acknowledgement or a SYN says where it begins
  bool segment_confirmed : 1 = false;  // super-packets are cut as segmentation_of() says
  bool missed_bytes : 1 = false;       // it sent bytes that the capture does not have
  bool uses_df : 1 = false;            // IPv4: it sent data with DF
  std::array<uint32_t, 4> recent{};    // hashes of its last packets, for duplicates
  uint8_t recent_at = 0;
  uint8_t wraps = 0;               // of SND.NXT, past 2^32
  uint16_t repeated = 0;           // packets sent again, at most 2^16 - 1
  uint16_t largest_delivered = 0;  // whole IP packet with data of this side; at most 65535
  uint16_t last_payload = 0;       // of its last packet with new bytes, at most 2^16 - 1
  Timestamp last_packet;
  std::unique_ptr<HalfDetail> detail;

  void begin_at(SeqNumber seq) {
    una = nxt = seq;
    if (!syn_seen) isn = seq.value;
    open = true;
  }
  void advance_to(SeqNumber seq) {
    if (seq.value < nxt.value && wraps < 0xff) ++wraps;
    nxt = seq;
  }
  // Bytes of sequence space sent since the first that was seen; SYN and FIN are not counted.
  uint64_t bytes() const {
    if (!open) return 0;
    const uint64_t all = (uint64_t{wraps} << 32) + nxt.value - isn;
    const uint64_t flags = (syn_seen ? 1u : 0u) + (fin_seen ? 1u : 0u);
    return all > flags ? all - flags : 0;
  }

  // Nothing but the FIN.
  bool is_fin(const Range& range) const {
    return fin_seen && range.bytes == 1 && !range.hole && range.end() == nxt;
  }
  uint32_t recut() const { return detail ? detail->recut : 0; }
  HalfDetail& details() {
    if (!detail) detail = std::make_unique<HalfDetail>();
    return *detail;
  }
};

inline bool is_syn(const HalfFlow& half, const Range& range) {
  return half.syn_seen && range.begin.value == half.isn;
}

struct TcpFlow {
  FlowKey key;
  std::array<HalfFlow, 2> halves;  // [0] sent by `low`
  Path* path = nullptr;            // of the path table, which outlives the flow
  Timestamp began;                 // its first packet
  Timestamp progress;              // see stall_log.h
  Timestamp syn_time;              // of the last SYN without ACK, when one was captured
  Duration handshake{
      -1};  // SYN to the ACK of the SYN-ACK: one whole RTT from any vantage; -1 unknown
  bool reused : 1 = false;    // an earlier flow had the same ports
  bool news : 1 = false;      // its last packet was evidence that something is wrong, or is over
  bool troubled : 1 = false;  // it is in the TroubleList
  // By its SYN, its SYN-ACK, or the first packet that was seen: halves[1] opened it.
  bool opened_by_high = false;
  bool carried_data = false;
  uint8_t last_data_from = 0;  // the half that sent data last; valid with carried_data
  uint32_t pauses = 0;         // index into the StallLog's; 0: none

  Endpoint endpoint(unsigned half) const { return key.endpoint(half); }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TCP_FLOW_H_
