// What happens to the interfaces and routes of this host, told by the kernel (rtnetlink) as it
// happens: links that go down and come back, MTUs that change, routes that lead elsewhere.

#ifndef MTUSCOPE_PROBES_LINK_WATCH_H_
#define MTUSCOPE_PROBES_LINK_WATCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/advice/next_hop.h"
#include "capture/address.h"
#include "capture/units.h"

struct mnl_socket;

namespace mtuscope {

enum class LinkChange : uint8_t { kDown, kUp, kRemoved, kMtu, kRoute };
std::string_view to_string(LinkChange change);  // "link-down", ..., "mtu-changed", "route-changed"

struct LinkEvent {
  LinkChange change{};
  std::string interface;             // empty for a route
  std::optional<IpAddress> address;  // of a route
  std::string explanation;           // one plain sentence
};

class LinkWatch {
 public:
  // Watches these interfaces, or all of them when there are none. Without netlink (a sandbox) it
  // watches nothing: see works().
  explicit LinkWatch(std::vector<std::string> interfaces);
  ~LinkWatch();

  bool works() const { return socket_ != nullptr; }
  // Readable when there is something to take(); -1 when it does not work.
  int descriptor() const;

  // Routes to these addresses matter from now on; at most kMaxRoutes, others are left out.
  void watch_route(const IpAddress& address);
  // Where the routes to them lead now; those that lead nowhere are left out.
  std::vector<NextHop> next_hops() const;
  // What has happened since the last call. Asks for routes again only when some route changed.
  std::vector<LinkEvent> take();

 private:
  static constexpr size_t kMaxRoutes = 32;

  struct Link {
    std::string name;
    bool up = false;
    IpSize mtu;
  };
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  static int on_message(const void* message, void* self);
  void request_links();
  void note_link(uint32_t index, const Link& link, bool removed);
  bool is_watched(const std::string& name) const;
  void compare_routes();

  std::vector<std::string> interfaces_;
  std::unique_ptr<mnl_socket, Close> socket_;
  std::map<uint32_t, Link> links_;
  std::map<IpAddress, std::string> routes_;  // in words
  bool initial_ = true;
  bool routes_changed_ = false;
  std::vector<LinkEvent> events_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_LINK_WATCH_H_
