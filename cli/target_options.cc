#include "cli/target_options.h"

#include <fmt/format.h>

#include "cli/option_parser.h"

namespace mtuscope {

void add_target_options(OptionParser& parser, ProbePlan& plan, RawTarget& raw) {
  parser.operand("HOST", plan.host, "name or address of the other end");
  parser.value("-i,--via", "IFACE", plan.interface,
               "send through this interface, whatever the routes say");
  auto v4 = parser.flag("-4", raw.v4, "IPv4 only (default: each family that has a route)");
  parser.flag("-6", raw.v6, "IPv6 only").excludes(v4);
  parser.value("--timeout", "S", raw.timeout, "seconds for each address, at most (default: 20)");
}

ProbePlan validated(ProbePlan plan, const RawTarget& raw, const std::string& command) {
  require(!plan.host.empty(), command, "no host named",
          fmt::format("Name one: mtuscope {} 10.9.0.2", command));
  require(!raw.port || (*raw.port >= 1 && *raw.port <= 65535), command,
          fmt::format("there is no port {}", raw.port.value_or(0)), "Ports are 1 to 65535.");
  require(raw.timeout >= 0.1 && raw.timeout <= 3600, command,
          fmt::format("--timeout {:g} makes no sense", raw.timeout),
          "It takes 0.1 to 3600 seconds.");
  if (raw.v4) plan.family = IpFamily::kIPv4;
  if (raw.v6) plan.family = IpFamily::kIPv6;
  plan.time_limit = Duration::from_seconds(raw.timeout);
  return plan;
}

}  // namespace mtuscope
