// The sockets of a reflector: what UDP datagrams tell beyond their bytes (where they were sent to,
// in which fragments they came), sending with DF from the address that was asked, and ICMP errors.
// The edge to the operating system.

#ifndef MTUSCOPE_PROBES_REFLECTOR_SOCKET_H_
#define MTUSCOPE_PROBES_REFLECTOR_SOCKET_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/descriptor.h"
#include "probes/probe_socket.h"
#include "probes/reflector.h"

namespace mtuscope {

class ReflectorSocket {
 public:
  // Listens at `local`, whose address may be the unspecified one (0.0.0.0, ::), through `interface`
  // unless that is empty. IPv6 sockets take IPv6 only, so that no address is ever a mapped one.
  // Throws Error when the system refuses; nullopt: it does not know this family.
  static std::optional<ReflectorSocket> try_open(const Endpoint& local,
                                                 const std::string& interface);

  int descriptor() const { return descriptor_.get(); }
  Endpoint local() const;  // as bound

  // The next datagram, its payload in `buffer`, which has to hold the largest; nullopt: none.
  std::optional<ReflectorInput> receive(std::span<uint8_t> buffer);
  std::optional<QueuedError> receive_error(std::span<uint8_t> buffer) const {
    return read_error_queue(descriptor(), buffer);
  }
  // With DF, whatever the system believes the path MTU to be. kTooBig: it exceeds the MTU of an
  // interface; which it is, is known when it is the one that the last datagram came in through.
  SendOutcome send(const ReflectorOutput& output) const;

 private:
  ReflectorSocket(IpFamily family, int descriptor) : family_(family), descriptor_(descriptor) {}
  void configure(const std::string& interface) const;
  void set(int level, int name, int value, const char* what) const;

  IpFamily family_;
  Descriptor descriptor_;
  uint32_t interface_index_ = 0;  // that the last datagram came in through
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_SOCKET_H_
