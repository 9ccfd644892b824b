// PTBs (ICMP "fragmentation needed", ICMPv6 Packet Too Big) as evidence. A PTB that quotes bytes in
// flight becomes a PtbCase of its path: what its sender did from then on. Whatever cannot be right,
// or quotes something that is not followed, is kept in the PtbLog of the whole capture. What
// follows from both is decided in ptb_findings.h.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_PTB_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_PTB_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/packet.h"

namespace mtuscope {

// Why a PTB cannot be right.
enum class PtbFault : uint8_t {
  kNone,
  kNoMtu,         // says 0, as routers older than RFC 1191 do (RFC 1191 5)
  kBelowMinimum,  // below 68 (RFC 791 3.2) or, IPv6, 1280 (RFC 8201 4: must be discarded)
  kNotSmaller,    // than the packet it is about
  kNeverSent,     // quotes bytes that its flow had not sent (RFC 5927 4.1)
  kElsewhere,     // went to another host than the one that sent the quoted packet (RFC 792)
};

// What one message says.
struct PtbNotice {
  Timestamp time;
  FrameRef frame;
  IpAddress reporter;  // the source of the message
  IpAddress to;        // its destination
  IpSize mtu;          // as reported
  IcmpQuote quote;
};
PtbNotice notice_of(const Packet& ptb);

// What can be told without its flow. `sent`: size of the quoted packet as the capture shows it; 0
// where it does not.
PtbFault fault_of(const PtbNotice& notice, IpSize sent);

// Quotes bytes that its flow has not sent so far; and how often.
struct UnsentPtb {
  PtbNotice notice;
  uint32_t count = 1;
};

// Packets above a reported MTU, with DF, of one flow.
struct PacketsAbove {
  uint32_t count = 0;
  IpSize smallest, largest;
  Timestamp first, last;
  std::array<FrameRef, 8> frames{};  // of the first ones

  void add(const Packet& p);
  size_t kept() const { return std::min<size_t>(count, frames.size()); }
};

// One MTU that one router reported to one flow, about bytes that were in flight, and what followed.
struct PtbCase {
  FlowDirection flow;
  IpAddress reporter;
  IpSize mtu;
  IpSize quoted;          // size of the quoted packet, as the quote says
  SeqNumber quoted_seq;   // its first byte
  Timestamp first, last;  // first and last of these PTBs
  FrameRef first_frame, last_frame;
  uint32_t count = 1;
  Duration rtt;           // of the flow
  bool presumed = false;  // the capture cut the quote off: no other flow had such packets in flight

  // The first packet within the MTU that carries the quoted bytes, or one that routers may cut (DF
  // cleared); and the acknowledgement that covers them.
  std::optional<Timestamp> obeyed, delivered;
  IpSize obeyed_size;  // 0: merged by offload, so not known
  bool df_cleared = false;
  FrameRef obeyed_frame, delivered_frame;

  // Later than the sender can have had on its way: before it obeyed, and after it had.
  PacketsAbove above, above_again;
};

// PTBs of one reporter that say and quote the same.
struct PtbGroup {
  PtbFault fault = PtbFault::kNone;   // kNone: quotes something that is not followed
  PtbNotice notice;                   // the first one
  std::optional<FlowDirection> flow;  // the TCP flow that is meant, where it is in the capture
  bool rewritten = false;  // only the sequence number shows that: a NAT changed the quote
  uint64_t count = 0;
  Timestamp last;
  std::array<FrameRef, 8> frames{};  // of the first ones
};

class PtbLog {
 public:
  // The same message, captured again on another interface.
  bool is_copy(const Packet& ptb);
  void add(const PtbNotice& notice, PtbFault fault,
           const std::optional<FlowDirection>& flow = std::nullopt, bool rewritten = false,
           uint32_t count = 1);
  // About bytes that had arrived already, or beyond what is kept: it says nothing.
  void add_late() { ++late_; }

  const std::vector<PtbGroup>& groups() const { return groups_; }
  uint64_t late() const { return late_; }
  uint64_t not_kept() const { return not_kept_; }  // messages beyond kMaxGroups different ones

 private:
  static constexpr size_t kMaxGroups = 256;
  struct Seen {
    Timestamp time;
    IpAddress from, to;
    uint32_t ip_id = 0, quoted_seq = 0, quoted_id = 0, mtu = 0;
  };
  std::array<Seen, 16> recent_{};
  uint8_t recent_at_ = 0;
  std::vector<PtbGroup> groups_;
  uint64_t late_ = 0, not_kept_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_PTB_H_
