// One TCP flow: two halves, each with its ledger. Kept small, since a capture may hold a million of
// them; what only flows in trouble need is in HalfDetail, made on demand.

#ifndef MTUSCOPE_ANALYSIS_TCP_FLOW_H_
#define MTUSCOPE_ANALYSIS_TCP_FLOW_H_

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "analysis/flow_key.h"
#include "analysis/ledger.h"
#include "analysis/ptb.h"
#include "capture/address.h"
#include "capture/packet.h"

namespace mtuscope {

// A packet whose arrival is not visible in the ledger: a repeated sending of bytes that were
// already acknowledged, a keepalive, or a pure ACK.
struct LooseEnd {
  SeqNumber begin, end;  // bytes it carried; for a pure ACK, `end` is its acknowledgement number
  IpSize size;
  Timestamp sent;
  FrameRef frame;
  bool open = false;
};

struct Path;

struct HalfDetail {
  LooseEnd repeated;   // the last sending of bytes that had arrived already: D-SACK tells its fate
  LooseEnd keepalive;  // RFC 9293 3.8.4: answered at once
  LooseEnd pure_ack;   // delivered if the peer does not repeat what it acknowledges
  std::array<SeqRange, 4> known_sacks{};  // processed before; empty ranges are free places
  SeqRange unseen{};      // last stretch that was acknowledged without having been captured
  FrameRef last_arrived;  // the last repeated packet that was counted as delivered
  // How the receiver asks for the lowest outstanding byte; reset when that arrives.
  uint32_t duplicate_acks = 0;
  uint32_t asks = 0;
  Timestamp last_ask;
  std::array<FrameRef, 4> ask_frames{};
  // What routers said about this half's packets; and about bytes that it has not sent so far.
  std::vector<PtbCase> ptbs;
  std::vector<PtbNotice> ptbs_unsent;
};

struct HalfFlow {
  Ledger ledger;
  SeqNumber una, nxt;           // SND.UNA and SND.NXT as far as the capture shows
  SeqNumber window_edge;        // first byte the peer does not accept; valid with window_known
  uint32_t isn = 0;             // valid with syn_seen
  Mss mss;                      // announced by this side; 0 when its SYN was not captured
  uint16_t window_field = 0;    // of its last packet
  uint16_t header_bytes = 0;    // IP and TCP headers of its last data packet
  uint16_t largest_single = 0;  // largest payload that was certainly one segment
  uint8_t window_scale = 0;     // valid with syn_seen
  bool open = false;            // una and nxt are valid
  bool seen = false;            // at least one packet of this half was captured
  bool syn_seen = false;
  bool sack_permitted = false;  // announced by this side; valid with syn_seen
  bool rst_seen = false;
  bool window_known = false;
  bool anchored = false;             // an acknowledgement or a SYN says where it begins
  bool segment_confirmed = false;    // super-packets were whole multiples of the derived segment
  bool missed_bytes = false;         // it sent bytes that the capture does not have
  std::array<uint32_t, 4> recent{};  // hashes of its last packets, for duplicates
  uint8_t recent_at = 0;
  Timestamp last_packet;
  std::unique_ptr<HalfDetail> detail;

  HalfDetail& details() {
    if (!detail) detail = std::make_unique<HalfDetail>();
    return *detail;
  }
};

struct TcpFlow {
  FlowKey key;
  std::array<HalfFlow, 2> halves;  // [0] sent by `low`
  Path* path = nullptr;            // of the path table, which outlives the flow
  Timestamp syn_time;              // of the last SYN without ACK, when one was captured
  Duration handshake{
      -1};  // SYN to the ACK of the SYN-ACK: one whole RTT from any vantage; -1 unknown
  bool syn_from_high = false;
  bool reused = false;  // an earlier flow had the same ports

  Endpoint endpoint(unsigned half) const { return key.endpoint(half); }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_FLOW_H_
