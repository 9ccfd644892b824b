// Which path MTUs are likely: links, and what tunnels leave of them. The search probes these first,
// and a result can be named ("1412 = PPPoE under WireGuard over IPv6").

#ifndef MTUSCOPE_PROBES_LIKELY_SIZES_H_
#define MTUSCOPE_PROBES_LIKELY_SIZES_H_

#include <string>
#include <vector>

#include "analysis/recommend.h"
#include "capture/units.h"

namespace mtuscope {

// The path MTUs up to `max` that ordinary links and encapsulations leave, ascending, each once.
// Inside a WireGuard tunnel these are other numbers: it pads to 16 bytes, so what passes is what
// fits after rounding up.
std::vector<IpSize> likely_sizes(IpSize max, LinkNature nature);

// What leaves exactly this path MTU: "PPPoE under WireGuard over IPv6"; empty when nothing ordinary
// does.
std::string explain_size(IpSize size, LinkNature nature);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_LIKELY_SIZES_H_
