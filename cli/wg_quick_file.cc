#include "cli/wg_quick_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <memory>
#include <sstream>

#include "capture/error.h"
#include "cli/nearest.h"
#include "probes/resolve.h"
#include "probes/wiped_buffer.h"

namespace mtuscope {
namespace {

namespace options = boost::program_options;

constexpr size_t kMostBytes = 1u << 20;
constexpr uint32_t kLeastMtu = 68, kMostMtu = 65535;

const std::vector<std::string> kSections = {"Interface", "Peer"};
const std::vector<std::string> kInterfaceKeys = {
    "PrivateKey", "ListenPort", "FwMark", "Address", "DNS",      "MTU",
    "Table",      "PreUp",      "PostUp", "PreDown", "PostDown", "SaveConfig"};
const std::vector<std::string> kPeerKeys = {"PublicKey", "PresharedKey", "AllowedIPs", "Endpoint",
                                            "PersistentKeepalive"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\f\v";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// The word of the list that this is, whatever its case; null when it is none.
const std::string* known_word(std::string_view word, const std::vector<std::string>& list) {
  const auto found =
      std::ranges::find_if(list, [&](const std::string& known) { return same_word(known, word); });
  return found == list.end() ? nullptr : &*found;
}

// Only what can't be a key (44 characters, some of them digits or signs) is repeated.
std::string quoted_word(std::string_view word) {
  constexpr size_t kLongestWord = 24;
  const auto is_letter = [](char c) { return lower(c) >= 'a' && lower(c) <= 'z'; };
  const bool harmless = word.size() <= kLongestWord && std::ranges::all_of(word, is_letter);
  return harmless ? fmt::format(" '{}'", word) : "";
}

// Walks over the lines; Boost.Program_options reads each, so that a mistake has its line: it would
// merge sections of the same name, of which there is one a peer, and knows no lines.
class Reader {
 public:
  explicit Reader(const std::string& path) { file_.path = path; }

  WgQuickFile read(std::string_view text) {
    while (!text.empty()) {
      const size_t end = std::min(text.find('\n'), text.size());
      ++number_;
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (file_.interface_header.number == 0) {
      throw Error(ErrorKind::kFormat, fmt::format("{} has no [Interface] section", file_.path),
                  "Is it a wg-quick file? See wg-quick(8).");
    }
    return std::move(file_);
  }

 private:
  [[noreturn]] void refuse(const std::string& what, const std::string& hint) const {
    throw Error(ErrorKind::kFormat, fmt::format("{}, line {}: {}", file_.path, number_, what),
                hint);
  }

  [[noreturn]] void refuse_word(const char* what, std::string_view word,
                                const std::vector<std::string>& known) const {
    const auto meant = nearest(word, known);
    refuse(fmt::format("there is no {}{} here", what, quoted_word(word)),
           meant ? fmt::format("Did you mean {}?", *meant)
                 : fmt::format("It takes: {}.", fmt::join(known, ", ")));
  }

  void read_line(std::string_view whole) {
    const std::string_view line = trimmed(whole.substr(0, whole.find('#')));
    if (line.empty()) return;
    if (line.front() == '[') return open_section(line);
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) refuse("this is no 'Key = Value'", "See wg-quick(8).");
    const std::string_view word = trimmed(line.substr(0, equals));
    if (section_.empty()) refuse("there is no section yet", "It begins with [Interface].");
    const auto& keys = section_ == "Peer" ? kPeerKeys : kInterfaceKeys;
    const std::string* key = known_word(word, keys);
    if (key == nullptr) refuse_word("key", word, keys);
    if (*key == "PrivateKey" || *key == "PresharedKey") return;  // never read
    take(*key, value_of(*key, trimmed(line.substr(equals + 1))), whole);
  }

  void open_section(std::string_view line) {
    const std::string_view word =
        trimmed(line.substr(1, line.size() - (line.ends_with(']') ? 2 : 1)));
    const std::string* known = line.ends_with(']') ? known_word(word, kSections) : nullptr;
    if (known == nullptr) refuse_word("section", word, kSections);
    section_ = *known;
    if (section_ == "Peer") file_.peers.emplace_back();
    if (section_ == "Interface") file_.interface_header = {number_, std::string(line)};
  }

  std::string value_of(const std::string& key, std::string_view value) const {
    options::options_description known;
    known.add_options()((section_ + '.' + key).c_str(), options::value<std::string>());
    std::istringstream line(fmt::format("[{}]\n{} = {}\n", section_, key, value));
    try {
      return options::parse_config_file(line, known).options.at(0).value.at(0);
    } catch (const options::error&) {
      refuse(fmt::format("{} has no value that can be read", key), "See wg-quick(8).");
    }
  }

  void take(const std::string& key, const std::string& value, std::string_view whole) {
    if (key == "MTU") take_mtu(value, whole);
    if (key == "Address") add_prefixes(key, value, file_.addresses);
    if (key == "Table") file_.table = value;
    if (key == "FwMark") file_.mark = read_mark(value);
    if (key == "AllowedIPs") add_prefixes(key, value, file_.peers.back().allowed_ips);
    if (key == "Endpoint") take_endpoint(value);
    const bool clamps =
        value.find("TCPMSS") != std::string::npos || value.find("maxseg") != std::string::npos;
    if ((key == "PostUp" || key == "PreUp") && clamps) {
      file_.clamps.push_back({number_, std::string(trimmed(whole))});
    }
  }

  void take_mtu(const std::string& value, std::string_view whole) {
    uint32_t mtu = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), mtu);
    if (error != std::errc() || end != value.data() + value.size() || mtu < kLeastMtu ||
        mtu > kMostMtu) {
      refuse("MTU takes a number of bytes",
             fmt::format("From {} to {}: MTU = 1420", kLeastMtu, kMostMtu));
    }
    file_.mtu = IpSize{mtu};
    file_.mtu_line = {number_, std::string(whole.substr(0, whole.find('\r')))};
  }

