#include "cli/tunnel_spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "capture/error.h"
#include "cli/nearest.h"
#include "cli/option_parser.h"

namespace mtuscope {
namespace {

constexpr uint32_t kLeastSize = 68, kMostSize = 65535;  // RFC 791 3.1, 3.2
constexpr uint32_t kMostOptionBytes = 252;              // Geneve's options, RFC 8926 3.4

std::optional<uint32_t> number(std::string_view word) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(':', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// Names and other spellings of a table, so that a mistyped alias is understood too.
template <typename Table>
std::vector<std::string> spellings(const Table& table) {
  std::vector<std::string> all;
  for (const auto& row : table) {
    all.emplace_back(row.name);
    for (std::string_view rest = row.aliases; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      all.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return all;
}

[[noreturn]] void refuse(const std::string& option, const std::string& word,
                         const std::vector<std::string>& known) {
  const std::optional<std::string> meant = nearest(word, known);
  throw Error(ErrorKind::kUsage, fmt::format("{} does not know '{}'", option, word),
              (meant ? fmt::format("Did you mean {} {}? ", option, *meant) : std::string()) +
                  "All names: mtuscope advise --list");
}

std::optional<IpFamily> family_of(std::string_view word) {
  if (word == "ipv4" || word == "v4" || word == "4") return IpFamily::kIPv4;
  if (word == "ipv6" || word == "v6" || word == "6") return IpFamily::kIPv6;
  return std::nullopt;
}

void add_option(Layer& layer, const std::string& word, const std::string& spelling) {
  if (word.starts_with('+')) {
    const auto more = number(std::string_view(word).substr(1));
    if (more && *more <= kMostOptionBytes) {
      layer.more += *more;
      layer.options += fmt::format("{}{} bytes more", layer.options.empty() ? "" : ", ", *more);
      return;
    }
  }
  std::vector<std::string> known{"ipv4", "ipv6"};
  for (const HeaderOption& option : layer.what->options) {
    if (option.name.empty()) continue;
    if (option.name == word) {
      layer.more += option.bytes;
      layer.options += fmt::format("{}{}", layer.options.empty() ? "" : ", ", option.name);
      return;
    }
    known.emplace_back(option.name);
  }
  const std::optional<std::string> meant = nearest(word, known);
  throw Error(ErrorKind::kUsage,
              fmt::format("--tunnel {}: {} has no '{}'", spelling, layer.what->name, word),
              meant ? fmt::format("Did you mean {}?", *meant)
                    : fmt::format("It takes {}, or +N for N more bytes of header.",
                                  fmt::join(known, ", ")));
}

}  // namespace

IpFamily parse_family(const std::string& option, const std::string& word) {
  if (const auto family = family_of(word)) return *family;
  refuse_value(option, word, {"ipv4", "ipv6"});
}

IpSize parse_size(const std::string& option, const std::string& word) {
  const auto bytes = number(word);
  if (bytes && *bytes >= kLeastSize && *bytes <= kMostSize) return IpSize{*bytes};
  throw Error(ErrorKind::kUsage, fmt::format("{} {}: not a size of an IP packet", option, word),
              fmt::format("It takes {} to {} bytes.", kLeastSize, kMostSize));
}

Layer parse_tunnel(const std::string& spelling, std::optional<IpFamily> underlay) {
  std::vector<std::string> words = split(spelling);
  const Encapsulation* const what = find_encapsulation(words.front());
  if (what == nullptr) refuse("--tunnel", words.front(), spellings(encapsulations()));
  words.erase(words.begin());
  std::optional<IpFamily> own;
  for (const std::string& word : words) {
    if (const auto family = family_of(word)) own = family;
  }
  Layer layer = layer_of(*what, own ? own : underlay);
  if (own && *own != layer.underlay) {
    throw Error(ErrorKind::kUsage,
                fmt::format("--tunnel {}: {} always runs over IPv{}", spelling, what->title,
                            static_cast<int>(layer.underlay)),
                fmt::format("Write --tunnel {}", what->name));
  }
  for (const std::string& word : words) {
    if (!family_of(word)) add_option(layer, word, spelling);
  }
  return layer;
}

EncapsulationStack parse_link(const std::string& spelling) {
  if (number(spelling)) return {.link = parse_size("--link", spelling), .layers = {}};
  const KnownLink* const link = find_link(spelling);
  if (link == nullptr) refuse("--link", spelling, spellings(known_links()));
  return stack_on(*link);
}

}  // namespace mtuscope
