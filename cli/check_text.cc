#include "cli/check_text.h"

#include <fmt/format.h>

#include "cli/plain_words.h"

namespace mtuscope {
namespace {

void write_mismatch(TextPage& page, const CheckResult& result, const Mismatch& mismatch) {
  const std::string where = mismatch.line == 0 ? "" : fmt::format("   (line {})", mismatch.line);
  switch (mismatch.what) {
    case Mismatch::What::kExit:
      page.field("exit", fmt::format("{}, not {}{}", mismatch.exit, mismatch.wanted, where));
      return;
    case Mismatch::What::kMissing:
      page.field("missing", mismatch.wanted + where);
      if (mismatch.candidates.empty()) {
        page.field("", result.found.empty() ? "nothing was found" : "no finding of this kind");
      }
      break;
    case Mismatch::What::kForbidden:
      page.field("forbidden", mismatch.wanted + where);
      break;
  }
  for (const Candidate& candidate : mismatch.candidates) {
    page.field("", "found " + candidate.description);
    for (const Difference& difference : candidate.differences) {
      page.field_item("", difference.sentence);
    }
  }
  if (mismatch.candidates.size() < mismatch.candidate_count) {
    page.field("", fmt::format("... and {} more",
                               grouped(mismatch.candidate_count - mismatch.candidates.size())));
  }
}

std::string_view label(const CheckResult& result) {
  switch (result.outcome) {
    case CheckOutcome::kExpected:
      return "ok";
    case CheckOutcome::kUpdated:
      return "UPDATED";
    case CheckOutcome::kCreated:
      return "CREATED";
    case CheckOutcome::kError:
      return "ERROR";
    default:
      return "FAILED";
  }
}

Ink ink(const CheckResult& result) {
  if (result.outcome == CheckOutcome::kExpected) return Ink::kGreen;
  return result.failed() ? Ink::kRed : Ink::kYellow;
}

void write_case(TextPage& page, const CheckResult& result) {
  page.paragraph(fmt::format("{} {}", label(result), result.path()), "", "", ink(result));
  if (result.failed()) write_failure(page, result);
  for (const std::string& change : result.changes) page.bullet(change, 2);
}

}  // namespace

void write_failure(TextPage& page, const CheckResult& result) {
  if (!result.error.empty()) {
    page.paragraph(result.error, "  ", "  ");
    page.paragraph(result.hint, "  ", "  ");
    return;
  }
  for (const Mismatch& mismatch : result.mismatches) write_mismatch(page, result, mismatch);
  if (!result.truth.empty()) page.field("truth", result.truth);
  page.field("answer", sentence(result.headline));
}

std::string check_summary(const CheckTotals& totals) {
  std::string text;
  const auto add = [&](size_t count, std::string_view one, std::string_view many) {
    if (count == 0) return;
    text +=
        fmt::format("{}{} {}", text.empty() ? ": " : ", ", grouped(count), count == 1 ? one : many);
  };
  add(totals.mismatches, "differs", "differ");
  add(totals.orphans, "has no partner", "have no partner");
  add(totals.errors, "could not be judged", "could not be judged");
  add(totals.updated, "updated", "updated");
  add(totals.created, "created", "created");
  if (text.empty()) return count_words(totals.cases, "capture") + " as expected";
  return fmt::format("{} of {} as expected{}", grouped(totals.expected),
                     count_words(totals.cases, "capture"), text);
}

std::string check_text(std::span<const CheckResult> results, Verbosity verbosity, PageStyle style) {
  TextPage page(style);
  for (const CheckResult& result : results) {
    const bool expected = result.outcome == CheckOutcome::kExpected;
    const bool shown = verbosity == Verbosity::kVerbose ||
                       (verbosity == Verbosity::kQuiet ? result.failed() : !expected);
    if (shown) write_case(page, result);
  }
  if (verbosity == Verbosity::kQuiet) return page.text();
  const CheckTotals totals = totals_of(results);
  page.gap();
  page.paragraph(sentence(check_summary(totals)), "", "",
                 exit_status(totals) == 0 ? Ink::kGreen : Ink::kRed);
  return page.text();
}

}  // namespace mtuscope
