// Questions to the kernel over netlink (libmnl): one socket, one question at a time, every message
// of the answer handed over. What the kernel answers with an error is a value, not an exception.

#ifndef MTUSCOPE_PROBES_NETLINK_H_
#define MTUSCOPE_PROBES_NETLINK_H_

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "capture/address.h"

namespace mtuscope {

class NetlinkRequest {
 public:
  // NLM_F_REQUEST is added to `flags`.
  NetlinkRequest(uint16_t type, uint16_t flags);
  NetlinkRequest(const NetlinkRequest&) = delete;
  NetlinkRequest& operator=(const NetlinkRequest&) = delete;

  // The zeroed header of the message's type; before any attribute.
  template <typename Header>
  Header& header() {
    return *static_cast<Header*>(mnl_nlmsg_put_extra_header(message_, sizeof(Header)));
  }
  void put(uint16_t type, std::span<const uint8_t> bytes);
  void put(uint16_t type, uint32_t value);
  void put(uint16_t type, const std::string& text);
  void put(uint16_t type, const IpAddress& address);

  nlmsghdr* message() { return message_; }

 private:
  alignas(8) std::array<char, 1024> buffer_{};
  nlmsghdr* message_;
};

class Netlink {
 public:
  // `protocol` as of netlink(7). Throws Error kSystem when there is no such socket.
  explicit Netlink(int protocol);

  // Returns 0, or the errno that the kernel answers with. Throws Error kSystem when it can't be
  // asked at all.
  int ask(NetlinkRequest& request, const std::function<void(const nlmsghdr&)>& on_message);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
  };
  std::unique_ptr<mnl_socket, Close> socket_;
};

namespace netlink_detail {
template <typename F>
int call(const nlattr* attribute, void* function) {
  (*static_cast<F*>(function))(*attribute);
  return MNL_CB_OK;
}
}  // namespace netlink_detail

// `on_attribute(const nlattr&)` for each attribute behind a message's header of `header` bytes.
template <typename F>
void for_each_attribute(const nlmsghdr& message, size_t header, F on_attribute) {
  mnl_attr_parse(&message, static_cast<unsigned>(header), netlink_detail::call<F>, &on_attribute);
}
template <typename F>
void for_each_nested(const nlattr& attribute, F on_attribute) {
  mnl_attr_parse_nested(&attribute, netlink_detail::call<F>, &on_attribute);
}

// The values of attributes; those of another length are as good as absent.
std::optional<uint32_t> read_u32(const nlattr& attribute);
std::string read_text(const nlattr& attribute);
std::optional<IpAddress> read_address(const nlattr& attribute);  // IPv4 or IPv6, by its length

int address_family(IpFamily family);            // AF_INET, AF_INET6
std::optional<IpFamily> ip_family(int family);  // nullopt for any other
std::string interface_name(uint32_t index);     // empty when there is none
size_t address_bytes(IpFamily family);          // 4, 16

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_NETLINK_H_
