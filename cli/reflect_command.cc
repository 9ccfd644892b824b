#include "cli/reflect_command.h"

#include <signal.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "capture/error.h"
#include "cli/key_file.h"
#include "cli/reflect_text.h"
#include "cli/terminal.h"
#include "probes/engine.h"
#include "probes/privileges.h"
#include "probes/reflector_service.h"

namespace mtuscope {
namespace {

// SIGINT and SIGTERM end it, with a summary: from now on they can be read from this descriptor, and
// do nothing else. It is never closed.
int ending_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  sigprocmask(SIG_BLOCK, &ending, nullptr);
  const int descriptor = signalfd(-1, &ending, SFD_CLOEXEC);
  if (descriptor >= 0) return descriptor;
  throw Error(ErrorKind::kSystem, std::string("signalfd: ") + std::strerror(errno),
              "Is the limit of open files reached? See: ulimit -n.");
}

std::vector<ReflectorSocket> open_sockets(const ReflectOptions& options) {
  std::vector<IpAddress> addresses = options.listen;
  if (addresses.empty()) addresses = {{{}, IpFamily::kIPv4}, {{}, IpFamily::kIPv6}};
  std::vector<ReflectorSocket> sockets;
  for (const IpAddress& address : addresses) {
    auto socket = ReflectorSocket::try_open({address, options.port}, options.interface);
    if (socket) {
      sockets.push_back(std::move(*socket));
    } else if (!options.listen.empty()) {
      throw Error(
          ErrorKind::kSystem,
          "this system has no " + std::string(address.family == IpFamily::kIPv6 ? "IPv6" : "IPv4"),
          "Listen at an address of the other family.");
    }
  }
  return sockets;
}

ReflectorOptions reflector_options(const ReflectOptions& options) {
  ReflectorOptions result;
  if (!options.key_file.empty()) result.key = read_key_file(options.key_file);
  result.secret = random_key();
  result.rate = options.rate;
  result.peers.rate = options.peer_rate;
  return result;
}

}  // namespace

int run_reflect(const ReflectOptions& options) {
  const Terminal terminal = detect_terminal();
  const PageStyle style{terminal.columns, use_color(options.color, terminal)};
  const ReflectorOptions how = reflector_options(options);
  std::vector<ReflectorSocket> sockets = open_sockets(options);
  drop_privileges();
  const int stop = ending_signals();
  const Timestamp start = steady_now();
  Reflector reflector(how, start);
  if (!options.quiet) {
    std::vector<Endpoint> locals;
    for (const ReflectorSocket& socket : sockets) locals.push_back(socket.local());
    write_stdout(reflecting_text(locals, options, style));
  }
  run_reflector(reflector, sockets, stop);
  if (!options.quiet) {
    write_stdout(reflected_text(reflector.tally(), steady_now() - start, style));
  }
  return 0;
}

}  // namespace mtuscope
