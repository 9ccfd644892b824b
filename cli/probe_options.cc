#include "cli/probe_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/option_parser.h"
#include "cli/target_options.h"

namespace mtuscope {
namespace {

constexpr char kCommand[] = "probe";

const Choices<std::optional<ProbeMethod>>& method_choices() {
  static const Choices<std::optional<ProbeMethod>> choices = {
      {"auto", std::nullopt},
      {"icmp", ProbeMethod::kIcmp},
      {"tcp", ProbeMethod::kTcp},
      {"udp", ProbeMethod::kUdp},
      {"reflector", ProbeMethod::kReflector}};
  return choices;
}

std::string probe_help(const OptionParser& parser) {
  return "Usage: mtuscope probe [OPTIONS] HOST\n\n"
         "Measures the path MTU to a host, to the byte: sends packets of many sizes that\n"
         "must not be fragmented, and tells those that are too large from those that are\n"
         "lost. Without a limit below the interface's MTU it says so after one round trip.\n\n"
         "Options:\n" +
         parser.entries() +
         "\nMethods:\n"
         "  icmp  echo: measures both directions at once; needs a ping socket\n"
         "        (net.ipv4.ping_group_range) or CAP_NET_RAW\n"
         "  tcp   SYNs that carry data, to an open or closed port: measures the way there,\n"
         "        also where ICMP and UDP are filtered; needs CAP_NET_RAW\n"
         "  udp   to a closed port: measures the way there; needs no privilege; hosts\n"
         "        answer about one a second, so that it takes longer\n"
         "  reflector\n"
         "        `mtuscope reflect` at the other end: each direction on its own; UDP port\n"
         "        8899, needs no privilege\n"
         "  auto  icmp, then tcp and udp where they tell more: which direction has the\n"
         "        limit, or that only ICMP echo is filtered\n"
         "\nExit status:\n"
         "  0  no limit below the MTU of the interface (or --max)\n"
         "  1  a limit was found: a black hole, or a smaller path MTU that is reported\n"
         "  2  it could not run: usage, name, route, permission\n"
         "  3  undetermined: nothing or too little answered, or the answers disagree\n"
         "\nExamples:\n"
         "  mtuscope probe 10.9.0.2 --via wg0\n"
         "  mtuscope probe -6 --json example.org\n"
         "  mtuscope probe 10.9.0.2 --method reflector --key reflect.key\n"
         "  mtuscope probe --flows 16 example.org      links that share the load\n";
}

// The raw values of the options of `probe`.
struct RawProbe {
  std::string method = "auto";
  RawTarget target;
  bool quick = false, exact = false;
  uint32_t min = 0, max = 0;
  uint32_t flows = 1;
  double rate = ProbePlan().rate;
};

void add_probe_options(OptionParser& parser, ProbePlan& plan, RawProbe& raw) {
  add_target_options(parser, plan, raw.target);
  parser.value("--method", alternatives(names_of(method_choices())), raw.method,
               "how to probe (default: auto, see below)");
  parser.value("--port", "N", raw.target.port,
               "port of tcp (default: 443), of udp (33434, which is rarely open), or of the "
               "reflector (8899)");
  parser.value("--key", "FILE", plan.key_file,
               "file with the key of the reflector; without --method, it is the method");
  parser.value("--flows", "N", raw.flows,
               "measure so many flows, with other source ports: do paths differ by flow?");
  parser.value("--min", "N", raw.min, "smallest size to consider (default: 68, IPv6 80)");
  parser.value("--max", "N", raw.max, "largest size to consider (default: the interface's MTU)");
  parser.value("--rate", "N", raw.rate, "packets a second, at most (default: 2000)");
  auto quick = parser.flag("--quick", raw.quick, "end when the limit is known to 16 bytes");
  parser.flag("--exact", raw.exact, "to the byte (default)").excludes(quick);
}

ProbePlan validated(ProbePlan plan, const RawProbe& raw) {
  constexpr uint32_t kMostBytes = 65535, kMostFlows = 32;
  plan = validated(std::move(plan), raw.target, kCommand);
  require(raw.max <= kMostBytes && raw.min <= kMostBytes, kCommand,
          fmt::format("no IP packet has {} bytes", std::max(raw.min, raw.max)),
          "Sizes are whole IP packets of at most 65535 bytes.");
  require(raw.max == 0 || raw.min <= raw.max, kCommand,
          fmt::format("--min {} exceeds --max {}", raw.min, raw.max), "Exchange them.");
  require(raw.flows >= 1 && raw.flows <= kMostFlows, kCommand,
          fmt::format("--flows {} makes no sense", raw.flows), "It takes 1 to 32 flows.");
  require(raw.rate >= 1 && raw.rate <= 100'000, kCommand,
          fmt::format("--rate {:g} makes no sense", raw.rate),
          "It takes 1 to 100000 packets a second.");
  plan.method = choose("--method", raw.method, method_choices());
  plan.port = static_cast<uint16_t>(raw.target.port.value_or(0));
  plan.min = IpSize{raw.min};
  plan.max = IpSize{raw.max};
  plan.rate = raw.rate;
  plan.quick = raw.quick;
  plan.flows = raw.flows;
  return plan;
}

}  // namespace

Parsed<ProbeOptions> parse_probe(const std::vector<std::string>& args) {
  OptionParser parser(kCommand);
  ProbeOptions options;
  RawProbe raw;
  RawOutput output;
  add_probe_options(parser, options.plan, raw);
  add_output_options(parser, output, FailOn::kNo);
  if (!parser.parse(args)) return ShowText{probe_help(parser), parser.names()};
  options.output = validated(output);
  options.plan = validated(options.plan, raw);
  if (!options.plan.key_file.empty()) {
    require(!options.plan.method || options.plan.method == ProbeMethod::kReflector, kCommand,
            "--key belongs to --method reflector", "Leave out one of them.");
    options.plan.method = ProbeMethod::kReflector;
  }
  require(options.plan.method != ProbeMethod::kReflector || options.plan.flows == 1, kCommand,
          "--flows is not for the reflector", "Measure flows with --method tcp or udp.");
  return options;
}

}  // namespace mtuscope
