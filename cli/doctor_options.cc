#include "cli/doctor_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "capture/error.h"
#include "cli/option_parser.h"

namespace mtuscope {
namespace {

std::string doctor_help(const CLI::App& app) {
  return "Usage: mtuscope doctor [OPTIONS] HOST\n\n"
         "Looks at everything between this host and another that a connection may hang\n"
         "on: routes and rules, interfaces, the kernel's settings and what it has learnt,\n"
         "the packet filter, a WireGuard tunnel, its endpoint and what lies under it.\n"
         "Measures which sizes pass, inside the tunnel and under it. Then says one thing:\n"
         "what is wrong, what to set, and how to verify it. It changes nothing.\n\n"
         "Options:\n" +
         option_entries(app) +
         "\nWithout privileges it says what it could not see. Root sees it all, and gives up\n"
         "its rights before the first packet is sent.\n"
         "\nExit status:\n"
         "  0  nothing wrong was found (with --verify: it is fixed)\n"
         "  1  something is wrong\n"
         "  2  it could not run: usage, name, interface, file\n"
         "  3  it can't be told: nothing answers, or too little\n"
         "\nExamples:\n"
         "  mtuscope doctor 10.9.0.2\n"
         "  mtuscope doctor --port 443 10.9.0.2\n"
         "  mtuscope doctor 10.9.0.2 --verify\n";
}

// The raw values of the options of `doctor`.
struct RawDoctor {
  bool v4 = false, v6 = false;
  uint32_t port = 0;
  double timeout = ProbePlan().time_limit.seconds();
};

void add_doctor_options(CLI::App& app, DoctorPlan& plan, RawDoctor& raw) {
  app.add_option("HOST", plan.probe.host, "name or address of the other end")->type_name("");
  app.add_flag("--verify", plan.verify, "after a change: look again, and say whether it is fixed")
      ->disable_flag_override();
  app.add_option("--port", raw.port,
                 "also open a TCP connection to this port, and send an empty line")
      ->type_name("N");
  app.add_option("--wg-config", plan.wg_config,
                 "wg-quick file of the tunnel (default: /etc/wireguard/IFACE.conf)")
      ->type_name("FILE");
  app.add_option("-i,--via", plan.probe.interface,
                 "through this interface, whatever the routes say")
      ->type_name("IFACE");
  auto* v4 = app.add_flag("-4", raw.v4, "IPv4 only (default: each family that the host has)")
                 ->disable_flag_override();
  app.add_flag("-6", raw.v6, "IPv6 only")->disable_flag_override()->excludes(v4);
  app.add_option("--timeout", raw.timeout,
                 "seconds for measuring each address, at most (default: 20)")
      ->type_name("S");
}

void require(bool holds, const std::string& what, const std::string& hint) {
  if (!holds) throw Error(ErrorKind::kUsage, "doctor: " + what, hint);
}

DoctorPlan validated(DoctorPlan plan, const RawDoctor& raw) {
  require(!plan.probe.host.empty(), "no host named", "Name one: mtuscope doctor 10.9.0.2");
  require(raw.port <= 65535, fmt::format("there is no port {}", raw.port), "Ports end at 65535.");
  require(raw.timeout >= 0.1 && raw.timeout <= 3600,
          fmt::format("--timeout {:g} makes no sense", raw.timeout),
          "It takes 0.1 to 3600 seconds.");
  plan.port = static_cast<uint16_t>(raw.port);
  plan.probe.time_limit = Duration::from_seconds(raw.timeout);
  if (raw.v4) plan.probe.family = IpFamily::kIPv4;
  if (raw.v6) plan.probe.family = IpFamily::kIPv6;
  return plan;
}

}  // namespace

Parsed<DoctorOptions> parse_doctor(const std::vector<std::string>& args) {
  CLI::App app("", "doctor");
  DoctorOptions options;
  RawDoctor raw;
  RawOutput output;
  add_doctor_options(app, options.plan, raw);
  add_output_options(app, output, FailOn::kNo);
  if (!parse_with(app, args)) return ShowText{doctor_help(app)};
  options.output = validated(output);
  options.plan = validated(options.plan, raw);
  return options;
}

}  // namespace mtuscope
