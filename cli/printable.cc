#include "cli/printable.h"

#include <fmt/format.h>

#include <cstdint>
#include <iterator>

namespace mtuscope {
namespace {

struct Decoded {
  uint32_t code_point = 0;
  size_t bytes = 0;  // 0: not UTF-8
};

// RFC 3629 4: no overlong forms, no surrogates, nothing above U+10FFFF.
Decoded decode_utf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t length = lead >= 0xf0 && lead < 0xf5   ? 4
                        : lead >= 0xe0 && lead < 0xf0 ? 3
                        : lead >= 0xc2 && lead < 0xe0 ? 2
                                                      : 0;
  if (length == 0 || length > text.size()) return {};
  uint32_t code_point = lead & (0x7fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code_point = code_point << 6 | (byte(i) & 0x3fu);
  }
  if (length == 3 && (code_point < 0x800 || (code_point >= 0xd800 && code_point < 0xe000))) {
    return {};
  }
  if (length == 4 && (code_point < 0x10000 || code_point > 0x10ffff)) return {};
  return {code_point, length};
}

bool steers_the_terminal(uint32_t c) {
  const auto within = [c](uint32_t first, uint32_t last) { return c >= first && c <= last; };
  return c < 0x20 || within(0x7f, 0x9f) || c == 0x61c || within(0x200b, 0x200f) ||
         within(0x2028, 0x202e) || within(0x2060, 0x206f) || c == 0xfeff;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded decoded = decode_utf8(text);
    const size_t taken = decoded.bytes == 0 ? 1 : decoded.bytes;
    if (decoded.bytes == 0 || steers_the_terminal(decoded.code_point)) {
      for (const char c : text.substr(0, taken)) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<uint8_t>(c));
      }
    } else {
      out.append(text.substr(0, taken));
    }
    text.remove_prefix(taken);
  }
  return out;
}

}  // namespace mtuscope
