#include "probes/transport.h"

namespace mtuscope {

std::string_view to_string(ProbeMethod method) {
  switch (method) {
    case ProbeMethod::kIcmp:
      return "icmp";
    case ProbeMethod::kUdp:
      return "udp";
    case ProbeMethod::kTcp:
      return "tcp";
    case ProbeMethod::kReflector:
      return "reflector";
  }
  return "unknown";
}

std::string_view to_string(ProbeDirection direction) {
  switch (direction) {
    case ProbeDirection::kRoundTrip:
      return "round-trip";
    case ProbeDirection::kForward:
      return "forward";
    case ProbeDirection::kReverse:
      return "reverse";
  }
  return "unknown";
}

}  // namespace mtuscope
