// Data that was seen before, in whole or in part: retransmissions, holes that fill, what was
// captured late or twice.

#ifndef MTUSCOPE_ANALYSIS_TCP_REPEATED_DATA_H_
#define MTUSCOPE_ANALYSIS_TCP_REPEATED_DATA_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// The packet of this step brings bytes from `begin` to `end`, all of which had been acknowledged
// before.
void follow_old_data(FlowStep& step, SeqNumber begin, SeqNumber end);

// ... all of which lie between SND.UNA and SND.NXT.
void follow_repeated_data(FlowStep& step, SeqNumber begin, SeqNumber end);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_REPEATED_DATA_H_
