// Protocols that begin with a line of text. A line that was captured to its end must be right to
// its end; one that was cut must be right so far.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/payload/payload_formats.h"

namespace mtuscope {
namespace {

constexpr size_t kLongestLine = 8192;  // a request line with its cookies in the query

struct Line {
  std::string_view text;  // without its end
  bool whole = false;     // its end was captured
  bool crlf = false;      // and is CR LF
};

Line first_line(const WireBytes& bytes) {
  const std::string_view text = text_at(bytes, 0, kLongestLine);
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return {text};
  const bool crlf = end > 0 && text[end - 1] == '\r';
  return {text.substr(0, end - (crlf ? 1 : 0)), true, crlf};
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The code of "PROTOCOL 200 OK" behind the protocol and one space; empty where it is none.
std::string_view status_code(std::string_view line, size_t at) {
  const std::string_view code = line.substr(std::min(at, line.size()), 3);
  const bool ends = line.size() <= at + 3 || line[at + 3] == ' ';
  return code.size() == 3 && is_digits(code) && code[0] >= '1' && code[0] <= '6' && ends
             ? code
             : std::string_view();
}

// "METHOD TARGET PROTOCOL/x.y" (RFC 9112 3, RFC 3261 7.1); a cut target begins as one of `targets`.
template <size_t kMethods, size_t kTargets>
PayloadKind request(const Line& line, const std::array<std::string_view, kMethods>& methods,
                    const std::array<std::string_view, kTargets>& targets,
                    std::string_view protocol) {
  const size_t space = line.text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto method = std::ranges::find(methods, line.text.substr(0, space));
  const std::string_view rest = line.text.substr(space + 1);
  if (method == methods.end() || !is_printable_ascii(rest)) return std::nullopt;
  const std::string_view target = rest.substr(0, rest.find(' '));
  const bool begins =
      std::ranges::any_of(targets, [&](std::string_view t) { return target.starts_with(t); });
  if (line.whole) {
    const std::string_view version = rest.substr(std::min(target.size() + 1, rest.size()));
    if (!version.starts_with(protocol)) return std::nullopt;
  } else if (!begins) {
    return std::nullopt;
  }
  return std::string(*method);
}

PayloadKind http(const Line& line) {
  constexpr std::array<std::string_view, 11> kMethods = {"GET",      "POST",    "PUT",    "HEAD",
                                                         "DELETE",   "OPTIONS", "PATCH",  "TRACE",
                                                         "PROPFIND", "REPORT",  "CONNECT"};
  constexpr std::array<std::string_view, 4> kTargets = {"/", "http://", "https://", "*"};
  if (const PayloadKind method = request(line, kMethods, kTargets, "HTTP/1.")) {
    return fmt::format("HTTP request ({})", *method);
  }
  if (!line.text.starts_with("HTTP/1.0 ") && !line.text.starts_with("HTTP/1.1 ")) {
    return std::nullopt;
  }
  const std::string_view code = status_code(line.text, 9);
  if (code.empty()) return std::nullopt;
  return fmt::format("HTTP response head ({})", code);
}

PayloadKind sip(const Line& line) {
  constexpr std::array<std::string_view, 14> kMethods = {
      "INVITE",    "ACK",    "BYE",  "CANCEL", "REGISTER", "OPTIONS", "PRACK",
      "SUBSCRIBE", "NOTIFY", "INFO", "REFER",  "MESSAGE",  "UPDATE",  "PUBLISH"};
  constexpr std::array<std::string_view, 3> kTargets = {"sip:", "sips:", "tel:"};
  if (const PayloadKind method = request(line, kMethods, kTargets, "SIP/2.0")) {
    return fmt::format("SIP request ({})", *method);
  }
  if (!line.text.starts_with("SIP/2.0 ")) return std::nullopt;
  const std::string_view code = status_code(line.text, 8);
  if (code.empty()) return std::nullopt;
  return fmt::format("SIP response ({})", code);
}

// What a server says first. The same words stand in many texts, so they count only from its port.
PayloadKind greeting(const Line& line, PayloadPorts ports) {
  const bool ready = line.text.starts_with("220 ") || line.text.starts_with("220-");
  if (ready && ports.from({25, 465, 587, 2525})) return "SMTP greeting";
  if (line.text.starts_with("250-") && ports.from({25, 465, 587, 2525})) return "SMTP extensions";
  if (ready && ports.from({21})) return "FTP greeting";
  if (line.text.starts_with("* OK") && ports.from({143})) return "IMAP greeting";
  if (line.text.starts_with("+OK") && ports.from({110})) return "POP3 answer";
  return std::nullopt;
}

// The Redis serialization protocol: a type, then a number, then CR LF. Its other types are too
// short to be stuck, or text that stands in values as well.
PayloadKind redis(const Line& line, PayloadPorts ports) {
  static constexpr std::initializer_list<uint16_t> kPorts = {6379, 6380, 26379};
  if (!line.crlf || line.text.size() < 2 || !is_digits(line.text.substr(1))) return std::nullopt;
  if (ports.to(kPorts) && line.text[0] == '*') return "Redis command";
  const bool reply = line.text[0] == '*' || line.text[0] == '$';
  return ports.from(kPorts) && reply ? PayloadKind("Redis reply") : std::nullopt;
}

}  // namespace

PayloadKind text_payload(const WireBytes& bytes, PayloadPorts ports) {
  // RFC 9113 3.4. Looks like a request of HTTP/1, and is meant to.
  if (has_text(bytes, 0, "PRI * HTTP/2.0\r\n")) return "HTTP/2 connection preface";
  const Line line = first_line(bytes);
  PayloadKind kind = http(line);
  if (!kind) kind = sip(line);
  if (!kind) kind = greeting(line, ports);
  if (!kind) kind = redis(line, ports);
  return kind;
}

}  // namespace mtuscope
