// TCP SYNs that carry data, to an open or a closed port (syn_codec.h). The answer is small, SYN-ACK
// or RST: only the forward direction is measured, also where ICMP and UDP are filtered.
//
// Sent and received through a raw socket, which needs CAP_NET_RAW; a BPF filter keeps everything
// out but answers to our ports. The system's own TCP knows no such connections and answers a
// SYN-ACK with RST (RFC 9293 3.5.2): that closes the half-open connection at the server, also when
// the SYN-ACK is repeated after we are gone. The source ports are held by sockets that are bound
// and never used, so that no other program of this host gets them meanwhile. No connection is ever
// established, no firewall touched.

#ifndef MTUSCOPE_PROBES_TCP_TRANSPORT_H_
#define MTUSCOPE_PROBES_TCP_TRANSPORT_H_

#include <cstdint>
#include <memory>

#include "probes/probe_socket.h"
#include "probes/transport.h"

namespace mtuscope {

inline constexpr uint16_t kHttpsPort = 443;  // where firewalls let a SYN pass most often

// Throws Error kPermission without CAP_NET_RAW, kSystem when there is no route.
std::unique_ptr<ProbeTransport> open_tcp_transport(const ProbeTarget& target,
                                                   uint16_t port = kHttpsPort);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TCP_TRANSPORT_H_
