// What the options of all commands have in common: values chosen by name, the options of the
// output, help made from the definitions, and errors that name what was probably meant.

#ifndef MTUSCOPE_CLI_OPTION_PARSER_H_
#define MTUSCOPE_CLI_OPTION_PARSER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/output_options.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mtuscope {

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

template <typename T>
std::vector<std::string> names_of(const Choices<T>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) names.push_back(choice.first);
  return names;
}

// Throws Error kUsage, which names the nearest of `names`, or all of them.
[[noreturn]] void refuse_value(const std::string& option, const std::string& value,
                               const std::vector<std::string>& names);

// What `value` means; refuses what is none of the choices.
template <typename T>
T choose(const std::string& option, const std::string& value, const Choices<T>& choices) {
  for (const auto& [name, meaning] : choices) {
    if (name == value) return meaning;
  }
  refuse_value(option, value, names_of(choices));
}

// Throws Error kUsage, which begins with the command's name, unless it holds.
void require(bool holds, const std::string& command, const std::string& what,
             const std::string& hint);

// "auto|always|never", for the help text.
std::string alternatives(const std::vector<std::string>& names);

// A term and what it means, in two columns; terms that are too long stand on their own line.
std::string help_entry(const std::string& term, const std::string& meaning);

// A word that stands for `key = value` of a configuration file: it counts where neither the option
// nor one that excludes it is given on the command line. Options that are mere words take true and
// false.
std::string default_word(const std::string& key, const std::string& value);

// An option that was added to an OptionParser, as long as that lives.
class AddedOption {
 public:
  explicit AddedOption(CLI::Option* option) : option_(option) {}
  AddedOption& excludes(AddedOption other);
  AddedOption& one_value_each();  // of an option that is repeated: the next word is not its second

 private:
  CLI::Option* option_;
};

// The options of one command. What stands on the command line goes to the variables that the
// options were added with, which must live as long as the parser. CLI11 stays behind this: it is
// too large to be compiled for each command.
class OptionParser {
 public:
  explicit OptionParser(const std::string& command);
  ~OptionParser();
  OptionParser(const OptionParser&) = delete;
  OptionParser& operator=(const OptionParser&) = delete;

  // `spelling` as in "-i,--via". `word` stands for the value in the help text.
  AddedOption value(const std::string& spelling, const std::string& word, std::string& target,
                    const std::string& description);
  AddedOption value(const std::string& spelling, const std::string& word, uint32_t& target,
                    const std::string& description);
  AddedOption value(const std::string& spelling, const std::string& word,
                    std::optional<uint32_t>& target, const std::string& description);
  AddedOption value(const std::string& spelling, const std::string& word, double& target,
                    const std::string& description);
  AddedOption value(const std::string& spelling, const std::string& word,
                    std::vector<std::string>& target, const std::string& description);
  AddedOption flag(const std::string& spelling, bool& target, const std::string& description);

  // What stands on the command line without an option, by its name in the help text.
  void operand(const std::string& name, std::string& target, const std::string& description);
  void operand(const std::string& name, std::vector<std::string>& target,
               const std::string& description);

  void describe(const std::string& option, const std::string& description);

  std::string entries() const;  // a help_entry() for each option
  // The long names, "method", without dashes, of all options that a configuration file may set:
  // not of --help and --config.
  std::vector<std::string> names() const;

  // Parses `args`, which may begin with default words; false when help was asked for. Throws Error
  // kUsage.
  bool parse(const std::vector<std::string>& args);

 private:
  std::unique_ptr<CLI::App> app_;
};

// The raw values of the options that all reporting commands share.
struct RawOutput {
  bool json = false, quiet = false, verbose = false;
  std::string color = "auto", fail_on{to_string(Severity::kWarning)};
};

enum class FailOn : bool { kNo, kYes };

void add_color_option(OptionParser& parser, RawOutput& raw);
void add_output_options(OptionParser& parser, RawOutput& raw, FailOn fail_on = FailOn::kYes);
OutputOptions validated(const RawOutput& raw);  // throws Error kUsage

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_OPTION_PARSER_H_
