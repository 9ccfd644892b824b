#include "probes/link_watch.h"

#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "capture/error.h"
#include "probes/route.h"

namespace mtuscope {

namespace {

constexpr size_t kMessageBytes = 32768;

struct LinkAttributes {
  std::string name;
  uint32_t mtu = 0;
};

int read_attribute(const nlattr* attribute, void* data) {
  auto* link = static_cast<LinkAttributes*>(data);
  switch (mnl_attr_get_type(attribute)) {
    case IFLA_IFNAME:
      if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
        link->name = mnl_attr_get_str(attribute);
      break;
    case IFLA_MTU:
      if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0) link->mtu = mnl_attr_get_u32(attribute);
      break;
    default:
      break;
  }
  return MNL_CB_OK;
}

// "through eth0 via 192.0.2.1", with the MTU that the route itself says.
std::string words_of(const std::optional<Route>& route) {
  if (!route) return "nowhere";
  std::string text = "through " + route->interface;
  if (route->gateway) text += " via " + to_string(*route->gateway);
  if (route->mtu.bytes > 0) text += fmt::format(" with MTU {}", route->mtu.bytes);
  if (route->mtu.bytes > 0 && route->expires) text += " (learnt from a packet-too-big message)";
  return text;
}

// A route that can't be asked for just now is no news.
std::optional<std::string> route_words(const IpAddress& address) {
  try {
    return words_of(find_route(address));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::string_view to_string(LinkChange change) {
  switch (change) {
    case LinkChange::kDown:
      return "link-down";
    case LinkChange::kUp:
      return "link-up";
    case LinkChange::kRemoved:
      return "link-removed";
    case LinkChange::kMtu:
      return "mtu-changed";
    case LinkChange::kRoute:
      break;
  }
  return "route-changed";
}

void LinkWatch::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

LinkWatch::LinkWatch(std::vector<std::string> interfaces)
    : interfaces_(std::move(interfaces)),
      socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK)) {
  if (!socket_) return;
  if (mnl_socket_bind(socket_.get(), RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE,
                      MNL_SOCKET_AUTOPID) < 0) {
    socket_.reset();
    return;
  }
  request_links();
  take();
  initial_ = false;
}

LinkWatch::~LinkWatch() = default;

int LinkWatch::descriptor() const { return socket_ ? mnl_socket_get_fd(socket_.get()) : -1; }

void LinkWatch::request_links() {
  std::array<char, 256> buffer{};
  nlmsghdr* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = RTM_GETLINK;
  request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg));
  mnl_socket_sendto(socket_.get(), request, request->nlmsg_len);
}

bool LinkWatch::is_watched(const std::string& name) const {
  return interfaces_.empty() || std::ranges::find(interfaces_, name) != interfaces_.end();
}

void LinkWatch::note_link(uint32_t index, const Link& link, bool removed) {
  const auto known = links_.find(index);
  const bool tell = !initial_ && is_watched(link.name);
  const auto add = [&](LinkChange change, std::string explanation) {
    if (tell) events_.push_back({change, link.name, std::nullopt, std::move(explanation)});
  };
  if (removed) {
    if (known != links_.end())
      add(LinkChange::kRemoved, fmt::format("The interface {} was removed.", link.name));
    links_.erase(index);
    return;
  }
  if (known == links_.end()) {
    // It has come back, or is new.
    if (link.up) {
      add(LinkChange::kUp,
          fmt::format("The interface {} is up, MTU {}.", link.name, link.mtu.bytes));
    }
    links_.emplace(index, link);
    return;
  }
  const Link before = std::exchange(known->second, link);
  if (before.up != link.up) {
    add(link.up ? LinkChange::kUp : LinkChange::kDown,
        fmt::format("The interface {} {}.", link.name, link.up ? "is up again" : "went down"));
  }
  if (before.mtu != link.mtu) {
    add(LinkChange::kMtu, fmt::format("The MTU of {} changed from {} to {}.", link.name,
                                      before.mtu.bytes, link.mtu.bytes));
  }
}

int LinkWatch::on_message(const void* data, void* self) {
  const auto* message = static_cast<const nlmsghdr*>(data);
  auto* watch = static_cast<LinkWatch*>(self);
  if (message->nlmsg_type == RTM_NEWROUTE || message->nlmsg_type == RTM_DELROUTE) {
    watch->routes_changed_ = true;
    return MNL_CB_OK;
  }
  if (message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) return MNL_CB_OK;
  if (mnl_nlmsg_get_payload_len(message) < sizeof(ifinfomsg)) return MNL_CB_OK;
  const auto* header = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
  // A bridge tells of its ports in messages of its own family, also when one merely leaves it.
  if (header->ifi_family != AF_UNSPEC) return MNL_CB_OK;
  LinkAttributes attributes;
  mnl_attr_parse(message, sizeof(ifinfomsg), read_attribute, &attributes);
  if (attributes.name.empty()) return MNL_CB_OK;
  const bool up = (header->ifi_flags & IFF_UP) != 0 && (header->ifi_flags & IFF_RUNNING) != 0;
  watch->note_link(static_cast<uint32_t>(header->ifi_index),
                   {attributes.name, up, IpSize{attributes.mtu}},
                   message->nlmsg_type == RTM_DELLINK);
  watch->routes_changed_ = true;
  return MNL_CB_OK;
}

void LinkWatch::watch_route(const IpAddress& address) {
  if (!socket_ || routes_.size() >= kMaxRoutes || routes_.contains(address)) return;
  if (auto words = route_words(address)) routes_.emplace(address, std::move(*words));
}

std::vector<NextHop> LinkWatch::next_hops() const {
  std::vector<NextHop> hops;
  for (const auto& [address, words] : routes_) {
    std::optional<Route> route;
    try {
      route = find_route(address);
    } catch (const Error&) {
      continue;
    }
    if (!route || !route->source) continue;
    hops.push_back(
        {*route->source, address, route->interface, next_hop_words(*route, address.family)});
  }
  return hops;
}

void LinkWatch::compare_routes() {
  for (auto& [address, known] : routes_) {
    auto words = route_words(address);
    if (!words || *words == known) continue;
    events_.push_back({LinkChange::kRoute, "", address,
                       fmt::format("The route to {} changed: it led {}, and leads {} now.",
                                   to_string(address), known, *words)});
    known = std::move(*words);
  }
}

std::vector<LinkEvent> LinkWatch::take() {
  if (!socket_) return {};
  std::array<char, kMessageBytes> buffer;
  for (;;) {
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (length < 0 && errno == ENOBUFS) {  // more than it has room for: ask how things are now
      request_links();
      continue;
    }
    if (length <= 0) break;
    mnl_cb_run(
        buffer.data(), static_cast<size_t>(length), 0, 0,
        [](const nlmsghdr* message, void* self) { return on_message(message, self); }, this);
  }
  if (std::exchange(routes_changed_, false)) compare_routes();
  return std::exchange(events_, {});
}

}  // namespace mtuscope
