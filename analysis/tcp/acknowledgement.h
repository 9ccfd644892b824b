// What acknowledgements say about the other side's data: which ranges arrived (cumulative ACK,
// SACK, D-SACK, duplicate ACKs), and when, for packets that leave no trace in the ledger.

#ifndef MTUSCOPE_ANALYSIS_TCP_ACKNOWLEDGEMENT_H_
#define MTUSCOPE_ANALYSIS_TCP_ACKNOWLEDGEMENT_H_

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// For every packet with the ACK flag.
void follow_acknowledgement(FlowStep& step);

// Keepalives and pure ACKs of the other side, whose arrival shows only in how this side goes on.
void settle_loose_ends(FlowStep& step);

// Remembers the packet, if it carries nothing, as the last of its kind.
inline void note_bare_ack(FlowStep& step) {
  const Packet& p = step.packet;
  if (!is_bare(p)) return;
  step.half.details().bare_ack = {p.tcp.seq, p.tcp.ack, p.size, p.time, step.frame, true};
}

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_ACKNOWLEDGEMENT_H_
