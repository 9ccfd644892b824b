// Where a receiver says that a segment ended, inside of what was captured as one packet: how
// offload has cut that, or merged it. Before that the size of its segments is a hypothesis.

#ifndef MTUSCOPE_ANALYSIS_TCP_SEGMENT_END_H_
#define MTUSCOPE_ANALYSIS_TCP_SEGMENT_END_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// The packet of this step names `at`, as its acknowledgement or an edge of a SACK block (RFC 9293
// 3.10.7.4, RFC 2018 3). Before it is counted as delivered.
void note_segment_end(FlowStep& step, SeqNumber at);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_SEGMENT_END_H_
