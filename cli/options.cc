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
    if (option->get_positional() && option->get_items_expected_max() > 1) term += "...";
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
         "  mtuscope analyze incident.pcap\n"
         "or measure the path that it takes:\n"
         "  mtuscope probe 10.9.0.2 --via wg0\n";
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

enum class FailOn : bool { kNo, kYes };

void add_output_options(CLI::App& app, RawOutput& raw, FailOn fail_on = FailOn::kYes) {
  app.add_flag("--json", raw.json, "write one JSON document (see docs/json.md) instead of text")
      ->disable_flag_override();
  auto* quiet =
      app.add_flag("-q,--quiet", raw.quiet, "write the headline only")->disable_flag_override();
  app.add_flag("-v,--verbose", raw.verbose,
               "write everything: all findings, all evidence, every path with its sizes")
      ->disable_flag_override()
      ->excludes(quiet);
  if (fail_on == FailOn::kYes) {
    app.add_option("--fail-on", raw.fail_on,
                   "exit with status 1 at findings of this severity or worse (default: warning)")
        ->type_name(alternatives(fail_on_choices()));
  }
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

// ---- probe ----------------------------------------------------------------------------------

const Choices<std::optional<ProbeMethod>>& method_choices() {
  static const Choices<std::optional<ProbeMethod>> choices = {
      {"auto", std::nullopt}, {"icmp", ProbeMethod::kIcmp}, {"udp", ProbeMethod::kUdp}};
  return choices;
}

std::string probe_help(const CLI::App& app) {
  return "Usage: mtuscope probe [OPTIONS] HOST\n\n"
         "Measures the path MTU to a host, to the byte: sends packets of many sizes that\n"
         "must not be fragmented, and tells those that are too large from those that are\n"
         "lost. Without a limit below the interface's MTU it says so after one round trip.\n\n"
         "Options:\n" +
         option_entries(app) +
         "\nMethods:\n"
         "  icmp  echo: measures both directions at once; needs a ping socket\n"
         "        (net.ipv4.ping_group_range) or CAP_NET_RAW\n"
         "  udp   to a closed port: measures the way there; needs no privilege; hosts\n"
         "        answer about one a second, so that it takes longer\n"
         "  auto  icmp, then udp where that tells more: which direction has the limit, or\n"
         "        that only ICMP echo is filtered\n"
         "\nExit status:\n"
         "  0  no limit below the MTU of the interface (or --max)\n"
         "  1  a limit was found: a black hole, or a smaller path MTU that is reported\n"
         "  2  it could not run: usage, name, route, permission\n"
         "  3  undetermined: nothing answered, or too little to tell\n"
         "\nExamples:\n"
         "  mtuscope probe 10.9.0.2 --via wg0\n"
         "  mtuscope probe -6 --json example.org\n";
}

// The raw values of the options of `probe`.
struct RawProbe {
  std::string method = "auto";
  bool v4 = false, v6 = false, quick = false, exact = false;
  uint32_t min = 0, max = 0, port = 0;
  double rate = ProbePlan().rate, timeout = ProbePlan().time_limit.seconds();
};

void add_probe_options(CLI::App& app, ProbePlan& plan, RawProbe& raw) {
  app.add_option("HOST", plan.host, "name or address of the other end")->type_name("");
  app.add_option("-i,--via", plan.interface, "send through this interface, whatever the routes say")
      ->type_name("IFACE");
  auto* v4 = app.add_flag("-4", raw.v4, "IPv4 only (default: each family that has a route)")
                 ->disable_flag_override();
  app.add_flag("-6", raw.v6, "IPv6 only")->disable_flag_override()->excludes(v4);
  app.add_option("--method", raw.method, "how to probe (default: auto, see below)")
      ->type_name(alternatives(method_choices()));
  app.add_option("--port", raw.port, "port of udp (default: 33434, which is rarely open)")
      ->type_name("N");
  app.add_option("--min", raw.min, "smallest size to consider (default: 68, IPv6 80)")
      ->type_name("N");
  app.add_option("--max", raw.max, "largest size to consider (default: the interface's MTU)")
      ->type_name("N");
  app.add_option("--rate", raw.rate, "packets a second, at most (default: 2000)")->type_name("N");
  app.add_option("--timeout", raw.timeout, "seconds for each address, at most (default: 20)")
      ->type_name("S");
  auto* quick = app.add_flag("--quick", raw.quick, "end when the limit is known to 16 bytes")
                    ->disable_flag_override();
  app.add_flag("--exact", raw.exact, "to the byte (default)")
      ->disable_flag_override()
      ->excludes(quick);
}

void require(bool holds, const std::string& what, const std::string& hint) {
  if (!holds) throw Error(ErrorKind::kUsage, "probe: " + what, hint);
}

ProbePlan validated(ProbePlan plan, const RawProbe& raw) {
  constexpr uint32_t kMostBytes = 65535;
  require(!plan.host.empty(), "no host named", "Name one: mtuscope probe 10.9.0.2 --via wg0");
  require(raw.port <= 65535, fmt::format("there is no port {}", raw.port), "Ports end at 65535.");
  require(raw.max <= kMostBytes && raw.min <= kMostBytes,
          fmt::format("no IP packet has {} bytes", std::max(raw.min, raw.max)),
          "Sizes are whole IP packets of at most 65535 bytes.");
  require(raw.max == 0 || raw.min <= raw.max,
          fmt::format("--min {} exceeds --max {}", raw.min, raw.max), "Exchange them.");
  require(raw.rate >= 1 && raw.rate <= 100'000, fmt::format("--rate {:g} makes no sense", raw.rate),
          "It takes 1 to 100000 packets a second.");
  require(raw.timeout >= 0.1 && raw.timeout <= 3600,
          fmt::format("--timeout {:g} makes no sense", raw.timeout),
          "It takes 0.1 to 3600 seconds.");
  plan.method = choose("--method", raw.method, method_choices());
  if (raw.v4) plan.family = IpFamily::kIPv4;
  if (raw.v6) plan.family = IpFamily::kIPv6;
  plan.port = static_cast<uint16_t>(raw.port);
  plan.min = IpSize{raw.min};
  plan.max = IpSize{raw.max};
  plan.rate = raw.rate;
  plan.time_limit = Duration::from_seconds(raw.timeout);
  plan.quick = raw.quick;
  return plan;
}

Invocation parse_probe(const std::vector<std::string>& args) {
  CLI::App app("", "probe");
  ProbeOptions options;
  RawProbe raw;
  RawOutput output;
  add_probe_options(app, options.plan, raw);
  add_output_options(app, output, FailOn::kNo);
  app.set_help_flag("-h,--help", "show this text");
  try {
    parse_with(app, args);
  } catch (const CLI::CallForHelp&) {
    return ShowText{probe_help(app)};
  }
  options.output = validated(output);
  options.plan = validated(options.plan, raw);
  return options;
}

// ---- Commands -----------------------------------------------------------------------------

const std::vector<Command>& commands() {
  static const std::vector<Command> list = {
      {"analyze", "diagnose recorded packets: what vanishes, where, and what to set",
       parse_analyze},
      {"check", "compare recorded captures with what is expected of them: regression tests",
       parse_check},
      {"probe", "measure the path MTU to a host now, to the byte", parse_probe},
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
