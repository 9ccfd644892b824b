#include "cli/check_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

#include "cli/text_file.h"

namespace mtuscope {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExpectationEnding = ".expect.json";
constexpr auto kCaptureEndings = std::to_array<std::string_view>({".pcap", ".pcapng", ".cap"});
constexpr auto kCompressedEndings = std::to_array<std::string_view>({".gz", ".zst"});

// Cuts one of these endings off; false where there is none, or nothing before it.
template <typename Endings>
bool cut_ending(std::string_view& file, const Endings& endings) {
  for (const std::string_view ending : endings) {
    if (file.size() > ending.size() && file.ends_with(ending)) {
      file.remove_suffix(ending.size());
      return true;
    }
  }
  return false;
}

[[noreturn]] void refuse(const fs::path& path, const std::error_code& why) {
  const bool missing = why == std::errc::no_such_file_or_directory;
  const bool forbidden = why == std::errc::permission_denied;
  throw Error(missing     ? ErrorKind::kNotFound
              : forbidden ? ErrorKind::kPermission
                          : ErrorKind::kSystem,
              fmt::format("cannot read {}: {}", path.string(), why.message()),
              missing ? "Name a folder with captures, a capture, or an expectation."
                      : "Check who may read it.");
}

// Files by folder; both sorted.
using Listing = std::map<fs::path, std::set<fs::path>>;

void list_folder(const fs::path& folder, bool recursive, Listing& listing) {
  std::error_code error;
  fs::directory_iterator at(folder, error);
  if (error) refuse(folder, error);
  for (; at != fs::directory_iterator(); at.increment(error)) {
    // "check ." and "check" of a file here: names without a folder.
    const fs::path path = folder == "." ? at->path().filename() : at->path();
    if (path.filename().string().starts_with('.')) continue;
    std::error_code broken;  // a dangling link is no file
    if (at->is_regular_file(broken)) {
      listing[folder].insert(path);
    } else if (recursive && at->is_directory(broken) && !at->is_symlink(broken)) {
      list_folder(path, true, listing);
    }
  }
  if (error) refuse(folder, error);
}

// The same file by whatever name.
std::string identity(const fs::path& path) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(path, error);
  return (error ? path.lexically_normal() : canonical).string();
}

// The capture of the same name: the expectation's default.
void find_capture(CheckCase& found, const std::set<fs::path>& siblings) {
  for (const fs::path& file : siblings) {
    const std::string name = file.filename().string();
    if (!is_expectation_name(name) && name != found.name && case_name(name) == found.name) {
      found.captures.push_back(file.string());
    }
  }
  if (found.captures.size() > 1 && !found.error) {
    found.error.emplace(
        ErrorKind::kFormat,
        fmt::format("{} fits {}", found.expectation_path, fmt::join(found.captures, " and ")),
        "Say which: \"captures\": [\"...\"], or give each a name of its own.");
  }
}

CheckCase load(const fs::path& path, const std::set<fs::path>& siblings) {
  CheckCase found;
  found.folder = path.parent_path().string();
  found.name = case_name(path.filename().string());
  found.expectation_path = path.string();
  try {
    found.expectation = parse_expectation(read_text_file(path.string()), path.string());
  } catch (const Error& error) {
    found.error = error;
    find_capture(found, siblings);  // so that it does not look forgotten as well
    return found;
  }
  for (const std::string& capture : found.expectation->captures) {
    found.captures.push_back((path.parent_path() / capture).string());
  }
  if (found.captures.empty()) find_capture(found, siblings);
  return found;
}

// What the captures without an expectation would be judged by.
void add_unexpected(const std::vector<fs::path>& captures, std::vector<CheckCase>& cases) {
  std::map<fs::path, std::vector<std::string>> by_expectation;
  for (const fs::path& capture : captures) {
    const std::string name(case_name(capture.filename().string()));
    by_expectation[capture.parent_path() / (name + std::string(kExpectationEnding))].push_back(
        capture.string());
  }
  for (const auto& [path, files] : by_expectation) {
    CheckCase found;
    found.folder = path.parent_path().string();
    found.name = case_name(path.filename().string());
    found.expectation_path = path.string();
    found.captures = files;
    if (files.size() > 1) {
      found.error.emplace(
          ErrorKind::kFormat,
          fmt::format("{} would share {}", fmt::join(files, " and "), path.string()),
          "Give each a name of its own.");
    }
    cases.push_back(std::move(found));
  }
}

std::vector<CheckCase> cases_of(const Listing& listing) {
  std::vector<CheckCase> cases;
  for (const auto& [folder, files] : listing) {
    for (const fs::path& file : files) {
      if (is_expectation_name(file.filename().string())) cases.push_back(load(file, files));
    }
  }
  std::set<std::string> expected;
  for (const CheckCase& found : cases) {
    for (const std::string& capture : found.captures) expected.insert(identity(capture));
  }
  std::vector<fs::path> unexpected;
  for (const auto& [folder, files] : listing) {
    for (const fs::path& file : files) {
      if (is_capture_name(file.filename().string()) && !expected.contains(identity(file))) {
        unexpected.push_back(file);
      }
    }
  }
  add_unexpected(unexpected, cases);
  return cases;
}

// Those that a single file is part of.
std::vector<CheckCase> cases_with(const fs::path& file) {
  const fs::path folder = file.parent_path();
  Listing listing;
  list_folder(folder.empty() ? fs::path(".") : folder, false, listing);
  std::vector<CheckCase> cases = cases_of(listing);
  const std::string wanted = identity(file);
  std::erase_if(cases, [&](const CheckCase& found) {
    const bool captured = std::ranges::any_of(
        found.captures, [&](const std::string& capture) { return identity(capture) == wanted; });
    return !captured && identity(found.expectation_path) != wanted;
  });
  return cases;
}

std::vector<CheckCase> cases_at(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) {
    refuse(path, error ? error : std::make_error_code(std::errc::no_such_file_or_directory));
  }
  std::vector<CheckCase> cases;
  if (fs::is_directory(status)) {
    Listing listing;
    // "pcaps/" and "pcaps" are one folder, and called by one name.
    const fs::path folder =
        fs::path(path).has_filename() ? fs::path(path) : fs::path(path).parent_path();
    list_folder(folder, true, listing);
    cases = cases_of(listing);
  } else {
    cases = cases_with(path);
  }
  if (cases.empty()) {
    throw Error(ErrorKind::kUsage, fmt::format("nothing to check in {}", path),
                "Captures end in .pcap, .pcapng or .cap, perhaps with .gz or .zst, expectations in "
                ".expect.json.");
  }
  return cases;
}

}  // namespace

bool is_expectation_name(std::string_view file) {
  return file.size() > kExpectationEnding.size() && file.ends_with(kExpectationEnding);
}

bool is_capture_name(std::string_view file) {
  cut_ending(file, kCompressedEndings);
  return cut_ending(file, kCaptureEndings);
}

std::string_view case_name(std::string_view file) {
  if (is_expectation_name(file)) {
    file.remove_suffix(kExpectationEnding.size());
    return file;
  }
  cut_ending(file, kCompressedEndings);
  cut_ending(file, kCaptureEndings);
  return file;
}

std::vector<CheckCase> find_check_cases(const std::vector<std::string>& paths) {
  std::vector<CheckCase> all;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    for (CheckCase& found : cases_at(path)) {
      if (seen.insert(identity(found.expectation_path)).second) all.push_back(std::move(found));
    }
  }
  std::ranges::stable_sort(all, {}, &CheckCase::expectation_path);
  return all;
}

}  // namespace mtuscope
