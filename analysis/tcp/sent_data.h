// The data that packets carry, put into the ledger of its sender: new segments, super-packets cut
// into the segments of the wire, holes, retransmissions, keepalives.

#ifndef MTUSCOPE_ANALYSIS_TCP_SENT_DATA_H_
#define MTUSCOPE_ANALYSIS_TCP_SENT_DATA_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// For every packet but a RST, after its acknowledgement was followed.
void follow_data(FlowStep& step);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_SENT_DATA_H_
