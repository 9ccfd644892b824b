// The messages in which the kernel describes a WireGuard interface (WG_CMD_GET_DEVICE in
// linux/wireguard.h; drivers/net/wireguard/netlink.c writes them). Keys are passed over.

#ifndef MTUSCOPE_PROBES_WIREGUARD_NETLINK_H_
#define MTUSCOPE_PROBES_WIREGUARD_NETLINK_H_

#include <linux/netlink.h>

#include <array>
#include <cstdint>

#include "probes/wireguard_device.h"

namespace mtuscope {

// Adds to a device what the messages of one dump say, in their order: its peers are spread over as
// many as it takes, and a peer of many AllowedIPs goes on in the next. Attributes that are not
// known, or not of their length, are passed over.
class WireGuardMessages {
 public:
  // `device` must stay.
  explicit WireGuardMessages(WireGuardDevice& device) : device_(device) {}
  void add(const nlmsghdr& message);

 private:
  using Key = std::array<uint8_t, 32>;
  void add_peer(const nlattr& nested);

  WireGuardDevice& device_;
  Key last_key_{};  // public
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_WIREGUARD_NETLINK_H_
