#include "cli/target_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/option_parser.h"

namespace mtuscope {

void add_target_options(CLI::App& app, ProbePlan& plan, RawTarget& raw) {
  app.add_option("HOST", plan.host, "name or address of the other end")->type_name("");
  app.add_option("-i,--via", plan.interface, "send through this interface, whatever the routes say")
      ->type_name("IFACE");
  auto* v4 = app.add_flag("-4", raw.v4, "IPv4 only (default: each family that has a route)")
                 ->disable_flag_override();
  app.add_flag("-6", raw.v6, "IPv6 only")->disable_flag_override()->excludes(v4);
  app.add_option("--timeout", raw.timeout, "seconds for each address, at most (default: 20)")
      ->type_name("S");
}

ProbePlan validated(ProbePlan plan, const RawTarget& raw, const std::string& command) {
  require(!plan.host.empty(), command, "no host named",
          fmt::format("Name one: mtuscope {} 10.9.0.2", command));
  require(raw.port <= 65535, command, fmt::format("there is no port {}", raw.port),
          "Ports end at 65535.");
  require(raw.timeout >= 0.1 && raw.timeout <= 3600, command,
          fmt::format("--timeout {:g} makes no sense", raw.timeout),
          "It takes 0.1 to 3600 seconds.");
  if (raw.v4) plan.family = IpFamily::kIPv4;
  if (raw.v6) plan.family = IpFamily::kIPv6;
  plan.time_limit = Duration::from_seconds(raw.timeout);
  return plan;
}

}  // namespace mtuscope
