// Which sizes a path or an underlay is likely to have, derived from the tables of links and
// encapsulations, and what a size that was found is likely to be.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_COMMON_SIZE_H_
#define MTUSCOPE_ANALYSIS_ADVICE_COMMON_SIZE_H_

#include <string>
#include <vector>

#include "analysis/advice/encapsulation.h"
#include "capture/units.h"

namespace mtuscope {

struct CommonSize {
  IpSize size;
  std::string why;  // "Ethernet", "WireGuard over IPv6 on 1492 (PPPoE)"
};

// What ordinary links carry, what one ordinary encapsulation leaves of Ethernet, and those that run
// from anywhere of any of them: path MTUs that explain a limit. Largest first, each once.
const std::vector<CommonSize>& common_path_mtus();
// What ordinary links carry, bare or, at home, as IPv4 within IPv6 (DS-Lite): what tunnels run
// over.
const std::vector<CommonSize>& common_underlays();

// What leaves exactly this path MTU: "WireGuard over IPv6 on 1492 (PPPoE)"; of several the most
// usual. Inside a tunnel that pads (`tunnel`, null for none) other sizes do. Empty when nothing
// ordinary does.
std::string explain_size(IpSize size, const Encapsulation* tunnel = nullptr);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_COMMON_SIZE_H_
