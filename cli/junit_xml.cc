#include "cli/junit_xml.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/check_text.h"
#include "cli/plain_words.h"
#include "cli/printable.h"

namespace mtuscope {
namespace {

// Java's word for a folder path: "pcaps/vpn" is the package pcaps.vpn.
std::string class_name(const std::string& folder) {
  std::string name = folder;
  while (name.starts_with("./") || name.starts_with("../") || name.starts_with('/')) {
    name.erase(0, name.find('/') + 1);
  }
  std::ranges::replace(name, '/', '.');
  return name.empty() ? "captures" : name;
}

std::string lines_of_xml(std::string_view text) {
  std::string xml;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    xml += xml_text(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return xml;
}

// What a list of failed tests shows without opening one.
std::string message(const CheckResult& result) {
  if (!result.error.empty()) return result.error;
  std::string text;
  for (const Mismatch& mismatch : result.mismatches) {
    text += text.empty() ? "" : "; ";
    text += mismatch.what == Mismatch::What::kExit
                ? fmt::format("exit {}, not {}", mismatch.exit, mismatch.wanted)
                : fmt::format("{} {}", to_string(mismatch.what), mismatch.wanted);
  }
  return text;
}

std::string testcase(const CheckResult& result) {
  std::string xml = fmt::format(R"(  <testcase classname="{}" name="{}" file="{}" time="{:.3f}">)"
                                "\n",
                                xml_text(class_name(result.folder)), xml_text(result.name),
                                xml_text(result.expectation_path), result.seconds);
  if (result.failed()) {
    TextPage page(PageStyle{.width = std::string::npos});
    write_failure(page, result);
    const std::string_view element = result.outcome == CheckOutcome::kError ? "error" : "failure";
    xml += fmt::format("    <{0} message=\"{1}\" type=\"{2}\">{3}</{0}>\n", element,
                       xml_text(message(result)), to_string(result.outcome),
                       lines_of_xml(page.text()));
  }
  std::string output = result.headline.empty() ? "" : sentence(result.headline) + "\n";
  for (const std::string& finding : result.found) output += finding + "\n";
  if (result.found.size() < result.found_count) {
    output += fmt::format("... and {} more\n", grouped(result.found_count - result.found.size()));
  }
  for (const std::string& change : result.changes) {
    output += fmt::format("{}: {}\n", to_string(result.outcome), change);
  }
  if (!output.empty()) {
    xml += fmt::format("    <system-out>{}</system-out>\n", lines_of_xml(output));
  }
  return xml + "  </testcase>\n";
}

}  // namespace

std::string junit_xml(std::span<const CheckResult> results) {
  const CheckTotals totals = totals_of(results);
  double seconds = 0;
  for (const CheckResult& result : results) seconds += result.seconds;
  const std::string counts =
      fmt::format(R"(name="mtuscope check" tests="{}" failures="{}" errors="{}" time="{:.3f}")",
                  totals.cases, totals.mismatches + totals.orphans, totals.errors, seconds);
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites {}>\n <testsuite {} skipped=\"0\">\n", counts, counts);
  for (const CheckResult& result : results) xml += testcase(result);
  return xml + " </testsuite>\n</testsuites>\n";
}

std::string xml_text(std::string_view text) {
  std::string xml;
  const std::string safe = printable(text);
  for (size_t i = 0; i < safe.size(); ++i) {
    const std::string_view rest = std::string_view(safe).substr(i);
    if (rest.starts_with("\xef\xbf\xbe") || rest.starts_with("\xef\xbf\xbf")) {
      xml += rest.starts_with("\xef\xbf\xbe") ? "\\ufffe" : "\\uffff";
      i += 2;
      continue;
    }
    switch (safe[i]) {
      case '&':
        xml += "&amp;";
        break;
      case '<':
        xml += "&lt;";
        break;
      case '>':
        xml += "&gt;";
        break;
      case '"':
        xml += "&quot;";
        break;
      case '\'':
        xml += "&apos;";
        break;
      default:
        xml += safe[i];
    }
  }
  return xml;
}

}  // namespace mtuscope
