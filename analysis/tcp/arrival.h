// What follows when data of the other side is known to have arrived: which sending of it that was,
// what size passed, what failed before, what was no loss. `step` is that of the packet that says
// so.

#ifndef MTUSCOPE_ANALYSIS_TCP_ARRIVAL_H_
#define MTUSCOPE_ANALYSIS_TCP_ARRIVAL_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// A range of the peer's ledger, acknowledged or named by SACK.
void deliver(FlowStep& step, const Range& range);
// Its bytes arrived, but with a sending that is not in the capture.
void deliver_unseen(FlowStep& step, const Range& range);
// A packet of the peer is known to have arrived, by more than the usual acknowledgement.
// `size_known`: it is certain which size it had on the wire.
void note_arrival(FlowStep& step, const Delivery& delivery, bool size_known = true);

// An answer that comes sooner after a packet than any other one did answers an earlier packet.
// Where they are answered within the time that processes wait, as between two containers of a host
// or at the receiver, that says nothing: 0.
Duration soonest_answer(const FlowStep& step);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_ARRIVAL_H_