  void take_endpoint(const std::string& value) {
    const size_t colon = value.rfind(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == value.size()) {
      refuse("Endpoint takes HOST:PORT", "For instance: Endpoint = vpn.example.org:51820");
    }
    file_.peers.back().endpoint = value;
  }

  // 0 for "off".
  uint32_t read_mark(const std::string& value) const {
    if (value == "off") return 0;
    const bool hexadecimal = value.starts_with("0x");
    const char* begin = value.data() + (hexadecimal ? 2 : 0);
    const char* all = value.data() + value.size();
    uint32_t mark = 0;
    const auto [end, error] = std::from_chars(begin, all, mark, hexadecimal ? 16 : 10);
    if (error != std::errc() || end != all) {
      refuse("FwMark takes a number or 'off'", "For instance: FwMark = 0xca6c");
    }
    return mark;
  }

  void add_prefixes(const std::string& key, std::string_view value,
                    std::vector<IpPrefix>& prefixes) const {
    while (!value.empty()) {
      const size_t comma = std::min(value.find(','), value.size());
      const std::string_view word = trimmed(value.substr(0, comma));
      value.remove_prefix(std::min(comma + 1, value.size()));
      if (word.empty()) continue;
      const auto prefix = IpPrefix::parse(word);
      if (!prefix) {
        refuse(fmt::format("{} takes addresses with a length", key),
               fmt::format("For instance: {} = 10.9.0.0/24", key));
      }
      prefixes.push_back(*prefix);
    }
  }

  WgQuickFile file_;
  std::string section_;
  size_t number_ = 0;
};

// "vpn.example.org:51820" -> its address now; nullopt when the name is not known.
std::optional<Endpoint> resolved(const std::string& text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  uint16_t port = 0;
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  try {
    return Endpoint{resolve(host, std::nullopt).front().address, port};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

WgQuickFile parse_wg_quick(std::string_view text, const std::string& path) {
  return Reader(path).read(text);
}

WgQuickFile read_wg_quick(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  const auto buffer = std::make_unique<WipedBuffer<kMostBytes>>();
  ssize_t length = descriptor < 0 ? -1 : read(descriptor, buffer->data(), buffer->size());
  const int error = errno;
  if (descriptor >= 0) close(descriptor);
  if (length < 0) {
    const bool refused = error == EACCES || error == EPERM;
    const ErrorKind kind = error == ENOENT ? ErrorKind::kNotFound
                           : refused       ? ErrorKind::kPermission
                                           : ErrorKind::kSystem;
    throw Error(kind, fmt::format("{}: {}", path, std::strerror(error)),
                refused ? "Run it with sudo, or name a copy that you can read."
                        : "Name a wg-quick file: --wg-config /etc/wireguard/wg0.conf");
  }
  if (static_cast<size_t>(length) == buffer->size()) {
    throw Error(ErrorKind::kFormat, fmt::format("{} is larger than 1 MiB", path),
                "Is it a wg-quick file?");
  }
  return parse_wg_quick(buffer->first(static_cast<size_t>(length)), path);
}

std::string mtu_diff(const WgQuickFile& file, IpSize mtu) {
  if (file.mtu == mtu) return {};
  std::string diff = fmt::format("--- {0}\n+++ {0}\n", file.path);
  if (!file.mtu) {
    const size_t header = file.interface_header.number;
    return diff + fmt::format("@@ -{},0 +{} @@\n+MTU = {}\n", header, header + 1, mtu.bytes);
  }
  const size_t line = file.mtu_line.number;
  const std::string& old = file.mtu_line.text;
  const size_t digits = old.find_first_of("0123456789", old.find('='));
  const size_t behind = std::min(old.find_first_not_of("0123456789", digits), old.size());
  return diff + fmt::format("@@ -{0} +{0} @@\n-{1}\n+{2}{3}{4}\n", line, old, old.substr(0, digits),
                            mtu.bytes, old.substr(behind));
}

std::string interface_of(const WgQuickFile& file) {
  return std::filesystem::path(file.path).stem().string();
}

WireGuardDevice device_of(const WgQuickFile& file) {
  WireGuardDevice device{.interface = interface_of(file),
                         .source = file.path,
                         .mark = file.mark,
                         .peers = {},
                         .has_state = false};
  for (const WgQuickPeer& peer : file.peers) {
    device.peers.push_back(
        {.endpoint = peer.endpoint.empty() ? std::nullopt : resolved(peer.endpoint),
         .allowed_ips = peer.allowed_ips,
         .last_handshake = {}});
  }
  return device;
}

}  // namespace mtuscope
