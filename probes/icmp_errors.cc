#include "probes/icmp_errors.h"

namespace mtuscope {
namespace {

// https://www.iana.org/assignments/icmp-parameters, .../icmpv6-parameters
constexpr uint8_t kUnreachableV4 = 3, kFragmentationNeeded = 4, kTimeExceededV4 = 11;
constexpr uint8_t kUnreachableV6 = 1, kPacketTooBigV6 = 2, kTimeExceededV6 = 3;

struct Meaning {
  bool ptb = false, unreachable = false, time_exceeded = false;
};

Meaning meaning(const QueuedError& error, IpFamily family) {
  if (family == IpFamily::kIPv4) {
    const bool ptb = error.type == kUnreachableV4 && error.code == kFragmentationNeeded;
    return {.ptb = ptb,
            .unreachable = error.type == kUnreachableV4 && !ptb,
            .time_exceeded = error.type == kTimeExceededV4 && error.code == 0};
  }
  return {.ptb = error.type == kPacketTooBigV6,
          .unreachable = error.type == kUnreachableV6,
          .time_exceeded = error.type == kTimeExceededV6 && error.code == 0};
}

}  // namespace

std::optional<TransportEvent> event_of(const QueuedError& error, std::optional<ProbeId> id,
                                       const IpAddress& target) {
  if (!error.from_icmp) return std::nullopt;
  const Meaning means = meaning(error, target.family);
  TransportEvent event{
      .id = id, .reporter = error.reporter, .type = error.type, .code = error.code};
  if (means.ptb) {
    event.kind = TransportEvent::Kind::kPtb;
    event.mtu = IpSize{error.info};
  } else if (means.unreachable) {
    event.kind = error.reporter == target ? TransportEvent::Kind::kAnswer
                                          : TransportEvent::Kind::kUnreachable;
  } else if (means.time_exceeded) {
    event.kind = TransportEvent::Kind::kTimeExceeded;
  } else {
    return std::nullopt;
  }
  return event;
}

}  // namespace mtuscope
