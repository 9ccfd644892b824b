// Probing with the help of a reflector at the other end: each direction on its own. Forward, probes
// are as large as is measured and their answers small; reverse, it is the other way round.

#ifndef MTUSCOPE_PROBES_REFLECTOR_TRANSPORT_H_
#define MTUSCOPE_PROBES_REFLECTOR_TRANSPORT_H_

#include <cstdint>
#include <memory>

#include "probes/keyed_hash.h"
#include "probes/probe_socket.h"
#include "probes/reflect_message.h"
#include "probes/transport.h"

namespace mtuscope {

struct ReflectorAccess {
  uint16_t port = kReflectPort;
  std::optional<SecretKey> key;
};

// `direction`: kForward or kReverse. Its prepare() finds out whether a reflector answers. Throws
// Error kSystem when there is no route.
std::unique_ptr<ProbeTransport> open_reflector_transport(const ProbeTarget& target,
                                                         const ReflectorAccess& access,
                                                         ProbeDirection direction);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_TRANSPORT_H_
