// What an ICMP error in a socket's error queue means for the probe that it quotes.

#ifndef MTUSCOPE_PROBES_ICMP_ERRORS_H_
#define MTUSCOPE_PROBES_ICMP_ERRORS_H_

#include <optional>

#include "capture/address.h"
#include "probes/probe_socket.h"
#include "probes/transport.h"

namespace mtuscope {

// nullopt: says nothing about the probe (a local error, a redirect, a parameter problem). An
// unreachable that the target itself sends (port or protocol unreachable, or its firewall's
// refusal) is an answer: the probe got there.
std::optional<TransportEvent> event_of(const QueuedError& error, std::optional<ProbeId> id,
                                       const IpAddress& target);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ICMP_ERRORS_H_
