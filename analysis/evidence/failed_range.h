// From the transmissions of one range to the claim that it failed at a size: sent three or more
// times, one RTT apart, at least once after a timeout.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_FAILED_RANGE_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_FAILED_RANGE_H_

#include <span>
#include <vector>

#include "analysis/evidence/ledger.h"
#include "analysis/evidence/path.h"

namespace mtuscope {

// A wait this much longer than the RTT is a retransmission timeout: Linux and most others wait RTT
// + 200 ms, and some stop short of it by a clock tick.
inline constexpr Duration kTimeoutBeyondRtt = Duration::milliseconds(150);

// Counts transmissions that are at least one RTT apart; those closer are one loss event.
size_t separate_events(std::vector<Timestamp> times, Duration rtt);

// True when the wait before transmission i was a retransmission timeout rather than loss recovery:
// longer than an RTT by what RFC 6298's minimum and its implementations leave (Linux 200 ms), or
// doubled from the wait before (RFC 6298 5.5).
bool is_timeout(std::span<const Transmission> transmissions, size_t i, Duration rtt);

// The same, of a wait alone.
bool is_timeout_after(Duration wait, Duration rtt);

// How often a sender must have sent a missing segment within this time, by RFC 6298's backoff from
// the Linux minimum of 200 ms.
uint32_t implied_transmissions(Duration missing_for, Duration rtt);

// A hole must have been open for so many of them, as often as a range must fail: a sender that has
// a PTB to go by sends smaller packets at once.
inline constexpr uint32_t kMinImplied = 3;

// Nothing came by for `silent` in the midst of full segments: as long as a sender needs for so many
// sendings.
bool stopped_in_transfer(Duration silent, Duration rtt);

// One FailedRange for each size at which the range failed, smallest last; flow and the like are
// left to the caller. Sizes of at most `delivered_size` are left out (0: nothing was delivered).
std::vector<FailedRange> failures_of(const History& history, Duration rtt, IpSize delivered_size);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_FAILED_RANGE_H_
