#include "probes/measurement.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "capture/error.h"
#include "capture/link_layer.h"
#include "probes/conclusion.h"
#include "probes/icmp_transport.h"
#include "probes/likely_sizes.h"
#include "probes/reflector_transport.h"
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

// The flow that a connection suffers from most first: a limit, the smallest before the others, then
// what stayed open.
std::pair<int, uint32_t> urgency_of_flow(const Measurement& flow) {
  const SearchResult& result = flow.result;
  const uint32_t lower = result.bracket.lower ? result.bracket.lower->bytes : 0;
  switch (result.verdict) {
    case SearchVerdict::kExact:
    case SearchVerdict::kBracket:
      return {0, lower};
    case SearchVerdict::kInconsistent:
      return {1, lower};
    case SearchVerdict::kNoLimit:
      return {3, lower};
    case SearchVerdict::kSilent:
      return {4, lower};
    default:
      return {2, lower};
  }
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

// Of the two directions, the one that a connection suffers from: the smaller limit first.
std::pair<bool, uint32_t> urgency_of_way(const Measurement& way) {
  const Bracket& bracket = way.result.bracket;
  const bool fine = way.result.verdict == SearchVerdict::kNoLimit;
  return {fine, bracket.upper && bracket.lower ? bracket.lower->bytes : UINT32_MAX};
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
  using Transports = std::vector<std::unique_ptr<ProbeTransport>>;
  Transports transports;                // in the order of use
  std::vector<Transports> other_flows;  // of each of them: the same with other ports
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
    if (route->broadcast) throw not_one_host(address.address, kSubnetBroadcast);
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
}

Prober::~Prober() = default;

std::unique_ptr<ProbeTransport> Prober::open_transport(const ProbeTarget& target,
                                                       ProbeMethod method) const {
  const auto port = [&](uint16_t usual) { return plan_.port > 0 ? plan_.port : usual; };
  switch (method) {
    case ProbeMethod::kTcp:
      return open_tcp_transport(target, port(kHttpsPort));
    case ProbeMethod::kUdp:
      return open_udp_transport(target, port(kClosedPort));
    default:
      return open_icmp_transport(target);
  }
}

void Prober::open(const ResolvedAddress& address, const Route& route) {
  // An address like fe80::1 means something on one link only: on that of --via.
  const ProbeTarget target{.address = address.address,
                           .scope = address.scope > 0 ? address.scope : route.interface_index,
                           .interface = route.interface,
                           .bind = !plan_.interface.empty()};
  auto path = std::make_unique<Path>();
  path->address = address;
  path->route = route;
  for (const ProbeMethod method : {ProbeMethod::kIcmp, ProbeMethod::kTcp, ProbeMethod::kUdp}) {
    if (plan_.method && plan_.method != method) continue;
    try {
      path->transports.push_back(open_transport(target, method));
    } catch (const Error& error) {
      if (plan_.method || error.kind() != ErrorKind::kPermission) throw;
      // What TCP would have told, UDP tells later.
      if (method == ProbeMethod::kIcmp) {
        notes_.push_back(fmt::format("{}. {}", error.what(), error.hint()));
      }
      continue;
    }
    auto& others = path->other_flows.emplace_back();
    while (others.size() + 1 < plan_.flows) others.push_back(open_transport(target, method));
  }

  if (plan_.method == ProbeMethod::kReflector) {
    const ReflectorAccess access{.port = plan_.port > 0 ? plan_.port : kReflectPort,
                                 .key = plan_.key};
    for (const ProbeDirection direction : {ProbeDirection::kForward, ProbeDirection::kReverse}) {
      path->transports.push_back(open_reflector_transport(target, access, direction));
    }
  }

  IpSize least = address.address.family == IpFamily::kIPv4 ? kLeastV4 : kLeastV6;
  for (const auto& transport : path->transports) {
    least = std::max(least, transport->traits().least);
  }
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
  path->link.gateway = next_hop_words(route, address.address.family);

  Intent intent{.target = address.address,
                .interface = route.interface,
                .interface_mtu = route.interface_mtu,
                .min = path->min,
                .max = path->max,
                .max_packets = SearchOptions().max_packets,
                .flows = plan_.flows,
                .methods = {},
                .link = path->link};
  for (const auto& transport : path->transports) {
    const ProbeMethod method = transport->traits().method;
    if (std::ranges::count(intent.methods, method) == 0) intent.methods.push_back(method);
  }
  intents_.push_back(std::move(intent));
  paths_.push_back(std::move(path));
}

SearchOptions Prober::search_options(const Path& path, const ProbeTransport& transport) const {
  SearchOptions options;
  options.min = path.min;
  options.max = path.max;
  options.likely = likely_sizes(path.max, path.link.encapsulation);
  options.time_limit = plan_.time_limit;
  options.silence_limit = std::min(
      &transport == path.transports.back().get() ? kSilence : kSilenceWithOthers, plan_.time_limit);
  options.quick = plan_.quick;
  options.answer_limit = transport.traits().answer_limit;
  return options;
}

Measurement Prober::run(const Path& path, ProbeTransport& transport, const SearchOptions& options,
                        const std::atomic<bool>& stop, const Progress& on_progress,
                        IpSize locate_below) const {
  Measurement measurement{.target = path.address.address,
                          .source = path.route.source.value_or(IpAddress{}),
                          .interface = path.route.interface,
                          .interface_mtu = path.route.interface_mtu,
                          .traits = transport.traits()};
  measurement.obstacle = transport.prepare(stop);
  if (measurement.obstacle) {
    measurement.result.verdict = SearchVerdict::kSilent;
    return measurement;
  }
  Search search(options, steady_now());
  const EngineOptions engine{
      .rate = plan_.rate, .stop = &stop, .on_progress = [&](const Search& state) {
        if (on_progress) on_progress(state, measurement.traits.method);
      }};
  measurement.engine = run_search(search, transport, engine);
  measurement.result = search.result();
  if (measurement.traits.method == ProbeMethod::kTcp && weight(measurement) == 0 &&
      path.min <= kSmallPacket) {
    // Is it the data that something on the way does not like, whatever its size?
    measurement.refuses_data = anybody_answers(
        transport, measurement.traits.least, static_cast<ProbeId>(search.probes().size()),
        kSilenceOfOneMethod, {.rate = plan_.rate, .stop = &stop, .on_progress = {}});
  }
  if (measurement.result.bracket.lower < locate_below) {
    locate(search, transport, stop, measurement);
  }
  return measurement;
}

// With the search's own transport, whose probe numbers go on.
void Prober::locate(const Search& search, ProbeTransport& transport, const std::atomic<bool>& stop,
                    Measurement& measurement) const {
  if (measurement.traits.answer_limit.burst > 0) return;  // the target's answers are too dear
  if (measurement.traits.direction == ProbeDirection::kReverse) return;  // no hop limit of ours
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

// By TCP or UDP if possible: routers share the load by ports, and not all of them by echo
// identifiers. After the first flow, the limits of the earlier ones are the likely sizes.
std::vector<Measurement> Prober::measure_flows(const Path& path, const std::atomic<bool>& stop,
                                               const Progress& on_progress) const {
  const Timestamp end = steady_now() + plan_.time_limit;
  std::vector<size_t> order(path.transports.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (path.transports.front()->traits().method == ProbeMethod::kIcmp) {
    std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  std::vector<Measurement> done;
  for (const size_t method : order) {
    SearchOptions options = search_options(path, *path.transports[method]);
    options.time_limit = std::max(end - steady_now(), kLeastTime);
    done.push_back(run(path, *path.transports[method], options, stop, on_progress));
    if (weight(done.back()) == 0) continue;
    options.likely = {options.max};
    options.answers_spent = true;
    IpSize least = options.max;
    for (const auto& flow : path.other_flows[method]) {
      const IpSize lower = done.back().result.bracket.lower.value_or(options.max);
      if (std::ranges::count(options.likely, lower) == 0) options.likely.push_back(lower);
      least = std::min(least, lower);
      options.time_limit = end - steady_now();
      if (stop || options.time_limit < kLeastTime) break;
      done.push_back(run(path, *flow, options, stop, on_progress, least));
    }
    break;
  }
  std::ranges::stable_sort(done, {}, urgency_of_flow);
  return done;
}

// The reflector tells each direction on its own; there is nothing to be compared.
std::vector<Measurement> Prober::measure_both_ways(const Path& path, const std::atomic<bool>& stop,
                                                   const Progress& on_progress) const {
  const Timestamp end = steady_now() + plan_.time_limit;
  std::vector<Measurement> done;
  for (const auto& transport : path.transports) {
    SearchOptions options = search_options(path, *transport);
    options.time_limit = std::max(end - steady_now(), kLeastTime);
    options.silence_limit = std::min(kSilence, options.time_limit);
    done.push_back(run(path, *transport, options, stop, on_progress));
    if (stop || done.back().obstacle) break;
  }
  std::ranges::stable_sort(done, {}, urgency_of_way);
  return done;
}

// ICMP echo first: nothing limits it on most hosts, and without a limit it speaks for both
// directions. With one, or without an answer, a method whose answers are small: TCP, which is
// answered as fast as it is asked, then UDP.
std::vector<Measurement> Prober::measure(
    size_t index, const std::atomic<bool>& stop,
    const std::function<void(const Search&, ProbeMethod)>& on_progress) {
  const Path& path = *paths_[index];
  if (plan_.method == ProbeMethod::kReflector) return measure_both_ways(path, stop, on_progress);
  if (plan_.flows > 1) return measure_flows(path, stop, on_progress);
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
