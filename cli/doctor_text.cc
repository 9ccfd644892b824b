#include "cli/doctor_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/plain_words.h"
#include "cli/recommendation_text.h"

namespace mtuscope {
namespace {

constexpr size_t kTextColumn = 17;

Ink ink_of(Status status) {
  switch (status) {
    case Status::kOk:
      return Ink::kGreen;
    case Status::kProblem:
      return Ink::kRed;
    case Status::kInconclusive:
      break;
  }
  return Ink::kYellow;
}

std::string_view mark(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kNotable:
      return "!";
    case CheckState::kWrong:
      return "!!";
    case CheckState::kUnknown:
      break;
  }
  return "?";
}

Ink ink_of(CheckState state) { return state == CheckState::kWrong ? Ink::kRed : Ink::kPlain; }

// Both families have checks of the same name: then they are told apart.
bool shares_name(const Check& check, const std::vector<Check>& checks) {
  return check.family && std::ranges::any_of(checks, [&](const Check& other) {
           return other.name == check.name && other.family && other.family != check.family;
         });
}

void write_check(TextPage& page, const Check& check, bool with_family, Verbosity verbosity) {
  std::string name(check.name);
  if (with_family) name += check.family == IpFamily::kIPv4 ? "/4" : "/6";
  std::string first = fmt::format("  {:<3} {}", mark(check.state), name);
  first.resize(std::max(kTextColumn, first.size() + 1), ' ');
  const std::string margin(kTextColumn, ' ');
  std::string text = check.found;
  if (!check.unseen.empty()) {
    text += fmt::format("{}not seen: {}", text.empty() ? "" : ". ", check.unseen);
  }
  page.paragraph(text, first, margin, ink_of(check.state));
  if (verbosity == Verbosity::kVerbose) {
    page.paragraph("looked at: " + check.looked_at, margin, margin, Ink::kDim);
  }
}

}  // namespace

std::string doctor_text(const Report& report, const std::vector<Check>& checks, Verbosity verbosity,
                        PageStyle style) {
  const bool quiet = verbosity == Verbosity::kQuiet;
  if (quiet) style.width = std::string::npos;  // one line, for scripts
  TextPage page(style);
  page.paragraph(sentence(report.headline), "", "", ink_of(report.status));
  if (quiet) return page.text();
  page.heading("Checks");
  for (const Check& check : checks) {
    write_check(page, check, shares_name(check, checks), verbosity);
  }
  write_recommendations(page, report, verbosity);
  page.gap();
  page.paragraph(
      "ok: as it should be, !: worth knowing, !!: wrong, ?: could not be seen. Sizes are whole IP "
      "packets, without the link header.",
      "", "", Ink::kDim);
  return page.text();
}

}  // namespace mtuscope
