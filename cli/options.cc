#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "capture/error.h"
#include "cli/nearest.h"
#include "cli/text_wrap.h"
#include "cli/version.h"

namespace mtuscope {
namespace {

constexpr size_t kHelpWidth = 80;

// A command's spelling, its line in `mtuscope help`, and its parser.
struct Command {
  std::string name;
  std::string summary;
  Invocation (*parse)(const std::vector<std::string>& args);
};
const std::vector<Command>& commands();

// ---- Values -------------------------------------------------------------------------------

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

const Choices<ColorChoice> kColorChoices = {
    {"auto", ColorChoice::kAuto}, {"always", ColorChoice::kAlways}, {"never", ColorChoice::kNever}};

const Choices<std::optional<Severity>>& fail_on_choices() {
  static const Choices<std::optional<Severity>> choices = [] {
    Choices<std::optional<Severity>> result;
    for (const Severity severity : {Severity::kInfo, Severity::kWarning, Severity::kCritical}) {
      result.emplace_back(to_string(severity), severity);
    }
    result.emplace_back("never", std::nullopt);
    return result;
  }();
  return choices;
}

template <typename T>
T choose(const std::string& option, const std::string& value, const Choices<T>& choices) {
  std::vector<std::string> names;
  for (const auto& [name, meaning] : choices) {
    if (name == value) return meaning;
    names.push_back(name);
  }
  const std::optional<std::string> meant = nearest(value, names);
  throw Error(ErrorKind::kUsage, fmt::format("{} does not know '{}'", option, value),
              meant ? fmt::format("Did you mean {} {}?", option, *meant)
                    : fmt::format("It takes one of: {}", fmt::join(names, ", ")));
}

size_t positive_number(const std::string& option, const std::string& value) {
  constexpr size_t kMost = 1024;
  size_t number = 0;
  const char* end = value.data() + value.size();
  const auto [at, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || at != end || number == 0 || number > kMost) {
    throw Error(ErrorKind::kUsage, fmt::format("{} does not know '{}'", option, value),
                fmt::format("It takes a number from 1 to {}.", kMost));
  }
  return number;
}

template <typename T>
std::string alternatives(const Choices<T>& choices) {
  std::string text;
  for (const auto& choice : choices) text += (text.empty() ? "" : "|") + choice.first;
  return text;
}

// ---- Help ---------------------------------------------------------------------------------

// A term and what it means, in two columns; terms that are too long stand on their own line.
std::string help_entry(const std::string& term, const std::string& meaning) {
  constexpr size_t kMeaningColumn = 24;
  const std::string margin(kMeaningColumn, ' ');
  std::string first = "  " + term;
  std::string out;
  if (first.size() + 2 > kMeaningColumn) {
    out = first + "\n";
    first = margin;
  }
  first.resize(kMeaningColumn, ' ');
  for (const std::string& line : wrap(meaning, kHelpWidth, first, margin)) out += line + "\n";
  return out;
}

std::string option_entries(const CLI::App& app) {
  std::string out;
  for (const CLI::Option* option : app.get_options()) {
    std::string term = option->get_positional() ? option->get_name(true) : "";
    for (const std::string& name : option->get_snames()) term += "-" + name + ", ";
    for (const std::string& name : option->get_lnames()) term += "--" + name;
    if (!option->get_positional()) term += " " + option->get_type_name();
    if (option->get_positional()) term += "...";
    while (term.ends_with(' ') || term.ends_with(',')) term.pop_back();
    out += help_entry(term, option->get_description());
  }
  return out;
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
         "  mtuscope analyze incident.pcap\n";
}

std::string check_help(const CLI::App& app) {
  return "Usage: mtuscope check [OPTIONS] DIR...\n\n"
         "Analyzes recorded captures and compares with what is expected of them. Beside\n"
         "NAME.pcap stands NAME.expect.json, which a person writes (docs/check.md):\n"
         "  {\"exit\": 1, \"must\": [{\"kind\": \"pmtu-blackhole\", \"src\": \"10.9.0.2\"}],\n"
         "   \"must_not\": [{\"kind\": \"path-outage\"}]}\n\n"
         "Options:\n" +
         option_entries(app) +
         "\nExit status:\n"
         "  0  all as expected\n"
         "  1  a difference, a capture without an expectation, or the reverse\n"
         "  2  something could not be judged: unreadable, or a malformed expectation\n"
         "\nExamples:\n"
         "  mtuscope check pcaps\n"
         "  mtuscope check --junit results.xml tests/captures\n"
         "  mtuscope check --update pcaps/incident.pcap\n";
}

std::string analyze_help(const CLI::App& app) {
  return "Usage: mtuscope analyze [OPTIONS] CAPTURE...\n\n"
         "Says whether recorded packets show a path that drops large packets silently.\n\n"
         "Options:\n" +
         option_entries(app) +
         "\nExit status:\n"
         "  0  nothing wrong\n"
         "  1  a problem was found (see --fail-on)\n"
         "  2  it could not run: usage, unreadable input, permission\n"
         "  3  inconclusive: the capture does not tell\n"
         "\nExamples:\n"
         "  mtuscope analyze incident.pcap\n"
         "  mtuscope analyze --filter 'host 10.9.0.1 and port 443' trace.pcap0 trace.pcap1\n"
         "  ssh host tcpdump -U -w - -i wg0 | mtuscope analyze -\n"
         "\nA capture of the first 128 bytes of each packet is enough (tcpdump -s 128).\n";
}

// ---- CLI11 --------------------------------------------------------------------------------

Error unknown_option(const CLI::App& app, const std::string& option) {
  const std::string next = fmt::format("mtuscope help {}", app.get_name());
  const std::string what = fmt::format("{}: unknown option {}", app.get_name(), option);
  if (option == "-r") {  // tcpdump and tshark read with -r
    return Error(
        ErrorKind::kUsage, what,
        fmt::format("Captures are named without an option: mtuscope {} FILE. All options: {}",
                    app.get_name(), next));
  }
  std::vector<std::string> known;
  for (const CLI::Option* o : app.get_options()) {
    for (const std::string& name : o->get_lnames()) known.push_back("--" + name);
  }
  const std::string bare = option.substr(0, option.find('='));
  const std::optional<std::string> meant = nearest(bare, known);
  return Error(ErrorKind::kUsage, what,
               meant ? fmt::format("Did you mean {}? All options: {}", *meant, next)
                     : "All options: " + next);
}

// Nothing that CLI11 throws leaves this function, except the wish for help.
void parse_with(CLI::App& app, const std::vector<std::string>& args) {
  app.allow_extras();  // so that unknown options can be answered with a better one
  std::vector<std::string> reversed(args.rbegin(), args.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::ParseError& e) {
    throw Error(ErrorKind::kUsage, fmt::format("{}: {}", app.get_name(), e.what()),
                fmt::format("All options: mtuscope help {}", app.get_name()));
  }
  for (const std::string& unknown : app.remaining()) {
    if (unknown != "--") throw unknown_option(app, unknown);
  }
}

// The raw values of the options that all reporting commands share.
struct RawOutput {
  bool json = false, quiet = false, verbose = false;
  std::string color = "auto", fail_on{to_string(Severity::kWarning)};
};

void add_color_option(CLI::App& app, RawOutput& raw) {
  app.add_option("--color", raw.color,
                 "colour the text (default: auto, on a terminal unless NO_COLOR is set)")
      ->type_name(alternatives(kColorChoices));
}

void add_output_options(CLI::App& app, RawOutput& raw) {
  app.add_flag("--json", raw.json, "write one JSON document (see docs/json.md) instead of text")
      ->disable_flag_override();
  auto* quiet =
      app.add_flag("-q,--quiet", raw.quiet, "write the headline only")->disable_flag_override();
  app.add_flag("-v,--verbose", raw.verbose,
               "write everything: all findings, all evidence, every path with its sizes")
      ->disable_flag_override()
      ->excludes(quiet);
  app.add_option("--fail-on", raw.fail_on,
                 "exit with status 1 at findings of this severity or worse (default: warning)")
      ->type_name(alternatives(fail_on_choices()));
  add_color_option(app, raw);
}

OutputOptions validated(const RawOutput& raw) {
  OutputOptions output;
  output.json = raw.json;
  output.verbosity = raw.quiet     ? Verbosity::kQuiet
                     : raw.verbose ? Verbosity::kVerbose
                                   : Verbosity::kNormal;
  output.color = choose("--color", raw.color, kColorChoices);
  output.fail_on = choose("--fail-on", raw.fail_on, fail_on_choices());
  return output;
}

Invocation parse_analyze(const std::vector<std::string>& args) {
  CLI::App app("", "analyze");
  AnalyzeOptions options;
  RawOutput raw;
  app.add_option("CAPTURE", options.captures,
                 "pcap or pcapng, also .gz and .zst; - is standard input; several files are one "
                 "capture")
      ->type_name("");
  app.add_option("-f,--filter", options.filter,
                 "use only packets that match, in tcpdump syntax: 'host 10.9.0.1 and tcp'")
      ->type_name("EXPRESSION");
  app.add_flag("--flows", options.flows,
               "list the connections, stuck ones first, and what each waited for")
      ->disable_flag_override();
  add_output_options(app, raw);
  app.set_help_flag("-h,--help", "show this text");
  try {
    parse_with(app, args);
  } catch (const CLI::CallForHelp&) {
    return ShowText{analyze_help(app)};
  }
  options.output = validated(raw);
  if (options.captures.empty()) {
    throw Error(ErrorKind::kUsage, "analyze: no capture named",
                "Name a file, or - for standard input: mtuscope analyze incident.pcap");
  }
  if (std::ranges::count(options.captures, "-") > 1) {
    throw Error(ErrorKind::kUsage, "analyze: standard input (-) is named twice",
                "Name - once: it can be read only once.");
  }
  return options;
}

Invocation parse_check(const std::vector<std::string>& args) {
  CLI::App app("", "check");
  CheckOptions options;
  RawOutput raw;
  std::string jobs;
  app.add_option("DIR", options.paths,
                 "folder of captures and expectations, with those in it; also a single one")
      ->type_name("");
  app.add_flag("-u,--update", options.update,
               "write what is found now into the expectations, and say what changed")
      ->disable_flag_override();
  app.add_option("--junit", options.junit, "write the results as JUnit XML too")->type_name("FILE");
  app.add_option("-j,--jobs", jobs, "captures judged at the same time (default: one a core)")
      ->type_name("N");
  app.add_flag("--json", raw.json, "write one JSON document (see docs/check.md) instead of text")
      ->disable_flag_override();
  auto* quiet = app.add_flag("-q,--quiet", raw.quiet, "write only what is not as expected")
                    ->disable_flag_override();
  app.add_flag("-v,--verbose", raw.verbose, "write every capture, also those as expected")
      ->disable_flag_override()
      ->excludes(quiet);
  add_color_option(app, raw);
  app.set_help_flag("-h,--help", "show this text");
  try {
    parse_with(app, args);
  } catch (const CLI::CallForHelp&) {
    return ShowText{check_help(app)};
  }
  options.output = validated(raw);
  if (!jobs.empty()) options.jobs = positive_number("--jobs", jobs);
  if (options.paths.empty()) {
    throw Error(ErrorKind::kUsage, "check: no folder named",
                "Name the folder of captures and expectations: mtuscope check pcaps");
  }
  return options;
}

// ---- Commands -----------------------------------------------------------------------------

const std::vector<Command>& commands() {
  static const std::vector<Command> list = {
      {"analyze", "diagnose recorded packets: what vanishes, where, and what to set",
       parse_analyze},
      {"check", "compare recorded captures with what is expected of them: regression tests",
       parse_check},
  };
  return list;
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

}  // namespace

Invocation parse_command_line(const std::vector<std::string>& args) {
  if (args.empty()) return ShowText{overview()};
  const std::string& word = args.front();
  const std::vector<std::string> rest(args.begin() + 1, args.end());
  if (word == "help" || word == "--help" || word == "-h") return parse_help(rest);
  if (word == "--version" || word == "-V") return ShowText{fmt::format("mtuscope {}\n", version())};
  if (const Command* command = find_command(word)) return command->parse(rest);

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
