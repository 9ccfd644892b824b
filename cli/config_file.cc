#include "cli/config_file.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <filesystem>
#include <optional>
#include <sstream>
#include <system_error>

#include "capture/error.h"
#include "cli/text_file.h"

namespace mtuscope {
namespace {

namespace po = boost::program_options;

constexpr std::string_view kBlank = " \t\r";
constexpr std::string_view kOption = "--config";

std::string trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(kBlank) - begin + 1));
}

// One line at a time, so that everything found in it, and every error, has its line.
std::vector<po::basic_option<char>> entries_of(const std::string& line, const std::string& origin) {
  std::istringstream stream(line + "\n");
  try {
    return po::parse_config_file(stream, po::options_description(), true).options;
  } catch (const po::error&) {
    throw Error(ErrorKind::kFormat, fmt::format("{}: '{}' is no setting", origin, line),
                "Write KEY = VALUE, also for what is a mere word on the command line: json = true");
  }
}

}  // namespace

std::vector<ConfigEntry> parse_config(std::string_view text, const std::string& path) {
  std::vector<ConfigEntry> entries;
  std::istringstream stream{std::string(text)};
  std::string raw, section;
  for (size_t number = 1; std::getline(stream, raw); ++number) {
    const std::string line = trimmed(raw);
    if (line.size() > 2 && line.front() == '[' && line.back() == ']') {
      section = trimmed(std::string_view(line).substr(1, line.size() - 2));
      continue;
    }
    const std::string origin = fmt::format("{}:{}", path, number);
    for (const auto& option : entries_of(line, origin)) {
      entries.push_back(
          {section, option.string_key, option.value.empty() ? "" : option.value.front(), origin});
    }
  }
  return entries;
}

std::vector<std::string> usual_config_files(const char* xdg_config_home, const char* home) {
  std::vector<std::string> files;
  if (xdg_config_home != nullptr && *xdg_config_home != 0) {
    files.push_back(std::string(xdg_config_home) + "/mtuscope/mtuscope.conf");
  } else if (home != nullptr && *home != 0) {
    files.push_back(std::string(home) + "/.config/mtuscope/mtuscope.conf");
  }
  files.push_back("/etc/mtuscope.conf");
  return files;
}

std::vector<ConfigEntry> read_config(std::vector<std::string>& args,
                                     const std::vector<std::string>& usual) {
  std::optional<std::string> named;
  for (auto at = args.begin(); at != args.end() && *at != "--";) {
    if (at->starts_with(kOption) && at->substr(kOption.size()).starts_with('=')) {
      named = at->substr(kOption.size() + 1);
      at = args.erase(at);
    } else if (*at == kOption) {
      at = args.erase(at);
      if (at == args.end()) {
        throw Error(ErrorKind::kUsage, "--config names no file", "Write --config FILE");
      }
      named = *at;
      at = args.erase(at);
    } else {
      ++at;
    }
  }
  if (named) {
    return named->empty() ? std::vector<ConfigEntry>{}
                          : parse_config(read_text_file(*named), *named);
  }
  for (const std::string& file : usual) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return parse_config(read_text_file(file), file);
  }
  return {};
}

}  // namespace mtuscope
