#include "cli/advise_options.h"

#include <fmt/format.h>

#include "capture/error.h"
#include "cli/option_parser.h"
#include "cli/tunnel_spelling.h"

namespace mtuscope {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  mtuscope advise --link pppoe --tunnel wireguard:ipv6\n"
    "  mtuscope advise --path-mtu 1460 --tunnel wireguard --interface wg0\n"
    "  mtuscope advise --tunnel wireguard --tunnel vxlan --for calico\n"
    "  mtuscope advise --inner 1500 --tunnel wireguard:ipv6 --tunnel gre:key\n"
    "  mtuscope advise --list\n";

std::string advise_help(const OptionParser& parser) {
  return "Usage: mtuscope advise [OPTIONS]\n\n"
         "The arithmetic of tunnels: from what a link carries to the MTU and the MSS\n"
         "inside, and back, with the lines to set. Sends, reads and changes nothing.\n\n"
         "Options:\n" +
         parser.entries() +
         "\nA tunnel is NAME, NAME:ipv6 when its outer packets are IPv6, NAME:OPTION and\n"
         "NAME:+N for longer headers: gre:key, esp-gcm:nat-t, geneve:+12.\n"
         "\nExit status:\n"
         "  0  answered\n"
         "  2  it could not be: usage, or a link that is too small for the tunnels\n\n" +
         kExamples;
}

// The raw values of the options of `advise`.
struct RawAdvise {
  std::string link, path_mtu, inner, underlay;
  std::vector<std::string> tunnels, systems;
};

void add_advise_options(OptionParser& parser, AdviseOptions& options, RawAdvise& raw) {
  auto link = parser.value("-l,--link", "NAME|N", raw.link,
                           "what carries the packets, by name or MTU (default: ethernet)");
  auto path = parser
                  .value("-p,--path-mtu", "N", raw.path_mtu,
                         "what the path under the tunnels was measured to carry")
                  .excludes(link);
  parser.value("-t,--tunnel", "NAME", raw.tunnels, "a tunnel; repeat it for more, outermost first")
      .one_value_each();
  parser.value("--underlay", "ipv4|ipv6", raw.underlay,
               "what tunnels run over where they don't say so (default: ipv4)");
  parser.value("--inner", "N", raw.inner, "the reverse: what the link must carry for N inside")
      .excludes(link)
      .excludes(path);
  parser.value("--interface", "IFACE", options.interface,
               "the innermost tunnel's interface; its name tells what to configure");
  parser
      .value("--for", "SYSTEM", raw.systems, "write the lines for this system; repeat it for more")
      .one_value_each();
  parser.flag("--list", options.list, "list tunnels with their overheads, links and systems");
}

SystemInfo system_named(const std::string& name) {
  if (const SystemInfo* system = find_system(name)) return *system;
  std::vector<std::string> names;
  for (const SystemInfo& system : systems()) names.emplace_back(system.name);
  refuse_value("--for", name, names);
}

void read_stack(AdviseOptions& options, const RawAdvise& raw) {
  options.measured = !raw.path_mtu.empty();
  if (options.measured) {
    options.stack.link = parse_size("--path-mtu", raw.path_mtu);
  } else if (raw.inner.empty()) {
    options.stack = parse_link(raw.link.empty() ? "ethernet" : raw.link);
  }
  std::optional<IpFamily> underlay;
  if (!raw.underlay.empty()) underlay = parse_family("--underlay", raw.underlay);
  for (const std::string& tunnel : raw.tunnels) {
    options.stack.layers.push_back(parse_tunnel(tunnel, underlay));
  }
  if (!raw.inner.empty()) options.inner = parse_size("--inner", raw.inner);
}

void require_an_answer(const AdviseOptions& options) {
  if (!options.interface.empty() && !is_interface_name(options.interface)) {
    throw Error(ErrorKind::kUsage,
                fmt::format("advise: '{}' is no name of an interface", options.interface),
                "Names have at most 15 letters, digits, '.', '_', '-' and '@'.");
  }
  if (options.inner || inner_mtu(options.stack).bytes > 0) return;
  throw Error(ErrorKind::kUsage, "advise: nothing fits inside: " + arithmetic(options.stack),
              "Is the MTU of the link right, and the order of the tunnels, outermost first?");
}

}  // namespace

Parsed<AdviseOptions> parse_advise(const std::vector<std::string>& args) {
  OptionParser parser("advise");
  AdviseOptions options;
  RawAdvise raw;
  RawOutput output;
  add_advise_options(parser, options, raw);
  add_output_options(parser, output, FailOn::kNo);
  if (!parser.parse(args)) return ShowText{advise_help(parser), parser.names()};
  options.output = validated(output);
  read_stack(options, raw);
  for (const std::string& name : raw.systems) options.wanted.push_back(system_named(name));
  const bool asked = options.list || options.inner || options.measured || !raw.link.empty() ||
                     !raw.tunnels.empty();
  if (!asked) {
    throw Error(ErrorKind::kUsage, "advise: no link and no tunnel named",
                "Name them: mtuscope advise --link pppoe --tunnel wireguard:ipv6. All names: "
                "mtuscope advise --list. More examples: mtuscope help advise");
  }
  require_an_answer(options);
  return options;
}

}  // namespace mtuscope
