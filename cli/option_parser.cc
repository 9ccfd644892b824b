#include "cli/option_parser.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "capture/error.h"
#include "cli/nearest.h"
#include "cli/text_wrap.h"

namespace mtuscope {
namespace {

constexpr size_t kHelpWidth = 80;

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

Error unexpected_argument(const CLI::App& app, const std::string& argument) {
  const std::string hint = app.get_name() == "watch"  // tcpdump's -i is forgotten easily
                               ? fmt::format("Interfaces follow -i: mtuscope watch -i {}", argument)
                               : fmt::format("All options: mtuscope help {}", app.get_name());
  return Error(ErrorKind::kUsage,
               fmt::format("{}: unexpected argument '{}'", app.get_name(), argument), hint);
}

// The word of which CLI11 kept "-=3" once it had taken the letters: "-q=3"; empty: there is none.
std::string word_with_letters(const std::string& kept, const std::vector<std::string>& typed) {
  const auto word = std::ranges::find_if(typed, [&](const std::string& w) {
    return w.size() > kept.size() && w.starts_with('-') && !w.starts_with("--") &&
           w.ends_with(kept.substr(1));
  });
  return kept.starts_with("-=") && word != typed.end() ? *word : "";
}

Error value_for_letter(const CLI::App& app, const std::string& word) {
  const std::string letters = word.substr(0, word.find('='));
  return Error(ErrorKind::kUsage,
               fmt::format("{}: -{} takes no value: '{}'", app.get_name(), letters.back(), word),
               fmt::format("Write {}. All options: mtuscope help {}", letters, app.get_name()));
}

// "-i=lo" where -i takes a value: to getopt and CLI11 that is the value "=lo", which nobody means.
void refuse_equals_sign(const CLI::App& app, const std::string& word) {
  const size_t equals = word.find('=');
  if (!word.starts_with('-') || word.starts_with("--") || equals == std::string::npos) return;
  const auto takes_value = [&](char letter) {
    const CLI::Option* const option = app.get_option_no_throw(fmt::format("-{}", letter));
    return option != nullptr && option->get_items_expected_max() > 0;
  };
  const auto letter = std::find_if(word.begin() + 1, word.end(), takes_value);
  if (static_cast<size_t>(letter - word.begin()) + 1 != equals) return;
  throw Error(
      ErrorKind::kUsage,
      fmt::format("{}: the value of -{} has no '=' before it: '{}'", app.get_name(), *letter, word),
      fmt::format("Write {} {}. All options: mtuscope help {}", word.substr(0, equals),
                  word.substr(equals + 1), app.get_name()));
}

Error unknown_option(const CLI::App& app, const std::string& option,
                     const std::vector<std::string>& typed) {
  const std::string word = word_with_letters(option, typed);
  if (!word.empty()) return value_for_letter(app, word);
  if (!option.starts_with('-')) return unexpected_argument(app, option);
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

// What CLI11 says of an option's value, in this program's words.
std::string in_own_words(const std::string& told) {
  constexpr std::string_view kNoNumber = "Could not convert: ", kEquals = " = ";
  constexpr std::string_view kNoValueTaken = " was given a disallowed flag override";
  constexpr std::string_view kNoValue = ": 1 required ", kMissing = " missing";
  constexpr std::string_view kRepeated = ": At Most 1 required but received ";
  if (told.starts_with(kNoNumber)) {
    const size_t equals = told.find(kEquals);
    return fmt::format("{} takes a number, not '{}'",
                       told.substr(kNoNumber.size(), equals - kNoNumber.size()),
                       told.substr(equals + kEquals.size()));
  }
  if (told.ends_with(kNoValueTaken)) {
    const std::string name = told.substr(0, told.size() - kNoValueTaken.size());
    return fmt::format("{}{} takes no value", name.size() == 1 ? "-" : "--", name);
  }
  if (const size_t name = told.find(kRepeated); name != std::string::npos) {
    return told.substr(0, name) + " is given more than once";
  }
  const size_t needed = told.find(kNoValue);
  if (needed == std::string::npos || !told.ends_with(kMissing)) return told;
  const size_t word = needed + kNoValue.size();
  return fmt::format("{} needs {}", told.substr(0, needed),
                     told.substr(word, told.size() - kMissing.size() - word));
}

constexpr char kDefaultMark = '\x1f';  // nobody types it

void apply_default(CLI::App& app, const std::string& word) {
  const size_t equals = word.find('=');
  const std::string key = word.substr(1, equals - 1), value = word.substr(equals + 1);
  CLI::Option* const option = app.get_option_no_throw("--" + key);
  if (option == nullptr || option->count() > 0) return;
  for (const CLI::Option* other : option->get_excludes()) {
    if (other->count() > 0) return;
  }
  if (option->get_items_expected_max() == 0) {
    const bool given = choose("--" + key, value, Choices<bool>{{"true", true}, {"false", false}});
    if (!given) return;
  }
  option->add_result(value);
  option->run_callback();
}

}  // namespace

std::string default_word(const std::string& key, const std::string& value) {
  return kDefaultMark + key + "=" + value;
}

void refuse_value(const std::string& option, const std::string& value,
                  const std::vector<std::string>& names) {
  const std::optional<std::string> meant = nearest(value, names);
  throw Error(ErrorKind::kUsage, fmt::format("{} does not know '{}'", option, value),
              meant ? fmt::format("Did you mean {} {}?", option, *meant)
                    : fmt::format("It takes one of: {}", fmt::join(names, ", ")));
}

void require(bool holds, const std::string& command, const std::string& what,
             const std::string& hint) {
  if (!holds) throw Error(ErrorKind::kUsage, command + ": " + what, hint);
}

std::string alternatives(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, "|"));
}

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

