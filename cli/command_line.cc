#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "capture/error.h"
#include "cli/config_defaults.h"
#include "cli/nearest.h"
#include "cli/option_parser.h"
#include "cli/version.h"

namespace mtuscope {
namespace {

// A command's spelling, its line in `mtuscope help`, and its parser.
struct Command {
  std::string name;
  std::string summary;
  Invocation (*parse)(const std::vector<std::string>& args);
};

template <auto parse>
Invocation parsed_by(const std::vector<std::string>& args) {
  return std::visit([](auto parsed) -> Invocation { return parsed; }, parse(args));
}

const std::vector<Command>& commands() {
  static const std::vector<Command> list = {
      {"advise", "the arithmetic of tunnels: MTU, MSS and configuration from a link, and back",
       parsed_by<parse_advise>},
      {"analyze", "diagnose recorded packets: what vanishes, where, and what to set",
       parsed_by<parse_analyze>},
      {"check", "compare recorded captures with what is expected of them: regression tests",
       parsed_by<parse_check>},
      {"probe", "measure the path MTU to a host now, to the byte", parsed_by<parse_probe>},
      {"doctor", "look at everything between here and a host: one answer, and its fix",
       parsed_by<parse_doctor>},
      {"watch", "watch interfaces, and say what is wrong as soon as it is known",
       parsed_by<parse_watch>},
      {"reflect", "be the far end of a measurement: each direction on its own",
       parsed_by<parse_reflect>},
  };
  return list;
}

std::string overview() {
  std::string out =
      "mtuscope explains connections that open and then hang: it says whether large\n"
      "packets vanish on a path, in which direction, between which sizes, and what to\n"
      "set.\n\n"
      "Usage: mtuscope COMMAND ...\n\n"
      "Commands:\n";
  for (const Command& command : commands()) out += help_entry(command.name, command.summary);
  return out + help_entry("help COMMAND", "show what a command takes, and its exit statuses") +
         "\nOptions:\n" + help_entry("--version", "show the version") +
         "\nStart with the capture of a connection that hangs:\n"
         "  mtuscope analyze incident.pcap\n"
         "or measure the path that it takes:\n"
         "  mtuscope probe 10.9.0.2 --via wg0\n";
}

const Command* find_command(const std::string& name) {
  const auto found = std::ranges::find(commands(), name, &Command::name);
  return found == commands().end() ? nullptr : &*found;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names{"help"};
  for (const Command& command : commands()) names.push_back(command.name);
  return names;
}

Error unknown_command(const std::string& name) {
  const std::optional<std::string> meant = nearest(name, command_names());
  return Error(ErrorKind::kUsage, fmt::format("there is no command '{}'", name),
               meant ? fmt::format("Did you mean mtuscope {}? All commands: mtuscope help", *meant)
                     : "All commands: mtuscope help");
}

bool looks_like_capture(const std::string& word) {
  constexpr std::array<std::string_view, 5> kEndings = {".pcap", ".pcapng", ".cap", ".gz", ".zst"};
  const auto ends_word = [&](std::string_view ending) { return word.ends_with(ending); };
  std::error_code ignored;
  return word == "-" || std::ranges::any_of(kEndings, ends_word) ||
         std::filesystem::is_regular_file(word, ignored);
}

Invocation parse_help(const std::vector<std::string>& topics) {
  if (topics.empty()) return ShowText{overview()};
  const Command* command = find_command(topics.front());
  if (command == nullptr) {
    if (topics.front() == "help" || topics.front().starts_with('-')) return ShowText{overview()};
    throw unknown_command(topics.front());
  }
  return command->parse({"--help"});
}

std::vector<CommandOptions> all_options() {
  std::vector<CommandOptions> all;
  for (const Command& command : commands()) {
    const Invocation help = command.parse({"--help"});
    all.push_back({command.name, std::get<ShowText>(help).option_names});
  }
  return all;
}

std::vector<std::string> with_defaults(const std::vector<ConfigEntry>& defaults,
                                       const std::vector<std::string>& args) {
  std::vector<std::string> words;
  for (const ConfigEntry& entry : defaults) words.push_back(default_word(entry.key, entry.value));
  words.insert(words.end(), args.begin(), args.end());
  return words;
}

// Where the words alone are right, one of the defaults is not: the complaint is about its line.
Invocation parse_with_defaults(const Command& command, const std::vector<std::string>& args,
                               const std::vector<ConfigEntry>& config) {
  if (config.empty()) return command.parse(args);
  const std::vector<ConfigEntry> mine = entries_for(command.name, config, all_options());
  try {
    return command.parse(with_defaults(mine, args));
  } catch (const Error&) {
    command.parse(args);
    for (const ConfigEntry& entry : mine) {
      try {
        command.parse(with_defaults({entry}, args));
      } catch (const Error& error) {
        throw Error(
            ErrorKind::kUsage,
            fmt::format("{}: {} = {}: {}", entry.origin, entry.key, entry.value, error.what()),
            error.hint());
      }
    }
    throw;
  }
}

}  // namespace

Invocation parse_command_line(const std::vector<std::string>& args,
                              const std::vector<ConfigEntry>& config) {
  if (args.empty()) return ShowText{overview()};
  const std::string& word = args.front();
  const std::vector<std::string> rest(args.begin() + 1, args.end());
  if (word == "help" || word == "--help" || word == "-h") return parse_help(rest);
  if (word == "--version" || word == "-V") return ShowText{fmt::format("mtuscope {}\n", version())};
  if (const Command* command = find_command(word)) {
    return parse_with_defaults(*command, rest, config);
  }

  const auto capture = std::ranges::find_if(args, looks_like_capture);
  if (capture != args.end() && (word.starts_with('-') || capture == args.begin())) {
    throw Error(ErrorKind::kUsage, fmt::format("'{}' is not a command", word),
                fmt::format("Did you mean: mtuscope analyze {}", fmt::join(args, " ")));
  }
  if (word.starts_with('-')) {
    throw Error(ErrorKind::kUsage, fmt::format("unknown option {} before the command", word),
                "Options come after a command: mtuscope analyze --json incident.pcap");
  }
  throw unknown_command(word);
}

}  // namespace mtuscope
