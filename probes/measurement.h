// From what the user asked for to measurements: addresses, routes, sockets, and which methods are
// run in which order. Everything is opened first; then whoever opened it drops its privileges
// (privileges.h), and the first packet leaves.

#ifndef MTUSCOPE_PROBES_MEASUREMENT_H_
#define MTUSCOPE_PROBES_MEASUREMENT_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/advice/link_facts.h"
#include "probes/engine.h"
#include "probes/keyed_hash.h"
#include "probes/resolve.h"
#include "probes/route.h"
#include "probes/search.h"
#include "probes/transport.h"

namespace mtuscope {

struct ProbeTarget;

// A host that takes no packet of this size is silent, whatever the path carries: every IPv4 host
// accepts it (RFC 791 3.1), every IPv6 link carries it (RFC 8200 5).
inline constexpr IpSize kSmallPacket{576};

struct ProbePlan {
  std::string host;
  std::string interface;              // bound to it; empty: the route decides
  std::optional<IpFamily> family;     // nullopt: each that the host has and a route leads to
  std::optional<ProbeMethod> method;  // nullopt: auto
  uint16_t port = 0;                  // 0: the method's own
  std::optional<SecretKey> key;       // of the reflector
  std::string key_file;               // that it is read from; empty: no key
  IpSize min, max;                    // 0: the smallest packet, the interface's MTU
  double rate = 2000;                 // packets a second
  Duration time_limit = Duration::milliseconds(20'000);  // for each address
  bool quick = false;
  uint32_t flows = 1;  // with ports of their own, which routers may send different ways
};

// One method's search for one address.
struct Measurement {
  IpAddress target, source;
  std::string interface;
  IpSize interface_mtu;
  TransportTraits traits;
  SearchResult result;
  EngineReport engine;
  std::optional<Obstacle> obstacle;  // why nothing was sent
  HopResult hop;  // where the limit is, when it is one on the way out and hops answer
  // TCP: SYNs that carry data are not answered, those without are.
  bool refuses_data = false;
};

// What is about to be sent: for telling the user first.
struct Intent {
  IpAddress target;
  std::string interface;
  IpSize interface_mtu;
  IpSize min, max;
  uint32_t max_packets = 0;  // for each method and flow
  uint32_t flows = 1;
  std::vector<ProbeMethod> methods;  // that may be used, in this order
  LinkFacts link;                    // what the interface is
};

class Prober {
 public:
  // Resolves, finds routes, opens sockets. Throws Error.
  explicit Prober(const ProbePlan& plan);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  const std::vector<Intent>& intents() const { return intents_; }
  // Methods that could not be opened, and why: "ICMP echo is not permitted to this user".
  const std::vector<std::string>& notes() const { return notes_; }

  // All measurements of the address of intents()[index], the decisive one first: of several flows
  // the one with the smallest limit.
  std::vector<Measurement> measure(
      size_t index, const std::atomic<bool>& stop,
      const std::function<void(const Search&, ProbeMethod)>& on_progress);

 private:
  struct Path;
  using Progress = std::function<void(const Search&, ProbeMethod)>;
  void open(const ResolvedAddress& address, const Route& route);
  std::unique_ptr<ProbeTransport> open_transport(const ProbeTarget& target,
                                                 ProbeMethod method) const;
  std::vector<Measurement> measure_flows(const Path& path, const std::atomic<bool>& stop,
                                         const Progress& on_progress) const;
  std::vector<Measurement> measure_both_ways(const Path& path, const std::atomic<bool>& stop,
                                             const Progress& on_progress) const;
  void locate(const Search& search, ProbeTransport& transport, const std::atomic<bool>& stop,
              Measurement& measurement) const;
  // Finds the hop of a limit below `locate_below`.
  Measurement run(const Path& path, ProbeTransport& transport, const SearchOptions& options,
                  const std::atomic<bool>& stop, const Progress& on_progress,
                  IpSize locate_below = {UINT32_MAX}) const;
  SearchOptions search_options(const Path& path, const ProbeTransport& transport) const;

  ProbePlan plan_;
  std::vector<std::unique_ptr<Path>> paths_;
  std::vector<Intent> intents_;
  std::vector<std::string> notes_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_MEASUREMENT_H_
