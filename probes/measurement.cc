#include "probes/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capture/error.h"
#include "capture/link_layer.h"
#include "probes/conclusion.h"
#include "probes/icmp_transport.h"
#include "probes/likely_sizes.h"
#include "probes/privileges.h"
#include "probes/tcp_transport.h"
#include "probes/udp_transport.h"

namespace mtuscope {
namespace {

constexpr IpSize kLargestPacket{65535};
// RFC 791 3.2: every link carries 68 bytes. With IPv6 the headers alone take more.
constexpr IpSize kLeastV4{68}, kLeastV6{80};
// To tell the direction of a limit that another method has found, one mistake in 100 will do.
constexpr double kDirectionError = 0.01;
constexpr Duration kDirectionTime = Duration::milliseconds(8'000);
// Nobody who answers at all takes longer; where another method is left to try, not so long is
// waited.
constexpr Duration kSilence = Duration::milliseconds(3'000);
constexpr Duration kSilenceWithOthers = Duration::milliseconds(2'000);
// Where another method was answered within a fraction of it.
constexpr Duration kSilenceOfOneMethod = Duration::milliseconds(1'000);
constexpr Duration kRouterDelay = Duration::milliseconds(30);
constexpr Duration kHopTime = Duration::milliseconds(4'000);
constexpr Duration kLeastTime = Duration::milliseconds(500);

// How much a measurement says; the largest decides.
int weight(const Measurement& measurement) {
  switch (measurement.result.verdict) {
    case SearchVerdict::kSilent:
      return 0;
    case SearchVerdict::kUndetermined:
    case SearchVerdict::kSearching:
      return 1;
    default:
      return 2;
  }
}

bool is_decisive(const Measurement& measurement) { return weight(measurement) == 2; }

// The decisive one first, otherwise in the order in which they were made.
void sort_by_weight(std::vector<Measurement>& measurements) {
  std::ranges::stable_sort(measurements, std::greater<>(), weight);
}

// What another method could add.
enum class Missing : uint8_t { kNothing, kDirection, kEverything };

Missing missing(std::span<const Measurement> done) {
  if (done.empty() || !is_decisive(done.front())) return Missing::kEverything;
  const Conclusion known = conclude(done);
  if (known.verdict != PathVerdict::kLimit) return Missing::kNothing;
  if (done.front().traits.direction != ProbeDirection::kRoundTrip) return Missing::kNothing;
  // A limit on the way back follows from what arrived. Somebody else may have answered SYNs in the
  // target's place.
  const bool certain =
      known.direction == ProbeDirection::kForward ||
      (known.direction == ProbeDirection::kReverse && known.told_by != ProbeMethod::kTcp);
  return certain ? Missing::kNothing : Missing::kDirection;
}

InterfaceInfo interface_info(const Route& route) {
  InterfaceInfo info;
  info.name = route.interface;
  info.link_type = route.has_link_header ? link_type::kEthernet : link_type::kRaw;
  return info;
}

}  // namespace

struct Prober::Path {
  ResolvedAddress address;
  Route route;
  LinkFacts link;
  std::vector<std::unique_ptr<ProbeTransport>> transports;  // in the order of use
  IpSize min, max;
};

Prober::Prober(const ProbePlan& plan) : plan_(plan) {
  std::vector<std::string> unreachable;
  for (const ResolvedAddress& address : resolve(plan.host, plan.family)) {
    const auto route = find_route(address.address, plan.interface);
    if (!route || (!plan.interface.empty() && route->interface != plan.interface)) {
      unreachable.push_back(to_string(address.address));
      continue;
    }
    open(address, *route);
  }
  if (paths_.empty()) {
    const std::string through = plan.interface.empty() ? "" : " through " + plan.interface;
    throw Error(ErrorKind::kSystem,
                fmt::format("there is no route to {}{}", fmt::join(unreachable, " or "), through),
                fmt::format("Is the interface up? See: ip route get {}{}", unreachable.front(),
                            plan.interface.empty() ? "" : " oif " + plan.interface));
  }
  for (const std::string& address : unreachable) {
    notes_.push_back(fmt::format("there is no route to {}", address));
  }
  drop_privileges();
}

Prober::~Prober() = default;

void Prober::open(const ResolvedAddress& address, const Route& route) {
  // An address like fe80::1 means something on one link only: on that of --via.
  const ProbeTarget target{.address = address.address,
                           .scope = address.scope > 0 ? address.scope : route.interface_index,
                           .interface = route.interface,
                           .bind = !plan_.interface.empty()};
  auto path = std::make_unique<Path>();
  path->address = address;
  path->route = route;
  const bool automatic = !plan_.method;
  if (automatic || plan_.method == ProbeMethod::kIcmp) {
    try {
      path->transports.push_back(open_icmp_transport(target));
    } catch (const Error& error) {
      if (!automatic || error.kind() != ErrorKind::kPermission) throw;
      notes_.push_back(fmt::format("{}. {}", error.what(), error.hint()));
    }
  }
  if (automatic || plan_.method == ProbeMethod::kTcp) {
    try {
      path->transports.push_back(
          open_tcp_transport(target, plan_.port > 0 ? plan_.port : kHttpsPort));
    } catch (const Error& error) {
      if (!automatic || error.kind() != ErrorKind::kPermission) throw;
    }
  }
  if (automatic || plan_.method == ProbeMethod::kUdp) {
    path->transports.push_back(
        open_udp_transport(target, plan_.port > 0 ? plan_.port : kClosedPort));
  }

  const IpSize least = address.address.family == IpFamily::kIPv4 ? kLeastV4 : kLeastV6;
  const IpSize interface = std::min(route.interface_mtu, kLargestPacket);
  path->max = plan_.max.bytes > 0 ? plan_.max : interface;
  path->min = plan_.min.bytes > 0 ? plan_.min : std::min(least, path->max);
  for (const auto& transport : path->transports) {
    const TransportTraits traits = transport->traits();
    if (path->min >= traits.least && path->min <= path->max) continue;
    throw Error(ErrorKind::kUsage,
                fmt::format("sizes from {} to {} bytes can't be probed with {} on {} (MTU {})",
                            path->min.bytes, path->max.bytes, to_string(traits.method),
                            route.interface, route.interface_mtu.bytes),
                fmt::format("The smallest packet has {} bytes; --min must not exceed --max.",
                            traits.least.bytes));
  }
  path->link = link_facts(route.source.value_or(IpAddress{}), address.address,
                          interface_info(route), route.interface_mtu);

  Intent intent{.target = address.address,
                .interface = route.interface,
                .interface_mtu = route.interface_mtu,
                .min = path->min,
                .max = path->max,
                .max_packets = SearchOptions().max_packets,
                .methods = {},
                .link = path->link};
  for (const auto& transport : path->transports) {
    intent.methods.push_back(transport->traits().method);
  }
  intents_.push_back(std::move(intent));
  paths_.push_back(std::move(path));
}

SearchOptions Prober::search_options(const Path& path, const ProbeTransport& transport) const {
  SearchOptions options;
  options.min = path.min;
  options.max = path.max;
  options.likely = likely_sizes(path.max, path.link.nature);
  options.time_limit = plan_.time_limit;
  options.silence_limit = std::min(
      &transport == path.transports.back().get() ? kSilence : kSilenceWithOthers, plan_.time_limit);
  options.quick = plan_.quick;
  options.answer_limit = transport.traits().answer_limit;
  return options;
}

Measurement Prober::run(const Path& path, ProbeTransport& transport, const SearchOptions& options,
                        const std::atomic<bool>& stop,
                        const std::function<void(const Search&, ProbeMethod)>& on_progress) const {
  Measurement measurement{.target = path.address.address,
                          .source = path.route.source.value_or(IpAddress{}),
                          .interface = path.route.interface,
                          .interface_mtu = path.route.interface_mtu,
                          .traits = transport.traits()};
  Search search(options, steady_now());
  const EngineOptions engine{
      .rate = plan_.rate, .stop = &stop, .on_progress = [&](const Search& state) {
        if (on_progress) on_progress(state, measurement.traits.method);
      }};
  measurement.engine = run_search(search, transport, engine);
  measurement.result = search.result();
  if (measurement.traits.method == ProbeMethod::kTcp && weight(measurement) == 0) {
    // Is it the data that something on the way does not like?
    measurement.refuses_data = anybody_answers(
        transport, measurement.traits.least, static_cast<ProbeId>(search.probes().size()),
        kSilenceOfOneMethod, {.rate = plan_.rate, .stop = &stop, .on_progress = {}});
  }
  locate(search, transport, stop, measurement);
  return measurement;
}

// With the search's own transport, whose probe numbers go on.
void Prober::locate(const Search& search, ProbeTransport& transport, const std::atomic<bool>& stop,
                    Measurement& measurement) const {
  if (measurement.traits.answer_limit.burst > 0) return;  // the target's answers are too dear
  const Bracket& bracket = measurement.result.bracket;
  const bool limit = measurement.result.verdict == SearchVerdict::kExact ||
                     measurement.result.verdict == SearchVerdict::kBracket;
  if (!limit || !bracket.lower || !bracket.upper) return;
  HopSearch hops({.small = *bracket.lower,
                  .large = *bracket.upper,
                  // Routers take their time with what is not forwarding.
                  .timeout = search.rtt().timeout() + kRouterDelay,
                  .first_id = static_cast<ProbeId>(search.probes().size()),
                  .time_limit = kHopTime},
                 steady_now());
  run_hop_search(hops, transport, {.rate = plan_.rate, .stop = &stop, .on_progress = {}});
  measurement.hop = hops.result();
}

// ICMP echo first: nothing limits it on most hosts, and without a limit it speaks for both
// directions. With one, or without an answer, a method whose answers are small: TCP, which is
// answered as fast as it is asked, then UDP.
std::vector<Measurement> Prober::measure(
    size_t index, const std::atomic<bool>& stop,
    const std::function<void(const Search&, ProbeMethod)>& on_progress) {
  const Path& path = *paths_[index];
  const Timestamp end = steady_now() + plan_.time_limit;
  std::vector<Measurement> done;
  for (const auto& transport : path.transports) {
    const Duration left = end - steady_now();
    if (!done.empty() && (stop || left < kLeastTime)) break;
    const Missing needed = missing(done);
    if (needed == Missing::kNothing) break;
    SearchOptions options = search_options(path, *transport);
    options.time_limit = std::max(left, kLeastTime);
    if (needed == Missing::kDirection) {
      const SearchResult& known = done.front().result;
      options.likely = {*known.bracket.lower, options.max};
      options.error_chance = kDirectionError;
      options.time_limit = std::min(options.time_limit, kDirectionTime);
      options.silence_limit = std::max(kSilenceOfOneMethod, known.rtt + known.rtt);
    }
    done.push_back(run(path, *transport, options, stop, on_progress));
    sort_by_weight(done);
  }
  return done;
}

}  // namespace mtuscope
