#include "analysis/report/path_tunnel.h"

#include <utility>

namespace mtuscope {
namespace {

// IEEE 802.3 3.2.7: what is shorter is padded to it.
constexpr IpSize kLeastEthernetPayload{46};

// The bytes that the layers add up to; the outermost of those with an IP header of their own has
// all others inside. 0 where a packet cannot tell.
uint32_t bytes_around(const Packet& p) {
  if (p.size < kLeastEthernetPayload) return 0;
  for (uint8_t i = 0; i < p.tunnel_count; ++i) {
    const IpSize outer = p.tunnels[i].outer_size;
    if (outer > p.size) return outer.bytes - p.size.bytes;
  }
  return 0;
}

}  // namespace

std::vector<PathTunnel> tunnels_around(const Packet& p) {
  std::vector<PathTunnel> tunnels(p.tunnel_count);
  IpSize inner = p.size;
  for (size_t i = tunnels.size(); i > 0; --i) {
    PathTunnel& tunnel = tunnels[i - 1];
    tunnel.layer = p.tunnels[i - 1];
    const IpSize outer = tunnel.layer.outer_size;
    if (outer.bytes == 0) continue;
    if (p.size >= kLeastEthernetPayload && outer > inner) tunnel.bytes = outer.bytes - inner.bytes;
    inner = outer;
  }
  return tunnels;
}

uint32_t bytes_of(std::span<const PathTunnel> tunnels) {
  uint32_t bytes = 0;
  for (const PathTunnel& tunnel : tunnels) bytes += tunnel.bytes;
  return bytes;
}

void note_tunnels(const Packet& p, std::vector<PathTunnel>& most) {
  if (p.tunnel_count < most.size()) return;
  if (p.tunnel_count == most.size() && bytes_around(p) <= bytes_of(most)) return;
  most = tunnels_around(p);
}

}  // namespace mtuscope
