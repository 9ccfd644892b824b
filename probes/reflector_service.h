// A reflector at work: waits at its sockets, hands what arrives to the state machine, sends what
// that says. The only place where a reflector meets a clock.

#ifndef MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_
#define MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_

#include <signal.h>

#include <atomic>
#include <span>

#include "probes/reflector.h"
#include "probes/reflector_socket.h"

namespace mtuscope {

// Until `stop` becomes true, by a signal handler. `waiting`: the signal mask while it waits; the
// signals that it lets through are to be blocked otherwise, so that none comes unnoticed. Throws
// Error kSystem when the system can't wait.
void run_reflector(Reflector& reflector, std::span<ReflectorSocket> sockets,
                   const std::atomic<bool>& stop, const sigset_t& waiting);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_
