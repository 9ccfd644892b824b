#include "cli/doctor_options.h"

#include <CLI/CLI.hpp>

#include "cli/option_parser.h"
#include "cli/target_options.h"

namespace mtuscope {
namespace {

constexpr char kCommand[] = "doctor";

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

void add_doctor_options(CLI::App& app, DoctorPlan& plan, RawTarget& raw) {
  add_target_options(app, plan.probe, raw);
  app.add_flag("--verify", plan.verify, "after a change: look again, and say whether it is fixed")
      ->disable_flag_override();
  app.add_option("--port", raw.port,
                 "also open a TCP connection to this port, and send an empty line")
      ->type_name("N");
  app.add_option("--wg-config", plan.wg_config,
                 "wg-quick file of the tunnel (default: /etc/wireguard/IFACE.conf)")
      ->type_name("FILE");
}

}  // namespace

Parsed<DoctorOptions> parse_doctor(const std::vector<std::string>& args) {
  CLI::App app("", kCommand);
  DoctorOptions options;
  RawTarget raw;
  RawOutput output;
  add_doctor_options(app, options.plan, raw);
  add_output_options(app, output, FailOn::kNo);
  if (!parse_with(app, args)) return ShowText{doctor_help(app)};
  options.output = validated(output);
  options.plan.probe = validated(options.plan.probe, raw, kCommand);
  options.plan.port = static_cast<uint16_t>(raw.port);
  return options;
}

}  // namespace mtuscope
