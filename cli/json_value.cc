#include "cli/json_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

#include "capture/error.h"

namespace mtuscope {
namespace {

using Json = nlohmann::json;

constexpr size_t kDeepest = 32;

// How far the parser has read.
struct Position {
  size_t line = 1;
  char last = '\0';

  // The parser looks one character beyond a number, and no token ends with a line break.
  size_t token_line() const { return last == '\n' ? line - 1 : line; }
};

// Gives the parser one character after the other, and counts lines.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, Position* position) : at_(at), position_(position) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    position_->last = *at_;
    if (*at_ == '\n') ++position_->line;
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    const CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  Position* position_;
};

// Receives the parser's events; the names are its own.
class TreeBuilder : public nlohmann::json_sax<Json> {
 public:
  TreeBuilder(const Position& position, const std::string& path)
      : position_(position), path_(path) {}

  bool null() override { return add({}); }
  bool boolean(bool flag) override { return add(JsonValue::of_bool(flag)); }
  bool number_integer(number_integer_t number) override {
    return add_number(std::to_string(number));
  }
  bool number_unsigned(number_unsigned_t number) override {
    return add_number(std::to_string(number));
  }
  bool number_float(number_float_t, const string_t& written) override {
    return add_number(written);
  }
  bool string(string_t& text) override { return add(JsonValue::of(text)); }
  bool binary(binary_t&) override { return false; }  // not in JSON text
  bool start_object(size_t) override { return open(JsonValue::object()); }
  bool start_array(size_t) override { return open(JsonValue::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    JsonValue& object = *open_.back();
    if (object.find(name) != nullptr) {
      fail(fmt::format("\"{}\" stands twice in one object", name), "Remove one of them.");
    }
    object.keys.push_back(name);
    return true;
  }
  [[noreturn]] bool parse_error(size_t, const std::string&,
                                const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 3, column 5: what"
    const std::string_view what = error.what();
    const size_t column = what.find("column ");
    const size_t colon = what.find(": ", column == std::string_view::npos ? 0 : column);
    fail(fmt::format("not JSON: {}",
                     colon == std::string_view::npos ? what : what.substr(colon + 2)),
         "Look for a missing or additional comma, quote or bracket there.");
  }

  JsonValue root;

 private:
  [[noreturn]] void fail(const std::string& what, std::string hint) const {
    throw Error(ErrorKind::kFormat, fmt::format("{}:{}: {}", path_, position_.token_line(), what),
                std::move(hint));
  }

  bool add_number(std::string written) {
    JsonValue value;
    value.type = JsonValue::Type::kNumber;
    value.text = std::move(written);
    return add(std::move(value));
  }

  bool add(JsonValue value) {
    place(std::move(value));
    return true;
  }

  bool open(JsonValue value) {
    if (open_.size() >= kDeepest) fail("nested too deeply", "Nothing here needs to be that deep.");
    open_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  // Pointers to open values stay valid: only the innermost one grows.
  JsonValue* place(JsonValue value) {
    value.line = position_.token_line();
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    return &open_.back()->items.emplace_back(std::move(value));
  }

  const Position& position_;
  const std::string& path_;
  std::vector<JsonValue*> open_;
};

std::string quoted(std::string_view text, JsonCharacters characters) {
  return Json(text).dump(-1, ' ', characters == JsonCharacters::kAscii,
                         Json::error_handler_t::replace);
}

}  // namespace

JsonValue JsonValue::of(std::string_view text) {
  JsonValue value;
  value.type = Type::kText;
  value.text = text;
  return value;
}

JsonValue JsonValue::of(uint64_t number) {
  JsonValue value;
  value.type = Type::kNumber;
  value.text = std::to_string(number);
  return value;
}

JsonValue JsonValue::of_bool(bool flag) {
  JsonValue value;
  value.type = Type::kBool;
  value.flag = flag;
  return value;
}

JsonValue JsonValue::array(std::vector<JsonValue> items) {
  JsonValue value;
  value.type = Type::kArray;
  value.items = std::move(items);
  return value;
}

JsonValue JsonValue::object() {
  JsonValue value;
  value.type = Type::kObject;
  return value;
}

const JsonValue* JsonValue::find(std::string_view key) const {
  const auto at = std::ranges::find(keys, key);
  return at == keys.end() ? nullptr : &items[static_cast<size_t>(at - keys.begin())];
}

JsonValue* JsonValue::find(std::string_view key) {
  const auto at = std::ranges::find(keys, key);
  return at == keys.end() ? nullptr : &items[static_cast<size_t>(at - keys.begin())];
}

void JsonValue::set(std::string_view key, JsonValue value) {
  if (JsonValue* old = find(key)) {
    *old = std::move(value);
  } else {
    keys.emplace_back(key);
    items.push_back(std::move(value));
  }
}

std::optional<uint64_t> JsonValue::whole_number() const {
  uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (type != Type::kNumber || error != std::errc() || at != end) return std::nullopt;
  return number;
}

JsonValue parse_json(std::string_view text, const std::string& path) {
  Position position;
  TreeBuilder builder(position, path);
  Json::sax_parse(CountingIterator(text.data(), &position),
                  CountingIterator(text.data() + text.size(), &position), &builder);
  return std::move(builder.root);
}

std::string to_text(const JsonValue& value, JsonCharacters characters) {
  switch (value.type) {
    case JsonValue::Type::kNull:
      return "null";
    case JsonValue::Type::kBool:
      return value.flag ? "true" : "false";
    case JsonValue::Type::kNumber:
      return value.text;
    case JsonValue::Type::kText:
      return quoted(value.text, characters);
    case JsonValue::Type::kArray:
    case JsonValue::Type::kObject:
      break;
  }
  const bool object = value.is(JsonValue::Type::kObject);
  std::string text(1, object ? '{' : '[');
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += ", ";
    if (object) text += quoted(value.keys[i], characters) + ": ";
    text += to_text(value.items[i], characters);
  }
  return text + (object ? '}' : ']');
}

}  // namespace mtuscope
