#include "cli/check_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sample_results.h"
#include "schema_check.h"

namespace mtuscope {
namespace {

using nlohmann::json;
using ::testing::IsEmpty;

json document_of(const std::vector<CheckResult>& results) {
  return json::parse(check_json(results));
}

json schema() {
  std::ifstream file(std::filesystem::path(MTUSCOPE_SOURCE_DIR) / "docs" / "check-schema.json");
  return json::parse(file);
}

TEST(CheckJson, FitsItsSchemaAndTheSchemaKnowsEveryKey) {
  for (const auto& results : {sample::results(), std::vector<CheckResult>{}}) {
    EXPECT_THAT(schema_violations(schema(), document_of(results)), IsEmpty());
  }
  EXPECT_EQ(document_keys(document_of(sample::results())), schema_keys(schema()));
}

TEST(CheckJson, EveryKeyIsExplained) {
  std::ifstream file(std::filesystem::path(MTUSCOPE_SOURCE_DIR) / "docs" / "check.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  for (const std::string& path : document_keys(document_of(sample::results()))) {
    const std::string key = path.substr(path.find_last_of("./") + 1);
    EXPECT_NE(page.find("`" + key + "`"), std::string::npos) << path;
  }
}

TEST(CheckJson, SaysWhatTheTextSays) {
  const json document = document_of({sample::mismatch()});
  EXPECT_EQ(document["summary"]["mismatches"], 1);
  EXPECT_EQ(document["summary"]["text"], "0 of 1 capture as expected: 1 differs");
  const json& differs = document["cases"][0];
  EXPECT_EQ(differs["name"], "pcaps/vpn/differs");
  EXPECT_EQ(differs["mismatches"][0]["exit"], 1);
  EXPECT_EQ(differs["mismatches"][1]["found"][0]["differences"][0]["key"], "lower");
  EXPECT_EQ(differs["mismatches"][1]["found_count"], 3);
  EXPECT_EQ(differs["error"], nullptr);
}

TEST(CheckJson, IsAsciiWithALineForEachCase) {
  std::vector<CheckResult> results = sample::results();
  results[0].name = "\xc3\xa4\xff\x1b";
  const std::string text = check_json(results);
  EXPECT_TRUE(
      std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
  EXPECT_EQ(std::ranges::count(text, '\n'), static_cast<std::ptrdiff_t>(6 + results.size()));
  EXPECT_EQ(json::parse(text)["cases"][0]["name"], "pcaps/vpn/\u00e4\ufffd\x1b");
}

}  // namespace
}  // namespace mtuscope
