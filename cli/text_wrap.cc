#include "cli/text_wrap.h"

#include <algorithm>

namespace mtuscope {

size_t display_width(std::string_view text) {
  const auto is_first_byte = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; };
  return static_cast<size_t>(std::ranges::count_if(text, is_first_byte));
}

std::vector<std::string> wrap(std::string_view text, size_t width, std::string_view first,
                              std::string_view rest) {
  std::vector<std::string> lines;
  size_t columns = 0;     // of the last line
  bool has_word = false;  // it holds more than its prefix
  while (!text.empty()) {
    size_t end = std::min(text.find(' '), text.size());
    while (end > 0 && text.substr(end).starts_with(" %")) {
      end = std::min(text.find(' ', end + 1), text.size());
    }
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    const size_t word_columns = display_width(word);
    if (lines.empty() || (has_word && columns + 1 + word_columns > width)) {
      lines.emplace_back(lines.empty() ? first : rest);
      columns = display_width(lines.back());
      has_word = false;
    }
    if (has_word) {
      lines.back() += ' ';
      ++columns;
    }
    lines.back() += word;
    columns += word_columns;
    has_word = true;
  }
  return lines;
}

}  // namespace mtuscope
