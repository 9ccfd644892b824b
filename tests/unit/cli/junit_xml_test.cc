#include "cli/junit_xml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_results.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(JunitXml, CountsWhatConsumersCount) {
  EXPECT_THAT(junit_xml(sample::results()),
              StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<testsuites name=\"mtuscope check\" tests=\"7\" failures=\"3\" "
                         "errors=\"1\" time=\"0.875\">\n"
                         " <testsuite name=\"mtuscope check\" tests=\"7\" failures=\"3\" "
                         "errors=\"1\" time=\"0.875\" skipped=\"0\">\n"));
}

TEST(JunitXml, ACaseHasItsFolderAsClass) {
  const std::string xml = junit_xml(sample::results());
  EXPECT_THAT(xml, HasSubstr("  <testcase classname=\"pcaps.vpn\" name=\"expected\" "
                             "file=\"pcaps/vpn/expected.expect.json\" time=\"0.125\">\n"
                             "    <system-out>No black hole.\n</system-out>\n"
                             "  </testcase>\n"));
  CheckResult here = sample::result(CheckOutcome::kExpected, "x");
  here.folder = "";
  EXPECT_THAT(junit_xml({&here, 1}), HasSubstr("classname=\"captures\""));
  here.folder = "../../tests/pcaps";
  EXPECT_THAT(junit_xml({&here, 1}), HasSubstr("classname=\"tests.pcaps\""));
}

TEST(JunitXml, AFailureHasItsMessageAndTheDiff) {
  const CheckResult differs = sample::mismatch();
  const std::string xml = junit_xml({&differs, 1});
  EXPECT_THAT(xml, HasSubstr("<failure message=\"exit 1, not 0 or 3; missing {&quot;kind&quot;: "
                             "&quot;pmtu-blackhole&quot;, &quot;lower&quot;: 1300};"));
  EXPECT_THAT(xml, HasSubstr("type=\"mismatch\">"));
  EXPECT_THAT(xml, HasSubstr("\n             - lower is 435, not 1300\n"));
  EXPECT_THAT(xml, HasSubstr("found pmtu-blackhole suspected 10.9.0.2 -&gt; 10.9.0.1\n"));
  EXPECT_THAT(xml, HasSubstr("<system-out>Path-MTU black hole"));
}

TEST(JunitXml, WhatCouldNotBeJudgedIsAnError) {
  const std::string xml = junit_xml(sample::results());
  EXPECT_THAT(xml, HasSubstr("<error message=\"pcaps/vpn/broken.expect.json:3: unknown key "
                             "&quot;mist&quot;\" type=\"error\">"));
  EXPECT_THAT(xml, HasSubstr("type=\"no-expectation\">"));
  EXPECT_THAT(xml, HasSubstr("updated: exit: 0 -&gt; 1\n"));
}

// XML 1.0 2.2: these characters may not even be written as references.
TEST(JunitXml, CharactersThatXmlCannotHoldAreSpelledOut) {
  EXPECT_EQ(xml_text("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&apos;");
  EXPECT_EQ(xml_text(std::string_view("\0\x01\x1b\x7f\n\t", 6)), "\\x00\\x01\\x1b\\x7f\\x0a\\x09");
  EXPECT_EQ(xml_text("\xff\xc3("), "\\xff\\xc3(");
  EXPECT_EQ(xml_text("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(xml_text("a\xef\xbf\xbf\xef\xbf\xbe"), "a\\uffff\\ufffe");
  EXPECT_EQ(xml_text("\xc3\xa4 \xf0\x9f\x99\x82"), "\xc3\xa4 \xf0\x9f\x99\x82");
}

TEST(JunitXml, NothingFromOutsideEscapesItsPlace) {
  CheckResult result = sample::mismatch();
  result.name = "]]></failure>\x1b";
  result.truth = "</failure><x>";
  const std::string xml = junit_xml({&result, 1});
  EXPECT_THAT(xml, Not(HasSubstr("<x>")));
  EXPECT_THAT(xml, HasSubstr("name=\"]]&gt;&lt;/failure&gt;\\x1b\""));
}

}  // namespace
}  // namespace mtuscope
