// Which path MTUs are likely: links, and what tunnels leave of them. The search probes these first.

#ifndef MTUSCOPE_PROBES_LIKELY_SIZES_H_
#define MTUSCOPE_PROBES_LIKELY_SIZES_H_

#include <vector>

#include "analysis/advice/encapsulation.h"
#include "capture/units.h"

namespace mtuscope {

// The path MTUs up to `max` that ordinary links and encapsulations leave, ascending, each once.
// Inside a tunnel that pads (`tunnel`, null for none or unknown) these are other numbers: what
// passes is what fits after rounding up.
std::vector<IpSize> likely_sizes(IpSize max, const Encapsulation* tunnel);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_LIKELY_SIZES_H_
