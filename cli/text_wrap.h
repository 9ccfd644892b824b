// Breaking text into lines.

#ifndef MTUSCOPE_CLI_TEXT_WRAP_H_
#define MTUSCOPE_CLI_TEXT_WRAP_H_

#include <string>
#include <string_view>
#include <vector>

namespace mtuscope {

// Columns that UTF-8 text takes, counting one for each code point.
size_t display_width(std::string_view text);

// `text` broken at its spaces into lines of at most `width` columns. The first line begins with
// `first`, the others with `rest`; both count. A word longer than a line is kept whole, because a
// broken path or address can't be copied; a "%" stays with its number. Runs of spaces become one;
// empty text gives no line.
std::vector<std::string> wrap(std::string_view text, size_t width, std::string_view first = {},
                              std::string_view rest = {});

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TEXT_WRAP_H_
