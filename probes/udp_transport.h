// UDP to a closed port. What arrives is answered with a small ICMP port unreachable, which the
// kernel puts into the socket's error queue: only the forward direction is measured, and no
// privilege is needed. An open port that answers is as good.

#ifndef MTUSCOPE_PROBES_UDP_TRANSPORT_H_
#define MTUSCOPE_PROBES_UDP_TRANSPORT_H_

#include <cstdint>
#include <memory>

#include "probes/probe_socket.h"
#include "probes/transport.h"

namespace mtuscope {

inline constexpr uint16_t kClosedPort = 33434;  // where traceroute begins: rarely open

// Throws Error kSystem when there is no route.
std::unique_ptr<ProbeTransport> open_udp_transport(const ProbeTarget& target,
                                                   uint16_t port = kClosedPort);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_UDP_TRANSPORT_H_
