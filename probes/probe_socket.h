// A socket for probes: owned, non-blocking, bound to an interface, sending with DF whatever the
// system believes the path MTU to be, and keeping ICMP errors in its error queue. The edge to the
// operating system: what it refuses becomes an Error that says what to grant.

#ifndef MTUSCOPE_PROBES_PROBE_SOCKET_H_
#define MTUSCOPE_PROBES_PROBE_SOCKET_H_

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "capture/address.h"
#include "probes/descriptor.h"
#include "probes/transport.h"

namespace mtuscope {

// Where probes go and how they leave.
struct ProbeTarget {
  IpAddress address;
  uint32_t scope = 0;     // interface index of a link-local address
  std::string interface;  // that it leaves through; empty: unknown
  bool bind = false;      // to the interface (SO_BINDTODEVICE), whatever the routes say
};

// An entry of a socket's error queue (ip(7), IP_RECVERR).
struct QueuedError {
  bool from_icmp = false;  // otherwise the local system's own
  int error = 0;           // errno
  uint8_t type = 0, code = 0;
  uint32_t info = 0;  // of a PTB: the MTU
  IpAddress reporter;
  Endpoint destination;  // of the quoted packet, where the socket is not connected
  size_t quoted = 0;     // bytes of the quoted packet, behind its IP header (and UDP header)
};

// Sends and receives through this interface only; does nothing when it is empty. Throws Error.
void bind_to_interface(int descriptor, const std::string& interface);

// The next entry, the quoted bytes cut to the buffer; nullopt when there is none.
std::optional<QueuedError> read_error_queue(int descriptor, std::span<uint8_t> buffer);

class ProbeSocket {
 public:
  // `type` and `protocol` as of socket(2). Throws Error when the system refuses; nullopt from
  // try_open() when it refuses for want of permission.
  static std::optional<ProbeSocket> try_open(const ProbeTarget& target, int type, int protocol);

  int descriptor() const { return descriptor_.get(); }
  IpFamily family() const { return target_.address.family; }
  const ProbeTarget& target() const { return target_; }

  // Takes a port that no other socket of this host uses; false: there is none.
  bool bind_any_port() const;
  // Port 0 where the protocol has none.
  void connect_to(uint16_t port) const;
  uint16_t local_port() const;  // of a ping socket: the echo identifier
  IpAddress local_address() const;

  SendOutcome send(std::span<const uint8_t> packet, IpSize size, std::optional<uint8_t> ttl) const;
  // Without DF, so that routers fragment it where they have to. IPv6 has no such packets: nothing
  // is sent then. May be lost without notice.
  void send_fragmentable(std::span<const uint8_t> packet) const;
  // The next datagram, cut to the buffer; nullopt when there is none.
  std::optional<size_t> receive(std::span<uint8_t> buffer) const;
  std::optional<QueuedError> receive_error(std::span<uint8_t> buffer) const {
    return read_error_queue(descriptor(), buffer);
  }

 private:
  ProbeSocket(const ProbeTarget& target, int descriptor)
      : target_(target), descriptor_(descriptor) {}
  void configure() const;
  void set(int level, int name, int value, const char* what) const;

  ProbeTarget target_;
  Descriptor descriptor_;
};

// What a raw socket received, without the IP header: only an IPv4 socket hands that over (raw(7)).
std::span<const uint8_t> behind_ip_header(std::span<const uint8_t> received, IpFamily family);

// The MTU of an interface; 0 when it has none or does not exist.
IpSize interface_mtu(const std::string& name);

Endpoint endpoint_of(const sockaddr_storage& address);
sockaddr_storage socket_address(const IpAddress& address, uint16_t port, uint32_t scope,
                                socklen_t& length);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PROBE_SOCKET_H_
