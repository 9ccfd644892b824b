// A WireGuard interface and its peers, from the kernel (generic netlink, linux/wireguard.h) or from
// a userspace implementation (its socket in /run/wireguard, wireguard.com/xplatform). Private and
// preshared keys are in both answers; they are passed over and wiped, never kept.

#ifndef MTUSCOPE_PROBES_WIREGUARD_DEVICE_H_
#define MTUSCOPE_PROBES_WIREGUARD_DEVICE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/prefix.h"

namespace mtuscope {

struct WireGuardPeer {
  std::optional<Endpoint> endpoint;  // nullopt: it has not been heard of yet
  std::vector<IpPrefix> allowed_ips;
  std::optional<Timestamp> last_handshake;  // nullopt: never
  uint64_t received = 0, sent = 0;          // bytes
};

struct WireGuardDevice {
  std::string interface;
  std::string source;  // where this was read: "the kernel", a socket, a file
  uint32_t mark = 0;   // fwmark of its outer packets; 0: none
  std::vector<WireGuardPeer> peers;
  bool has_state = true;  // false: a file, which knows of no handshakes
};

// The peer whose AllowedIPs contain `address` in the longest prefix; null when there is none.
const WireGuardPeer* peer_for(const WireGuardDevice& device, const IpAddress& address);

// A piece of the answer to "get=1", added to the device. Returns how many of its bytes were read:
// whole lines; the rest is to come again with the next piece. Lines that mean nothing are passed
// over.
size_t read_uapi(std::string_view answer, WireGuardDevice& device);

struct WireGuardAnswer {
  std::optional<WireGuardDevice> device;
  std::string unseen;  // why there is none: permission, or nobody who knows it
};

// Never throws: what can't be asked is told.
WireGuardAnswer ask_wireguard(const std::string& interface);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_WIREGUARD_DEVICE_H_
