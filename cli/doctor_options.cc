#include "cli/doctor_options.h"

#include "cli/option_parser.h"
#include "cli/target_options.h"

namespace mtuscope {
namespace {

constexpr char kCommand[] = "doctor";

std::string doctor_help(const OptionParser& parser) {
  return "Usage: mtuscope doctor [OPTIONS] HOST\n\n"
         "Looks at everything between this host and another that a connection may hang\n"
         "on: routes and rules, interfaces, the kernel's settings and what it has learnt,\n"
         "the packet filter, a WireGuard tunnel, its endpoint and what lies under it.\n"
         "Measures which sizes pass, inside the tunnel and under it. Then says one thing:\n"
         "what is wrong, what to set, and how to verify it. It changes nothing.\n\n"
         "Options:\n" +
         parser.entries() +
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

void add_doctor_options(OptionParser& parser, DoctorPlan& plan, RawTarget& raw) {
  add_target_options(parser, plan.probe, raw);
  parser.flag("--verify", plan.verify, "after a change: look again, and say whether it is fixed");
  parser.value("--port", "N", raw.port,
               "also open a TCP connection to this port, and send an empty line");
  parser.value("--wg-config", "FILE", plan.wg_config,
               "wg-quick file of the tunnel (default: /etc/wireguard/IFACE.conf)");
}

}  // namespace

Parsed<DoctorOptions> parse_doctor(const std::vector<std::string>& args) {
  OptionParser parser(kCommand);
  DoctorOptions options;
  RawTarget raw;
  RawOutput output;
  add_doctor_options(parser, options.plan, raw);
  add_output_options(parser, output, FailOn::kNo);
  if (!parser.parse(args)) return ShowText{doctor_help(parser), parser.names()};
  options.output = validated(output);
  options.plan.probe = validated(options.plan.probe, raw, kCommand);
  options.plan.port = static_cast<uint16_t>(raw.port.value_or(0));
  return options;
}

}  // namespace mtuscope
