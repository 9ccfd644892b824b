// What a packet that is sent again after a timeout tells of outages: of the direction in which it
// goes, or of the other one, where only the acknowledgement was lost.

#ifndef MTUSCOPE_ANALYSIS_TCP_TIMEOUT_EVIDENCE_H_
#define MTUSCOPE_ANALYSIS_TCP_TIMEOUT_EVIDENCE_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// The packet of this step repeats `range`, which is still as it was sent before.
void note_timeout(FlowStep& step, const Range& range);

// The packet of this step repeats bytes up to `end`, though the other side's acknowledgement of
// them was seen.
void note_lost_ack(FlowStep& step, SeqNumber end);

// The packet of this step repeats bytes that had been acknowledged: what acknowledged those in
// front of them has arrived.
void note_arrived_below(FlowStep& step, SeqNumber begin, SeqNumber end);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_TIMEOUT_EVIDENCE_H_
