#include "probes/netlink.h"

#include <fmt/format.h>
#include <net/if.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "capture/error.h"
#include "probes/wiped_buffer.h"

namespace mtuscope {
namespace {

constexpr size_t kAnswerBytes = 32768;  // NLMSG_GOODSIZE of a dump, at most

Error cannot_ask(const char* what) {
  return Error(ErrorKind::kSystem,
               fmt::format("the kernel can't be asked about the network: {}: {}", what,
                           std::strerror(errno)),
               "Is this a sandbox without netlink? Run it outside.");
}

struct Handler {
  const std::function<void(const nlmsghdr&)>& on_message;
  bool more = false;  // parts of the answer are still to come
};

int on_part(const nlmsghdr* message, void* data) {
  auto* handler = static_cast<Handler*>(data);
  handler->more = (message->nlmsg_flags & NLM_F_MULTI) != 0;
  handler->on_message(*message);
  return MNL_CB_OK;
}

}  // namespace

NetlinkRequest::NetlinkRequest(uint16_t type, uint16_t flags)
    : message_(mnl_nlmsg_put_header(buffer_.data())) {
  message_->nlmsg_type = type;
  message_->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
}

void NetlinkRequest::put(uint16_t type, std::span<const uint8_t> bytes) {
  mnl_attr_put_check(message_, buffer_.size(), type, bytes.size(), bytes.data());
}

void NetlinkRequest::put(uint16_t type, uint32_t value) {
  mnl_attr_put_u32_check(message_, buffer_.size(), type, value);
}

void NetlinkRequest::put(uint16_t type, const std::string& text) {
  mnl_attr_put_strz_check(message_, buffer_.size(), type, text.c_str());
}

void NetlinkRequest::put(uint16_t type, const IpAddress& address) {
  put(type, std::span(address.bytes).first(address_bytes(address.family)));
}

Netlink::Netlink(int protocol) : socket_(mnl_socket_open2(protocol, SOCK_CLOEXEC)) {
  if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    throw cannot_ask("netlink socket");
  }
}

int Netlink::ask(NetlinkRequest& request, const std::function<void(const nlmsghdr&)>& on_message) {
  if (mnl_socket_sendto(socket_.get(), request.message(), request.message()->nlmsg_len) < 0) {
    throw cannot_ask("send");
  }
  WipedBuffer<kAnswerBytes> buffer;
  Handler handler{.on_message = on_message};
  for (;;) {
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (length < 0) throw cannot_ask("receive");
    const int result =
        mnl_cb_run(buffer.data(), static_cast<size_t>(length), 0, 0, on_part, &handler);
    if (result < 0) return errno;
    if (result == MNL_CB_STOP || !handler.more) return 0;
  }
}

std::optional<uint32_t> read_u32(const nlattr& attribute) {
  if (mnl_attr_validate(&attribute, MNL_TYPE_U32) < 0) return std::nullopt;
  return mnl_attr_get_u32(&attribute);
}

std::string read_text(const nlattr& attribute) {
  const auto* text = static_cast<const char*>(mnl_attr_get_payload(&attribute));
  return {text, strnlen(text, mnl_attr_get_payload_len(&attribute))};
}

std::optional<IpAddress> read_address(const nlattr& attribute) {
  const auto* bytes = static_cast<const uint8_t*>(mnl_attr_get_payload(&attribute));
  switch (mnl_attr_get_payload_len(&attribute)) {
    case 4:
      return IpAddress::from_v4(bytes);
    case 16:
      return IpAddress::from_v6(bytes);
    default:
      return std::nullopt;
  }
}

int address_family(IpFamily family) { return family == IpFamily::kIPv4 ? AF_INET : AF_INET6; }

std::optional<IpFamily> ip_family(int family) {
  if (family == AF_INET) return IpFamily::kIPv4;
  if (family == AF_INET6) return IpFamily::kIPv6;
  return std::nullopt;
}

std::string interface_name(uint32_t index) {
  std::array<char, IF_NAMESIZE> name{};
  return if_indextoname(index, name.data()) == nullptr ? std::string() : name.data();
}

size_t address_bytes(IpFamily family) { return family == IpFamily::kIPv4 ? 4 : 16; }

}  // namespace mtuscope
