// A page of plain text in the making: headings, wrapped paragraphs, labelled fields. The one place
// where text becomes safe to print (printable.h), is wrapped, and is coloured; so every string that
// enters may come from a capture file.

#ifndef MTUSCOPE_CLI_TEXT_PAGE_H_
#define MTUSCOPE_CLI_TEXT_PAGE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace mtuscope {

enum class Ink : uint8_t { kPlain, kBold, kDim, kRed, kYellow, kGreen };

struct PageStyle {
  size_t width = 80;   // columns
  bool color = false;  // false: not one escape sequence
};

class TextPage {
 public:
  explicit TextPage(PageStyle style) : style_(style) {}

  // A bold line at the margin, with an empty line before it.
  void heading(std::string_view text);
  // Wrapped text; the first line begins with `first`, the others with `rest`.
  void paragraph(std::string_view text, std::string_view first = "", std::string_view rest = "",
                 Ink ink = Ink::kPlain);
  // An item of a list at this indentation.
  void bullet(std::string_view text, size_t indent);
  // "   label     text", wrapped beside the label. An empty label continues the field above.
  void field(std::string_view label, std::string_view text);
  // The same with a text that is an item of a list.
  void field_item(std::string_view label, std::string_view text);
  // Commands and settings that are copied: one line for each line of `text`, never wrapped.
  void verbatim(std::string_view text, size_t indent);
  // At most one empty line in a row, and none at the top.
  void gap();

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view text, Ink ink);

  PageStyle style_;
  std::string text_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TEXT_PAGE_H_
