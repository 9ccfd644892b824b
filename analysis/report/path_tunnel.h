// The encapsulation around the packets of a path, and what it costs, as measured at them.

#ifndef MTUSCOPE_ANALYSIS_REPORT_PATH_TUNNEL_H_
#define MTUSCOPE_ANALYSIS_REPORT_PATH_TUNNEL_H_

#include <cstdint>
#include <span>
#include <vector>

#include "capture/packet.h"

namespace mtuscope {

struct PathTunnel {
  TunnelLayer layer;
  // What it adds to the IP packet inside it, or to the outer IP packet of the next tunnel: its IP
  // header and everything between the two. 0: not known, or no outer IP header (PPPoE, MPLS).
  uint32_t bytes = 0;
};

// Outermost first, as around this packet. The bytes are not known from a packet so small that
// Ethernet inside the tunnel may have padded it.
std::vector<PathTunnel> tunnels_around(const Packet& packet);

// The bytes of all of them; 0: not known.
uint32_t bytes_of(std::span<const PathTunnel> tunnels);

// Keeps the most layers that a packet of the path was seen in, and the most bytes that they added:
// some tunnels have options in some packets only.
void note_tunnels(const Packet& packet, std::vector<PathTunnel>& most);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_PATH_TUNNEL_H_
