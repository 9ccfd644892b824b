// mss-clamped: a middlebox lowered the MSS that a host announced (RFC 9293 3.7.1), in one direction
// or in both.

#ifndef MTUSCOPE_ANALYSIS_JUDGES_MSS_CLAMPED_H_
#define MTUSCOPE_ANALYSIS_JUDGES_MSS_CLAMPED_H_

#include <optional>
#include <vector>

#include "analysis/evidence/mss_watch.h"
#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"
#include "capture/source.h"

namespace mtuscope {

// For data in `direction` of the path, which the MSS that its receiver announced limits. Confirmed
// where the same SYN was seen with two values. Suspected where its receiver itself sends packets
// larger than its announced MSS has room for: its interface would have announced more.
//
// A warning where only this direction is limited and larger packets of the other one are lost: then
// the finding has the direction that suffers.
std::optional<Finding> mss_clamped(const Path& path, unsigned direction, const MssWatch& watch,
                                   const std::vector<SourceInfo>& sources);

// What data in `direction` is limited to where its receiver's MSS is known to be lowered by
// somebody else, or not to be what its interface carries; nullopt where nothing speaks for that.
std::optional<IpSize> clamped_size(const Path& path, unsigned direction, const MssWatch& watch);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_MSS_CLAMPED_H_
