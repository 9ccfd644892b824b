// What follows from the fragments of a capture: fragment-loss and fragmentation.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_FINDINGS_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_FINDINGS_H_

#include <optional>

#include "analysis/datagrams/fragment_tracker.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// One of tracker.paths(), with what the whole capture says about itself.
struct FragmentEvidence {
  const IpAddress& src;
  const IpAddress& dst;
  const FragmentedPath& path;
  const FragmentedPath* back;  // from dst to src, where there were fragments too
  bool portless_seen;          // packets that no filter on ports lets through
  bool later_seen;             // later fragments, on any path: no filter on ports lets them through

  // Whether the capture would have shown later fragments between these two hosts, and on any path.
  bool shows_later_here() const;
  bool shows_later_anywhere() const { return later_seen || portless_seen; }
};

FragmentEvidence evidence_of(const FragmentTracker& tracker,
                             const FragmentTracker::Paths::value_type& path);

// fragment-loss: datagrams of this path are never whole at their destination.
std::optional<Finding> fragment_loss(const FragmentEvidence& evidence);

// fragmentation: what travels in fragments, and what their size says about the path.
std::optional<Finding> fragmentation(const FragmentEvidence& evidence);

// What a WireGuard tunnel should have so that its packets are no longer cut; nullopt where these
// are not WireGuard's, or no first fragment tells the size of the link ahead.
std::optional<Recommendation> unfragmented_tunnel(const FragmentEvidence& evidence);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_FRAGMENT_FINDINGS_H_
