// Routes of the host that packets are captured on, where it can be asked: what advice about a route
// has to name.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_NEXT_HOP_H_
#define MTUSCOPE_ANALYSIS_ADVICE_NEXT_HOP_H_

#include <string>

#include "capture/address.h"

namespace mtuscope {

struct NextHop {
  IpAddress src, dst;     // of the packets that this host sends on the route
  std::string interface;  // that they leave through
  std::string via;        // as it stands behind `via` in ip-route(8); empty: on the link itself
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_NEXT_HOP_H_
