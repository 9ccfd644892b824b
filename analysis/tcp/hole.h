// Bytes that never came by here, though later ones did: from behind the loss that is all there is
// to see of a lost packet. How large it was follows from the hole and from the sender's full
// segment, never from the packets that fill it: a sender that has found a smaller path MTU fills it
// in smaller ones.

#ifndef MTUSCOPE_ANALYSIS_TCP_HOLE_H_
#define MTUSCOPE_ANALYSIS_TCP_HOLE_H_

#include <cstddef>
#include <optional>

#include "analysis/tcp/flow_step.h"

namespace mtuscope {

// A hole at `hole` that was missing from `hole.sent` until `last`, as a failure of its size.
FailedRange failed_hole(const TcpFlow& flow, const Path& path, unsigned which, const Range& hole,
                        Timestamp last);

// The packet fills the beginning of what is missing, after `waited`. A sender that heals itself
// sends the first smaller packet alone, and what reveals the hole only once that has arrived
// (RFC 5681 3.1: a timeout leaves a window of one segment): so it is measured from there.
void begin_to_fill(FlowStep& step, Duration waited);

// Was ledger[i], which is filled after `waited`, lost before? Not where it was only overtaken.
bool was_lost(const FlowStep& step, size_t i, Duration waited);

// The packet fills ledger[i], which is still marked as a hole, after all or a part of it was
// missing for `waited`. Counts what was lost, at the size that it had; the last one as the loss
// before `again`.
void fill_hole(FlowStep& step, size_t i, Duration waited, Repetition& again);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_TCP_HOLE_H_
