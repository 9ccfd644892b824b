// A reflector at work: waits at its sockets, hands what arrives to the state machine, sends what
// that says. The only place where a reflector meets a clock.

#ifndef MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_
#define MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_

#include <span>

#include "probes/reflector.h"
#include "probes/reflector_socket.h"

namespace mtuscope {

// Until there is something to read from the descriptor `stop` (a signalfd, a pipe), however much
// arrives meanwhile. Throws Error kSystem when the system can't wait.
void run_reflector(Reflector& reflector, std::span<ReflectorSocket> sockets, int stop);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_SERVICE_H_
