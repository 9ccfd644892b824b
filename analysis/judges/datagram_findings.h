// All that is said of what is not TCP: DNS over UDP, and datagrams in fragments.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_DATAGRAM_FINDINGS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_DATAGRAM_FINDINGS_H_

#include <cstdint>
#include <vector>

#include "analysis/datagrams/dns_tracker.h"
#include "analysis/datagrams/fragment_tracker.h"
#include "analysis/evidence/path_table.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"
#include "capture/source.h"

namespace mtuscope {

// `paths`: TCP that came to a client shows that its traffic is captured both ways. Queries of
// clients to which nothing at all came are added to `one_way_queries`.
std::vector<Finding> dns_findings(const DnsTracker& dns, const PathTable& paths,
                                  const std::vector<SourceInfo>& sources,
                                  uint64_t& one_way_queries);

std::vector<Finding> fragment_findings(const FragmentTracker& fragments,
                                       const std::vector<SourceInfo>& sources);

// What WireGuard tunnels should have so that their packets are no longer cut, one for each pair of
// ends.
std::vector<Recommendation> fragmented_tunnels(const FragmentTracker& fragments);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_DATAGRAM_FINDINGS_H_
