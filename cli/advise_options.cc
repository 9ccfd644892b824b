#include "cli/advise_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

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

std::string advise_help(const CLI::App& app) {
  return "Usage: mtuscope advise [OPTIONS]\n\n"
         "The arithmetic of tunnels: from what a link carries to the MTU and the MSS inside,\n"
         "and back, with the lines to set. Sends nothing, reads nothing, changes nothing.\n\n"
         "Options:\n" +
         option_entries(app) +
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

void add_advise_options(CLI::App& app, AdviseOptions& options, RawAdvise& raw) {
  auto* link = app.add_option("-l,--link", raw.link,
                              "what carries the packets, by name or MTU (default: ethernet)")
                   ->type_name("NAME|N");
  auto* path = app.add_option("-p,--path-mtu", raw.path_mtu,
                              "what the path under the tunnels was measured to carry")
                   ->type_name("N")
                   ->excludes(link);
  app.add_option("-t,--tunnel", raw.tunnels, "a tunnel; repeat it for more, outermost first")
      ->type_name("NAME")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--underlay", raw.underlay,
                 "what tunnels run over where they don't say so (default: ipv4)")
      ->type_name("ipv4|ipv6");
  app.add_option("--inner", raw.inner, "the reverse: what the link must carry for N inside")
      ->type_name("N")
      ->excludes(link)
      ->excludes(path);
  app.add_option("--interface", options.interface,
                 "the innermost tunnel's interface; its name tells what to configure")
      ->type_name("IFACE");
  app.add_option("--for", raw.systems, "write the lines for this system; repeat it for more")
      ->type_name("SYSTEM")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--list", options.list, "list tunnels with their overheads, links and systems")
      ->disable_flag_override();
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
  CLI::App app("", "advise");
  AdviseOptions options;
  RawAdvise raw;
  RawOutput output;
  add_advise_options(app, options, raw);
  add_output_options(app, output, FailOn::kNo);
  if (!parse_with(app, args)) return ShowText{advise_help(app)};
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
