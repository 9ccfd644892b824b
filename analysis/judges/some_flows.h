// A limit that only some flows of a path meet: several links share the load by a hash of addresses
// and ports (ECMP, RFC 2992), and one of them is narrower. A large packet that arrives on one flow
// then says nothing about the others, so the veto of the black-hole rule holds per flow.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_SOME_FLOWS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_SOME_FLOWS_H_

#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// pmtu-blackhole for the flows on which no packet of some size ever arrived, though smaller ones
// did, while other flows of the path deliver that size. `refuted`: failures that such a delivery
// speaks against. Nullopt when luck can explain it.
std::optional<Finding> black_hole_of_some_flows(const Path& path, unsigned direction,
                                                const std::vector<const FailedRange*>& refuted);

// The same, where holes of full segments alone show it at the receiver, in too few flows: open.
std::optional<Finding> stuck_flows_question(const Path& path, unsigned direction,
                                            const std::vector<const FailedRange*>& refuted);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_SOME_FLOWS_H_
