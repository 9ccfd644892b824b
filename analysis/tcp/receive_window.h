// How far a side may send: the window that the other one announces (RFC 9293 3.8.6, scaled as RFC
// 7323 2.2 says), and the waits for one that was closed.

#ifndef MTUSCOPE_ANALYSIS_TCP_RECEIVE_WINDOW_H_
#define MTUSCOPE_ANALYSIS_TCP_RECEIVE_WINDOW_H_

#include <optional>

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// For every packet with the ACK flag, after what it acknowledges.
void follow_window(FlowStep& step);

// The window of `half`'s receiver, closed until now, opened, or will not any more. A wait of at
// least `noticed` of a sender that had something to send goes to the direction.
void end_closed_window(HalfFlow& half, PathDirection& direction, Timestamp now, Duration noticed);
// The same wait, if it ended now; nullopt when it is too short, or nobody waits.
std::optional<ClosedWindow> closed_window(const HalfFlow& half, Timestamp now, Duration noticed);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_RECEIVE_WINDOW_H_
