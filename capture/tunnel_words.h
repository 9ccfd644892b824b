// What encapsulations are called.

#ifndef MTUSCOPE_CAPTURE_TUNNEL_WORDS_H_
#define MTUSCOPE_CAPTURE_TUNNEL_WORDS_H_

#include <string_view>

#include "capture/packet.h"

namespace mtuscope {

// "ipip", "6in4", "ip-in-ipv6", "gre", "vxlan", "geneve", "pppoe", "mpls": values in the JSON.
std::string_view to_string(TunnelKind kind);

// Whether the layer is an IP packet of its own, with addresses and a size.
bool has_outer_ip(TunnelKind kind);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_TUNNEL_WORDS_H_
