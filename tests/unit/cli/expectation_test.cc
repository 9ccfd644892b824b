#include "cli/expectation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "capture/error.h"
#include "schema_check.h"

namespace mtuscope {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;

std::string complaint(std::string_view text) {
  try {
    parse_expectation(text, "a.expect.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFormat);
    return std::string(error.what()) + " / " + error.hint();
  }
  return "no error";
}

std::string with_finding(const std::string& members) {
  return R"({"must": [{"kind": "pmtu-blackhole", )" + members + "}]}";
}

WantedFinding finding(const std::string& members) {
  return parse_expectation(with_finding(members), "x").must.front();
}

TEST(Expectation, ReadsEveryKey) {
  const Expectation e = parse_expectation(R"({
    "$schema": "expectation-schema.json", "recipe": "r", "truth": "so it is",
    "exit": [0, 3], "captures": ["a.pcap", "b.pcap"], "filter": "tcp",
    "must": [{"kind": "pmtu-blackhole"}, {"kind": "not-tested"}],
    "must_not": [{"kind": "path-outage"}]})",
                                          "x");
  EXPECT_EQ(e.truth, "so it is");
  EXPECT_THAT(e.exit, ElementsAre(0, 3));
  EXPECT_THAT(e.captures, ElementsAre("a.pcap", "b.pcap"));
  EXPECT_EQ(e.filter, "tcp");
  ASSERT_EQ(e.must.size(), 2u);
  EXPECT_EQ(e.must[1].kind, FindingKind::kNotTested);
  EXPECT_EQ(e.must[1].line, 4u);
  EXPECT_EQ(e.must[1].text, R"({"kind": "not-tested"})");
  ASSERT_EQ(e.must_not.size(), 1u);
}

TEST(Expectation, MayBeEmpty) {
  const Expectation e = parse_expectation("{}", "x");
  EXPECT_THAT(e.exit, IsEmpty());
  EXPECT_THAT(e.must, IsEmpty());
}

TEST(Expectation, ASingleValueStandsForAListOfOne) {
  const Expectation e = parse_expectation(R"({"exit": 1, "captures": "a.pcap"})", "x");
  EXPECT_THAT(e.exit, ElementsAre(1));
  EXPECT_THAT(e.captures, ElementsAre("a.pcap"));
  EXPECT_THAT(finding(R"("confidence": "suspected")").confidence,
              ElementsAre(Confidence::kSuspected));
  EXPECT_THAT(finding(R"("vantage": ["sender", "middle"])").vantage,
              ElementsAre(Vantage::kSender, Vantage::kMiddle));
  EXPECT_THAT(finding(R"("severity": "critical")").severity, ElementsAre(Severity::kCritical));
}

TEST(Expectation, ASizeIsANumberARangeOrUnknown) {
  EXPECT_EQ(finding(R"("lower": 1392)").lower->least, 1392u);
  EXPECT_EQ(finding(R"("lower": 1392)").lower->greatest, 1392u);
  EXPECT_EQ(finding(R"("upper": [1393, 1420])").upper->greatest, 1420u);
  EXPECT_TRUE(finding(R"("pmtu": null)").pmtu->unknown);
  for (const char* wrong : {R"("lower": "1392")", R"("lower": [1420, 1393])", R"("lower": [])",
                            R"("lower": [1, 2, 3])", R"("lower": -1)", R"("lower": 4294967296)"}) {
    EXPECT_THAT(complaint(with_finding(wrong)), HasSubstr("[least, greatest]")) << wrong;
  }
}

TEST(Expectation, AddressesHaveNoPortAndMayBeMissing) {
  EXPECT_EQ(finding(R"("src": "2001:db8:0::1")").src.front(), IpAddress::parse("2001:db8::1"));
  EXPECT_EQ(finding(R"("dst": null)").dst.front(), std::nullopt);
  EXPECT_EQ(finding(R"("reporter": ["10.0.0.1", "10.0.0.2"])").reporter.size(), 2u);
  EXPECT_THAT(complaint(with_finding(R"("src": "10.9.0.2:443")")), HasSubstr("without a port"));
}

