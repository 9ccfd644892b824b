// Any bytes as the messages in which the kernel describes a WireGuard interface: read, and blocks
// of addresses are never longer than an address.

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "probes/wireguard_netlink.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mtuscope;
  if (size == 0) return 0;                     // there is nothing to copy from
  std::vector<uint64_t> copy((size + 7) / 8);  // aligned, as what a socket reads is
  std::memcpy(copy.data(), data, size);
  WireGuardDevice device;
  WireGuardMessages messages(device);
  int left = static_cast<int>(size);
  // libmnl takes lengths above INT_MAX for negative ones, and would not get on. The kernel sends
  // none.
  const auto is_whole = [&](const nlmsghdr* m) {
    return mnl_nlmsg_ok(m, left) && m->nlmsg_len <= static_cast<uint32_t>(left);
  };
  for (auto* m = reinterpret_cast<nlmsghdr*>(copy.data()); is_whole(m);
       m = mnl_nlmsg_next(m, &left)) {
    messages.add(*m);
  }
  for (const WireGuardPeer& peer : device.peers) {
    for (const IpPrefix& prefix : peer.allowed_ips) {
      if (prefix.length > address_bits(prefix.address.family)) std::abort();
    }
  }
  return 0;
}
