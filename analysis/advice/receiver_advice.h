// What to do where large packets reach a host and are lost in it: no size of the path is wrong.
// The part of recommend.h that sends people to that host.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_RECEIVER_ADVICE_H_
#define MTUSCOPE_ANALYSIS_ADVICE_RECEIVER_ADVICE_H_

#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// Needs src, dst and an upper bound. Its mtu is 0; its fixes are where to look on dst, and last a
// size for the sender's route that helps meanwhile, where there is one.
Recommendation advise_receiver(const Finding& finding);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_RECEIVER_ADVICE_H_
