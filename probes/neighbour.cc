#include "probes/neighbour.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include "probes/netlink.h"

namespace mtuscope {

NeighbourState neighbour(const IpAddress& address, uint32_t interface_index) {
  NetlinkRequest request(RTM_GETNEIGH, NLM_F_DUMP);
  request.header<ndmsg>().ndm_family = static_cast<uint8_t>(address_family(address.family));
  NeighbourState state = NeighbourState::kUnknown;
  Netlink(NETLINK_ROUTE).ask(request, [&](const nlmsghdr& message) {
    const auto* header = static_cast<const ndmsg*>(mnl_nlmsg_get_payload(&message));
    if (static_cast<uint32_t>(header->ndm_ifindex) != interface_index) return;
    for_each_attribute(message, sizeof(ndmsg), [&](const nlattr& attribute) {
      if (mnl_attr_get_type(&attribute) != NDA_DST || read_address(attribute) != address) return;
      const bool silent = (header->ndm_state & (NUD_FAILED | NUD_INCOMPLETE)) != 0;
      state = silent ? NeighbourState::kSilent : NeighbourState::kAnswered;
    });
  });
  return state;
}

}  // namespace mtuscope
