#include "cli/text_page.h"

#include <algorithm>

#include "cli/printable.h"
#include "cli/text_wrap.h"

namespace mtuscope {
namespace {

constexpr size_t kFieldIndent = 2;
constexpr size_t kFieldColumn = 13;  // where the text of a field begins

std::string field_start(std::string_view label) {
  std::string start = std::string(kFieldIndent, ' ') + std::string(label);
  start.resize(std::max(kFieldColumn, start.size() + 1), ' ');
  return start;
}

std::string_view escape(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kBold:
      return "\x1b[1m";
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kRed:
      return "\x1b[1;31m";
    case Ink::kYellow:
      return "\x1b[1;33m";
    case Ink::kGreen:
      return "\x1b[1;32m";
  }
  return "";
}

}  // namespace

void TextPage::heading(std::string_view text) {
  gap();
  paragraph(text, "", "", Ink::kBold);
}

void TextPage::paragraph(std::string_view text, std::string_view first, std::string_view rest,
                         Ink ink) {
  for (const std::string& wrapped : wrap(printable(text), style_.width, first, rest)) {
    line(wrapped, ink);
  }
}

void TextPage::bullet(std::string_view text, size_t indent) {
  const std::string margin(indent, ' ');
  paragraph(text, margin + "- ", margin + "  ");
}

void TextPage::field(std::string_view label, std::string_view text) {
  paragraph(text, field_start(label), field_start(""));
}

void TextPage::field_item(std::string_view label, std::string_view text) {
  paragraph(text, field_start(label) + "- ", field_start("") + "  ");
}

void TextPage::verbatim(std::string_view text, size_t indent) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    line(std::string(indent, ' ') + printable(text.substr(0, end)), Ink::kPlain);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void TextPage::gap() {
  if (!text_.empty() && !text_.ends_with("\n\n")) text_ += '\n';
}

void TextPage::line(std::string_view text, Ink ink) {
  if (style_.color && ink != Ink::kPlain) {
    text_.append(escape(ink)).append(text).append("\x1b[0m");
  } else {
    text_ += text;
  }
  text_ += '\n';
}

}  // namespace mtuscope
