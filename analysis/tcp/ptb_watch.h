// Follows what a TCP sender does after a PTB: whether it cuts the quoted bytes, whether they then
// arrive, and what it still sends above the reported MTU. Only flows that were told something pay
// for it.

#ifndef MTUSCOPE_ANALYSIS_TCP_PTB_WATCH_H_
#define MTUSCOPE_ANALYSIS_TCP_PTB_WATCH_H_

#include "analysis/evidence/path.h"
#include "analysis/evidence/ptb.h"
#include "analysis/tcp/flow_step.h"
#include "analysis/tcp/tcp_flow.h"

namespace mtuscope {

// Are these bytes in flight, so that a PTB may be about them (RFC 5927 4.1)?
bool in_flight(const HalfFlow& half, SeqNumber seq);

// A PTB that quotes a packet which half `which` of the flow sent.
void on_ptb(TcpFlow& flow, unsigned which, const PtbNotice& notice, PtbLog& log);

// The outstanding packet above `mtu` that this half sent last; null when there is none. Looks at
// the lowest ranges only.
const Range* last_in_flight_above(const HalfFlow& half, IpSize mtu);
// A PTB whose quote is cut off, and which can only be about this packet.
void on_cut_ptb(TcpFlow& flow, unsigned which, const Range& about, PtbNotice notice, PtbLog& log);

// For packets of a flow that was told: data that its half sends, acknowledgements of its peer.
void watch_data_after_ptb(FlowStep& step);
void watch_delivery_after_ptb(FlowStep& step);

// What the halves of a flow were told, as evidence of the path.
void add_ptbs(const TcpFlow& flow, Path& path);
// The flow ends: what its halves were told becomes evidence of the path, and what quoted bytes that
// they have never sent is known now. Call before the ledgers are emptied.
void settle_ptbs(TcpFlow& flow, Path& path, PtbLog& log);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_PTB_WATCH_H_
