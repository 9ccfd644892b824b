#include "cli/reflect_command.h"

#include <signal.h>

#include <atomic>
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

std::atomic<bool> stop_reflecting = false;
static_assert(std::atomic<bool>::is_always_lock_free, "written by a signal handler");

// SIGINT and SIGTERM end it, with a summary. They are let through only while it waits; returns the
// mask for that.
sigset_t end_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_reflecting = true; };
  sigset_t ending, waiting;
  sigemptyset(&ending);
  for (const int signal : {SIGINT, SIGTERM}) {
    sigaction(signal, &action, nullptr);
    sigaddset(&ending, signal);
  }
  sigprocmask(SIG_BLOCK, &ending, &waiting);
  sigdelset(&waiting, SIGINT);
  sigdelset(&waiting, SIGTERM);
  return waiting;
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
  const sigset_t waiting = end_on_signals();
  const Timestamp start = steady_now();
  Reflector reflector(how, start);
  if (!options.quiet) {
    std::vector<Endpoint> locals;
    for (const ReflectorSocket& socket : sockets) locals.push_back(socket.local());
    write_stdout(reflecting_text(locals, options, style));
  }
  run_reflector(reflector, sockets, stop_reflecting, waiting);
  if (!options.quiet) {
    write_stdout(reflected_text(reflector.tally(), steady_now() - start, style));
  }
  return 0;
}

}  // namespace mtuscope
