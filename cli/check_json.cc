#include "cli/check_json.h"

#include <fmt/format.h>

#include <utility>

#include "cli/check_text.h"
#include "cli/json_value.h"
#include "cli/version.h"

namespace mtuscope {
namespace {

JsonValue object(std::initializer_list<std::pair<std::string_view, JsonValue>> members) {
  JsonValue value = JsonValue::object();
  for (const auto& [key, member] : members) value.set(key, member);
  return value;
}

JsonValue number(size_t count) { return JsonValue::of(uint64_t{count}); }

JsonValue text_or_null(std::string_view text) {
  return text.empty() ? JsonValue() : JsonValue::of(text);
}

JsonValue texts(const std::vector<std::string>& lines) {
  JsonValue array = JsonValue::array();
  for (const std::string& line : lines) array.items.push_back(JsonValue::of(line));
  return array;
}

JsonValue candidate(const Candidate& candidate) {
  JsonValue differences = JsonValue::array();
  for (const Difference& difference : candidate.differences) {
    differences.items.push_back(object(
        {{"key", JsonValue::of(difference.key)}, {"text", JsonValue::of(difference.sentence)}}));
  }
  return object({{"finding", JsonValue::of(candidate.description)}, {"differences", differences}});
}

JsonValue mismatch(const Mismatch& mismatch) {
  JsonValue candidates = JsonValue::array();
  for (const Candidate& one : mismatch.candidates) candidates.items.push_back(candidate(one));
  const bool exit = mismatch.what == Mismatch::What::kExit;
  return object({{"what", JsonValue::of(to_string(mismatch.what))},
                 {"line", mismatch.line == 0 ? JsonValue() : number(mismatch.line)},
                 {"wanted", JsonValue::of(mismatch.wanted)},
                 {"exit", exit ? number(static_cast<size_t>(mismatch.exit)) : JsonValue()},
                 {"found", candidates},
                 {"found_count", number(mismatch.candidate_count)}});
}

JsonValue result_json(const CheckResult& result) {
  JsonValue mismatches = JsonValue::array();
  for (const Mismatch& one : result.mismatches) mismatches.items.push_back(mismatch(one));
  JsonValue seconds;
  seconds.type = JsonValue::Type::kNumber;
  seconds.text = fmt::format("{:.3f}", result.seconds);
  return object({{"name", JsonValue::of(result.path())},
                 {"outcome", JsonValue::of(to_string(result.outcome))},
                 {"expectation", JsonValue::of(result.expectation_path)},
                 {"captures", texts(result.captures)},
                 {"seconds", seconds},
                 {"headline", text_or_null(result.headline)},
                 {"truth", text_or_null(result.truth)},
                 {"findings", texts(result.found)},
                 {"finding_count", number(result.found_count)},
                 {"mismatches", mismatches},
                 {"changes", texts(result.changes)},
                 {"error", text_or_null(result.error)},
                 {"hint", text_or_null(result.hint)}});
}

JsonValue summary(const CheckTotals& totals) {
  return object({{"text", JsonValue::of(check_summary(totals))},
                 {"cases", number(totals.cases)},
                 {"expected", number(totals.expected)},
                 {"mismatches", number(totals.mismatches)},
                 {"orphans", number(totals.orphans)},
                 {"errors", number(totals.errors)},
                 {"updated", number(totals.updated)},
                 {"created", number(totals.created)}});
}

}  // namespace

std::string check_json(std::span<const CheckResult> results) {
  const auto line = [](const JsonValue& value) { return to_text(value, JsonCharacters::kAscii); };
  std::string text = fmt::format(
      "{{\n \"schema\": \"mtuscope/check/1\",\n \"version\": {},\n \"summary\": {},\n \"cases\": [",
      line(JsonValue::of(version())), line(summary(totals_of(results))));
  for (size_t i = 0; i < results.size(); ++i) {
    text += (i == 0 ? "\n  " : ",\n  ") + line(result_json(results[i]));
  }
  return text + "]\n}\n";
}

}  // namespace mtuscope
