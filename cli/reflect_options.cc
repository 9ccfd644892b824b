#include "cli/reflect_options.h"

#include <fmt/format.h>

#include "cli/option_parser.h"

namespace mtuscope {
namespace {

constexpr char kCommand[] = "reflect";

constexpr double kBytesPerKilobyte = 1000;
constexpr double kLeastRate = 100, kMostRate = 10'000'000;  // kB a second

std::string reflect_help(const OptionParser& parser) {
  return "Usage: mtuscope reflect [OPTIONS]\n\n"
         "The far end of `mtuscope probe --method reflector`: acknowledges large packets\n"
         "with small ones, and sends packets of the size that is asked for, so that each\n"
         "direction of a path is measured on its own. Answers only those who have proven\n"
         "an address, with --key only those who have the same key. Needs no privilege.\n\n"
         "Options:\n" +
         parser.entries() +
         "\nExit status:\n"
         "  0  it was ended by SIGINT or SIGTERM\n"
         "  2  it could not run: usage, address, port, key\n"
         "\nExamples:\n"
         "  mtuscope reflect\n"
         "  (umask 077; wg genpsk > reflect.key); mtuscope reflect --key reflect.key\n"
         "and at the other end:\n"
         "  mtuscope probe 10.9.0.2 --method reflector --key reflect.key\n";
}

// The raw values of the options of `reflect`.
struct RawReflect {
  std::vector<std::string> listen;
  uint32_t port = kReflectPort;
  double rate = ReflectOptions().rate / kBytesPerKilobyte;
  double peer_rate = ReflectOptions().peer_rate / kBytesPerKilobyte;
};

void add_reflect_options(OptionParser& parser, ReflectOptions& options, RawReflect& raw,
                         RawOutput& output) {
  parser.value("-l,--listen", "ADDR", raw.listen,
               "address to listen at; may be given several times (default: all)");
  parser.value("-p,--port", "N", raw.port, fmt::format("UDP port (default: {})", kReflectPort));
  parser.value("-i,--interface", "IFACE", options.interface, "listen at this interface only");
  parser.value("-k,--key", "FILE", options.key_file,
               "file with a key of 32 bytes in Base64, the same at both ends");
  parser.value("--rate", "N", raw.rate,
               "kilobytes a second to send in total, at most (default: 4000)");
  parser.value("--peer-rate", "N", raw.peer_rate,
               "kilobytes a second to send to one host, at most (default: 1000)");
  parser.flag("-q,--quiet", options.quiet, "say nothing but errors and warnings");
  add_color_option(parser, output);
}

double bytes_per_second(const char* option, double kilobytes) {
  require(kilobytes >= kLeastRate && kilobytes <= kMostRate, kCommand,
          fmt::format("{} {:g} makes no sense", option, kilobytes),
          fmt::format("It takes {:g} to {:.0f} kilobytes a second; the largest packet has 66.",
                      kLeastRate, kMostRate));
  return kilobytes * kBytesPerKilobyte;
}

ReflectOptions validated(ReflectOptions options, const RawReflect& raw) {
  for (const std::string& text : raw.listen) {
    const auto address = IpAddress::parse(text);
    require(address.has_value(), kCommand, fmt::format("'{}' is no address", text),
            "Give an IPv4 or IPv6 address of this host; list them with: ip address.");
    options.listen.push_back(*address);
  }
  require(raw.port >= 1 && raw.port <= 65535, kCommand,
          fmt::format("there is no port {}", raw.port), "Ports are 1 to 65535.");
  options.port = static_cast<uint16_t>(raw.port);
  options.rate = bytes_per_second("--rate", raw.rate);
  options.peer_rate = bytes_per_second("--peer-rate", raw.peer_rate);
  return options;
}

}  // namespace

Parsed<ReflectOptions> parse_reflect(const std::vector<std::string>& args) {
  OptionParser parser(kCommand);
  ReflectOptions options;
  RawReflect raw;
  RawOutput output;
  add_reflect_options(parser, options, raw, output);
  if (!parser.parse(args)) return ShowText{reflect_help(parser), parser.names()};
  options.color = validated(output).color;
  return validated(options, raw);
}

}  // namespace mtuscope
