#include "cli/json_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/error.h"

namespace mtuscope {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string complaint(std::string_view text) {
  try {
    parse_json(text, "x.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kFormat);
    EXPECT_FALSE(error.hint().empty());
    return error.what();
  }
  return "no error";
}

TEST(JsonValue, EveryValueKnowsItsLine) {
  const JsonValue root = parse_json(
      "{\n"
      " \"a\": 1,\n"
      " \"b\": [\n"
      "  true, 2\n"
      "  ,\n"
      "  {\"c\": 3\n"
      "  }]\n"
      "}\n",
      "x");
  EXPECT_EQ(root.line, 1u);
  EXPECT_THAT(root.keys, ElementsAre("a", "b"));
  EXPECT_EQ(root.find("a")->line, 2u);
  const JsonValue& list = *root.find("b");
  EXPECT_EQ(list.line, 3u);
  EXPECT_EQ(list.items[0].line, 4u);
  EXPECT_EQ(list.items[1].line, 4u);  // the line break after a number is not its own
  EXPECT_EQ(list.items[2].line, 6u);
  EXPECT_EQ(list.items[2].find("c")->line, 6u);
}

TEST(JsonValue, IsWrittenAsItWasRead) {
  const std::string text =
      R"({"z": 1.50, "a": [null, true, false, -3, 18446744073709551615], "t": "ä \" \\ \n", "e": {}, "l": []})";
  EXPECT_EQ(to_text(parse_json(text, "x")), text);
}

TEST(JsonValue, AsAsciiHasEscapes) {
  EXPECT_EQ(to_text(JsonValue::of("ä\x1b\xff"), JsonCharacters::kAscii), R"("\u00e4\u001b\ufffd")");
}

TEST(JsonValue, SyntaxErrorsNameTheLine) {
  EXPECT_THAT(complaint("{\n\"a\": 1,\n}"), HasSubstr("x.json:3: not JSON"));
  EXPECT_THAT(complaint("{\n\"a\": 1\n\"b\": 2}"), HasSubstr("x.json:3: not JSON"));
  EXPECT_THAT(complaint("{\"a\": 01\n}"), HasSubstr("x.json:1: not JSON"));
  EXPECT_THAT(complaint(""), HasSubstr("x.json:1: not JSON"));
  EXPECT_THAT(complaint("{} {}"), HasSubstr("x.json:1: not JSON"));
  EXPECT_THAT(complaint("\"\xff\""), HasSubstr("not JSON"));
}

TEST(JsonValue, AKeyThatStandsTwiceIsAnError) {
  EXPECT_THAT(complaint("{\"a\": 1,\n\"a\": 2}"), HasSubstr("x.json:2: \"a\" stands twice"));
}

TEST(JsonValue, DepthIsBounded) {
  EXPECT_THAT(complaint(std::string(100'000, '[')), HasSubstr("nested too deeply"));
}

TEST(JsonValue, WholeNumbers) {
  const auto number = [](std::string_view text) { return parse_json(text, "x").whole_number(); };
  EXPECT_EQ(number("0"), 0u);
  EXPECT_EQ(number("1420"), 1420u);
  EXPECT_EQ(number("-1"), std::nullopt);
  EXPECT_EQ(number("1.5"), std::nullopt);
  EXPECT_EQ(number("1e3"), std::nullopt);
  EXPECT_EQ(number("\"1\""), std::nullopt);
  EXPECT_EQ(number("99999999999999999999"), std::nullopt);
}

TEST(JsonValue, SetKeepsThePlaceOfAKey) {
  JsonValue object = parse_json(R"({"a": 1, "b": 2})", "x");
  object.set("a", JsonValue::of("new"));
  object.set("c", JsonValue::of_bool(true));
  EXPECT_EQ(to_text(object), R"({"a": "new", "b": 2, "c": true})");
}

}  // namespace
}  // namespace mtuscope
