// What is left of a flow when it ends, or when the capture does: ranges that never arrived become
// evidence of its path.

#ifndef MTUSCOPE_ANALYSIS_TCP_FLOW_END_H_
#define MTUSCOPE_ANALYSIS_TCP_FLOW_END_H_

#include "analysis/evidence/path.h"
#include "analysis/tcp/tcp_flow.h"

namespace mtuscope {

// What is outstanding by now, as evidence for `path`; the flow stays as it is.
void add_outstanding(const TcpFlow& flow, Path& path, const LedgerMemory& memory);

// The same for good: leaves both ledgers empty.
void end_flow(TcpFlow& flow, Path& path, LedgerMemory& memory);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_FLOW_END_H_
