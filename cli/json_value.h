// A JSON document that a person wrote: every value knows its line, and the order of keys is kept,
// so that a mistake can be pointed at and the rest written back as it was.

#ifndef MTUSCOPE_CLI_JSON_VALUE_H_
#define MTUSCOPE_CLI_JSON_VALUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mtuscope {

struct JsonValue {
  enum class Type : uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };

  Type type = Type::kNull;
  size_t line = 0;                // 1-based, where it begins; 0: made by the program
  bool flag = false;              // of a kBool
  std::string text;               // of a kText; a kNumber as it is written
  std::vector<std::string> keys;  // of a kObject, in order, each once
  std::vector<JsonValue> items;   // of a kArray; of a kObject, beside its keys

  JsonValue() = default;
  static JsonValue of(std::string_view text);
  static JsonValue of(uint64_t number);
  static JsonValue of_bool(bool flag);
  static JsonValue array(std::vector<JsonValue> items = {});
  static JsonValue object();

  bool is(Type wanted) const { return type == wanted; }
  const JsonValue* find(std::string_view key) const;  // of a kObject
  JsonValue* find(std::string_view key);
  void set(std::string_view key, JsonValue value);  // at its place, or at the end
  // The number where it is a whole one that fits and is not negative.
  std::optional<uint64_t> whole_number() const;
};

// Throws Error kFormat that names `path` and the line: not JSON, not UTF-8, a key written twice in
// one object, or nested more than 32 deep.
JsonValue parse_json(std::string_view text, const std::string& path);

// On one line, with a space behind each comma and colon.
enum class JsonCharacters : uint8_t { kUtf8, kAscii };
std::string to_text(const JsonValue& value, JsonCharacters characters = JsonCharacters::kUtf8);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_JSON_VALUE_H_
