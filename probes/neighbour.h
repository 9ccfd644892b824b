// Whether a host on the same link answers to its address (ARP, neighbour discovery).

#ifndef MTUSCOPE_PROBES_NEIGHBOUR_H_
#define MTUSCOPE_PROBES_NEIGHBOUR_H_

#include <cstdint>

#include "capture/address.h"

namespace mtuscope {

enum class NeighbourState : uint8_t {
  kUnknown,   // not asked for lately
  kAnswered,  // its link address is known
  kSilent,    // it was asked for and did not answer (FAILED, INCOMPLETE)
};

// Of the kernel's table. Throws Error kSystem.
NeighbourState neighbour(const IpAddress& address, uint32_t interface_index);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_NEIGHBOUR_H_
