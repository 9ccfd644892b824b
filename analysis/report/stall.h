// Why a connection paused: for every wait that a person would notice, what was waited for. And the
// row of a table that says it for one flow.

#ifndef MTUSCOPE_ANALYSIS_REPORT_STALL_H_
#define MTUSCOPE_ANALYSIS_REPORT_STALL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

enum class StallCause : uint8_t {
  kLargePacketLost,      // of a size that never gets through: it was sent again, just as large
  kPacketLost,           // and the timeout until it was sent again arrived
  kOutage,               // nothing of any size arrived meanwhile
  kWindowClosed,         // the receiving program did not read (RFC 9293 3.8.6)
  kNothingSent,          // all that was sent had been acknowledged: the next to send did not
  kLateAcknowledgement,  // arrived, and was acknowledged late: a slow path or a busy receiver
  kDelayedAck,           // Nagle's algorithm waited for an acknowledgement that the peer delayed
};
std::string_view to_string(StallCause cause);  // "large-packet-lost"

struct Stall {
  StallCause cause{};
  FlowDirection flow;  // of the data that was waited for
  Timestamp begin, end;
  bool ended = true;           // false: the flow never went on
  bool answer = false;         // kNothingSent: of the side that did not open the flow and was asked
  bool seen_at_sender = true;  // the capture would show what the sender sent
  IpSize size;                 // of the packet that was lost; 0 where none was
  bool only_fin = false;       // it was a FIN: nobody waits for that
  uint32_t times = 0;          // sendings of it; for kDelayedAck: such waits, together `waited`
  Duration waited{0};          // end - begin, but for kDelayedAck the sum of the waits
  FrameRef before, after;      // the frame that the wait begins with, and that it ends with
};

// Whether a person at the connection had to wait, rather than let it wait.
bool is_a_wait(const Stall& stall);

enum class FlowState : uint8_t { kOpen, kClosed, kReset, kRefused, kUnanswered, kStuck };
std::string_view to_string(FlowState state);  // "open", ..., "refused", "unanswered", "stuck"

// One flow. [0] is the side that opened it, or was seen first where no SYN was captured.
struct FlowReport {
  std::array<Endpoint, 2> ends;
  Timestamp first_time, last_time;
  FlowState state{};
  std::optional<uint8_t> reset_by;     // index into `ends`: who sent a RST
  std::array<uint64_t, 2> bytes{};     // of sequence space each side sent, as far as was seen
  std::array<uint32_t, 2> repeated{};  // packets that it sent again
  Duration waited{0};                  // all waits together
  uint32_t stalls_total = 0;
  std::vector<Stall> stalls;  // the longest, in order of time
  // What stays undelivered when the flow is stuck, where its first bytes say so.
  std::string stuck_bytes;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_STALL_H_