AddedOption& AddedOption::excludes(AddedOption other) {
  option_->excludes(other.option_);
  return *this;
}

AddedOption& AddedOption::one_value_each() {
  option_->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return *this;
}

OptionParser::OptionParser(const std::string& command)
    : app_(std::make_unique<CLI::App>("", command)) {}

OptionParser::~OptionParser() = default;

AddedOption OptionParser::value(const std::string& spelling, const std::string& word,
                                std::string& target, const std::string& description) {
  return AddedOption(app_->add_option(spelling, target, description)->type_name(word));
}

AddedOption OptionParser::value(const std::string& spelling, const std::string& word,
                                uint32_t& target, const std::string& description) {
  return AddedOption(app_->add_option(spelling, target, description)->type_name(word));
}

AddedOption OptionParser::value(const std::string& spelling, const std::string& word,
                                std::optional<uint32_t>& target, const std::string& description) {
  return AddedOption(app_->add_option(spelling, target, description)->type_name(word));
}

AddedOption OptionParser::value(const std::string& spelling, const std::string& word,
                                double& target, const std::string& description) {
  return AddedOption(app_->add_option(spelling, target, description)->type_name(word));
}

AddedOption OptionParser::value(const std::string& spelling, const std::string& word,
                                std::vector<std::string>& target, const std::string& description) {
  return AddedOption(app_->add_option(spelling, target, description)->type_name(word));
}

AddedOption OptionParser::flag(const std::string& spelling, bool& target,
                               const std::string& description) {
  return AddedOption(app_->add_flag(spelling, target, description)->disable_flag_override());
}

void OptionParser::operand(const std::string& name, std::string& target,
                           const std::string& description) {
  value(name, "", target, description);
}

void OptionParser::operand(const std::string& name, std::vector<std::string>& target,
                           const std::string& description) {
  value(name, "", target, description);
}

void OptionParser::describe(const std::string& option, const std::string& description) {
  app_->get_option(option)->description(description);
}

std::string OptionParser::entries() const {
  std::string out;
  for (const CLI::Option* option : app_->get_options()) {
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

std::vector<std::string> OptionParser::names() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : app_->get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name != "help" && name != "config") names.push_back(name);
    }
  }
  return names;
}

// Nothing that CLI11 throws leaves this function.
bool OptionParser::parse(const std::vector<std::string>& args) {
  app_->set_help_flag("-h,--help", "show this text");
  app_->add_option("--config")
      ->description("read defaults of options from FILE (docs/config.md)")
      ->type_name("FILE");
  app_->allow_extras();  // so that unknown options can be answered with a better one
  const auto typed =
      std::ranges::find_if(args, [](const std::string& a) { return !a.starts_with(kDefaultMark); });
  const auto operands = std::find(typed, args.end(), "--");
  std::for_each(typed, operands, [&](const std::string& a) { refuse_equals_sign(*app_, a); });
  std::vector<std::string> reversed(typed, args.end());
  std::ranges::reverse(reversed);
  try {
    app_->parse(reversed);
    std::for_each(args.begin(), typed, [&](const std::string& a) { apply_default(*app_, a); });
  } catch (const CLI::CallForHelp&) {
    return false;
  } catch (const CLI::ParseError& e) {
    throw Error(ErrorKind::kUsage, fmt::format("{}: {}", app_->get_name(), in_own_words(e.what())),
                fmt::format("All options: mtuscope help {}", app_->get_name()));
  }
  for (const std::string& unknown : app_->remaining()) {
    if (unknown != "--") throw unknown_option(*app_, unknown, args);
  }
  return true;
}

void add_color_option(OptionParser& parser, RawOutput& raw) {
  parser.value("--color", alternatives(names_of(kColorChoices)), raw.color,
               "colour the text (default: auto, on a terminal unless NO_COLOR is set)");
}

void add_output_options(OptionParser& parser, RawOutput& raw, FailOn fail_on) {
  parser.flag("--json", raw.json, "write one JSON document (see docs/json.md) instead of text");
  auto quiet = parser.flag("-q,--quiet", raw.quiet, "write the headline only");
  parser
      .flag("-v,--verbose", raw.verbose,
            "write everything: all findings, all evidence, every path with its sizes")
      .excludes(quiet);
  if (fail_on == FailOn::kYes) {
    parser.value("--fail-on", alternatives(names_of(fail_on_choices())), raw.fail_on,
                 "exit with status 1 at findings of this severity or worse (default: warning)");
  }
  add_color_option(parser, raw);
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

}  // namespace mtuscope
