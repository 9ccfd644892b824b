#include "capture/tunnel_words.h"

namespace mtuscope {

std::string_view to_string(TunnelKind kind) {
  switch (kind) {
    case TunnelKind::kIpip:
      return "ipip";
    case TunnelKind::kSixInFour:
      return "6in4";
    case TunnelKind::kIpInIpv6:
      return "ip-in-ipv6";
    case TunnelKind::kGre:
      return "gre";
    case TunnelKind::kVxlan:
      return "vxlan";
    case TunnelKind::kGeneve:
      return "geneve";
    case TunnelKind::kPppoe:
      return "pppoe";
    case TunnelKind::kMpls:
      return "mpls";
  }
  return "unknown";
}

bool has_outer_ip(TunnelKind kind) {
  return kind != TunnelKind::kPppoe && kind != TunnelKind::kMpls;
}

}  // namespace mtuscope
