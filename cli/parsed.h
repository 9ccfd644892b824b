// What the words of a command line come to: a command's options, or a text that was asked for.

#ifndef MTUSCOPE_CLI_PARSED_H_
#define MTUSCOPE_CLI_PARSED_H_

#include <string>
#include <variant>
#include <vector>

namespace mtuscope {

// Somebody asked for help or for the version.
struct ShowText {
  std::string text;
  std::vector<std::string> option_names = {};  // with a command's help: OptionParser::names()
};

template <typename Options>
using Parsed = std::variant<ShowText, Options>;

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PARSED_H_