TEST(Expectation, AMistypedKeyIsAnsweredWithItsLineAndTheRightOne) {
  EXPECT_THAT(complaint("{\n\"must_nto\": []}"),
              AllOf(HasSubstr("a.expect.json:2:"), HasSubstr("unknown key \"must_nto\""),
                    HasSubstr("Did you mean \"must_not\"?")));
  EXPECT_THAT(complaint("{\"must\": [\n\n{\"kind\": \"not-tested\", \"confidense\": \"x\"}]}"),
              AllOf(HasSubstr("a.expect.json:3:"), HasSubstr("Did you mean \"confidence\"?")));
  EXPECT_THAT(complaint(R"({"must": [{"kind": "not-tested", "colour": "x"}]})"),
              HasSubstr("It is one of: kind, severity"));
}

TEST(Expectation, AMistypedValueIsAnsweredWithTheRightOne) {
  EXPECT_THAT(complaint(R"({"must": [{"kind": "pmtu-blackhol"}]})"),
              HasSubstr("Did you mean \"pmtu-blackhole\"?"));
  EXPECT_THAT(complaint(with_finding(R"("confidence": "confirmd")")),
              HasSubstr("Did you mean \"confirmed\"?"));
  EXPECT_THAT(complaint(with_finding(R"("vantage": ["nowhere"])")),
              HasSubstr("unknown, sender, middle, receiver"));
}

TEST(Expectation, WrongShapesAreErrors) {
  EXPECT_THAT(complaint("[]"), HasSubstr("an expectation is an object"));
  EXPECT_THAT(complaint(R"({"must": {}})"), HasSubstr("a list of findings"));
  EXPECT_THAT(complaint(R"({"must": ["pmtu-blackhole"]})"), HasSubstr("a finding is an object"));
  EXPECT_THAT(complaint(R"({"must_not": [{"src": "10.0.0.1"}]})"), HasSubstr("without \"kind\""));
  EXPECT_THAT(complaint(R"({"must_not": [{"knd": "path-outage"}]})"), HasSubstr("\"kind\"?"));
  EXPECT_THAT(complaint(R"({"exit": 2})"), HasSubstr("2 is no exit status"));
  EXPECT_THAT(complaint(R"({"exit": "1"})"), HasSubstr("no exit status"));
  EXPECT_THAT(complaint(R"({"filter": 1})"), HasSubstr("text in quotes"));
  EXPECT_THAT(complaint(with_finding(R"("recovered": 1)")), HasSubstr("true or false"));
  EXPECT_THAT(complaint(with_finding(R"("min_flows": -1)")), HasSubstr("a number of flows"));
}

// The schema, this program, and the project's own expectations agree.
TEST(Expectation, TheSchemaDescribesTheProjectsExpectations) {
  const fs::path root = MTUSCOPE_SOURCE_DIR;
  std::ifstream file(root / "docs" / "expectation-schema.json");
  const nlohmann::json schema = nlohmann::json::parse(file);
  for (const auto& entry : fs::directory_iterator(root / "pcaps")) {
    if (!entry.path().string().ends_with(".expect.json")) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    EXPECT_NO_THROW(parse_expectation(text.str(), entry.path().string()));
    EXPECT_THAT(schema_violations(schema, nlohmann::json::parse(text.str())), IsEmpty())
        << entry.path();
  }
}

TEST(Expectation, TheExampleOfThePageIsOne) {
  std::ostringstream page;
  page << std::ifstream(fs::path(MTUSCOPE_SOURCE_DIR) / "docs" / "check.md").rdbuf();
  const std::string start = "```json\n", text = page.str();
  const size_t begin = text.find(start) + start.size();
  const Expectation example =
      parse_expectation(text.substr(begin, text.find("```", begin) - begin), "docs/check.md");
  EXPECT_EQ(example.must.size(), 1u);
  EXPECT_EQ(example.must_not.size(), 2u);
}

TEST(Expectation, TheSchemaKnowsEveryKindAndRefusesMistypedKeys) {
  std::ifstream file(fs::path(MTUSCOPE_SOURCE_DIR) / "docs" / "expectation-schema.json");
  const nlohmann::json schema = nlohmann::json::parse(file);
  for (const FindingKind kind : finding_kinds()) {
    const nlohmann::json document = {
        {"must", {{{"kind", to_string(kind)}, {"lower", {1280, 1400}}, {"src", nullptr}}}}};
    EXPECT_THAT(schema_violations(schema, document), IsEmpty()) << to_string(kind);
    EXPECT_NO_THROW(parse_expectation(document.dump(), "x"));
  }
  EXPECT_FALSE(schema_violations(schema, {{"must_nto", nlohmann::json::array()}}).empty());
}

}  // namespace
}  // namespace mtuscope
