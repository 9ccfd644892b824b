#include "schema_check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

namespace mtuscope {
namespace {

using Json = nlohmann::json;

const Json& resolved(const Json& root, const Json& schema) {
  if (!schema.contains("$ref")) return schema;
  return root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1)));
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  return type == "null" && value.is_null();
}

bool has_one_type(const Json& value, const Json& types) {
  if (types.is_string()) return has_type(value, types);
  return std::any_of(types.begin(), types.end(),
                     [&](const Json& type) { return has_type(value, type); });
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  void check(const Json& unresolved, const Json& value, const std::string& at) {
    const Json& schema = resolved(root_, unresolved);
    for (const auto& [keyword, rule] : schema.items()) {
      if (!holds(schema, keyword, rule, value, at)) {
        violations.push_back(at + ": " + keyword + " " + rule.dump() + ": " + value.dump());
      }
    }
  }

  std::vector<std::string> violations;

 private:
  bool holds(const Json& schema, const std::string& keyword, const Json& rule, const Json& value,
             const std::string& at) {
    if (keyword == "type") return has_one_type(value, rule);
    if (keyword == "const") return value == rule;
    if (keyword == "enum") return std::find(rule.begin(), rule.end(), value) != rule.end();
    if (keyword == "minimum") return !value.is_number() || value >= rule;
    if (keyword == "maximum") return !value.is_number() || value <= rule;
    if (keyword == "pattern") return !value.is_string() || matches(value, rule);
    if (keyword == "anyOf") return fits_any(rule, value, at);
    if (keyword == "required") return has_all(rule, value);
    if (keyword == "properties") return check_properties(rule, value, at);
    if (keyword == "additionalProperties") return check_others(schema, rule, value, at);
    if (keyword == "items") return check_items(rule, value, at);
    return keyword.starts_with('$') || keyword == "title" || keyword == "description";
  }

  static bool matches(const std::string& value, const std::string& pattern) {
    return std::regex_search(value, std::regex(pattern, std::regex::ECMAScript));
  }

  bool fits_any(const Json& rules, const Json& value, const std::string& at) {
    return std::any_of(rules.begin(), rules.end(), [&](const Json& rule) {
      Checker attempt(root_);
      attempt.check(rule, value, at);
      return attempt.violations.empty();
    });
  }

  static bool has_all(const Json& keys, const Json& value) {
    return !value.is_object() || std::all_of(keys.begin(), keys.end(), [&](const Json& key) {
      return value.contains(key.get<std::string>());
    });
  }

  bool check_properties(const Json& rules, const Json& value, const std::string& at) {
    for (const auto& [key, rule] : rules.items()) {
      if (value.is_object() && value.contains(key)) check(rule, value[key], at + "." + key);
    }
    return true;
  }

  bool check_others(const Json& schema, const Json& rule, const Json& value,
                    const std::string& at) {
    for (const auto& [key, other] : value.items()) {
      const bool named = schema.contains("properties") && schema["properties"].contains(key);
      if (!named) check(rule, other, at + "." + key);
    }
    return true;
  }

  bool check_items(const Json& rule, const Json& value, const std::string& at) {
    for (size_t i = 0; value.is_array() && i < value.size(); ++i) {
      check(rule, value[i], at + "[" + std::to_string(i) + "]");
    }
    return true;
  }

  const Json& root_;
};

void add_schema_keys(const Json& root, const Json& unresolved, const std::string& at,
                     std::set<std::string>& keys) {
  const Json& schema = resolved(root, unresolved);
  if (schema.contains("items")) add_schema_keys(root, schema["items"], at, keys);
  if (schema.contains("anyOf")) {
    for (const Json& choice : schema["anyOf"]) add_schema_keys(root, choice, at, keys);
  }
  if (!schema.contains("properties")) return;
  for (const auto& [key, rule] : schema["properties"].items()) {
    keys.insert(at + "." + key);
    add_schema_keys(root, rule, at + "." + key, keys);
  }
}

void add_document_keys(const Json& value, const std::string& at, std::set<std::string>& keys) {
  for (const auto& [key, member] : value.items()) {
    if (value.is_object()) keys.insert(at + "." + key);
    if (at != ".capture_quality" || key != "undecoded") {  // its keys are data
      if (member.is_structured())
        add_document_keys(member, value.is_object() ? at + "." + key : at, keys);
    }
  }
}

}  // namespace

std::vector<std::string> schema_violations(const nlohmann::json& schema,
                                           const nlohmann::json& document) {
  Checker checker(schema);
  checker.check(schema, document, "");
  return checker.violations;
}

std::set<std::string> schema_keys(const nlohmann::json& schema) {
  std::set<std::string> keys;
  add_schema_keys(schema, schema, "", keys);
  return keys;
}

std::set<std::string> document_keys(const nlohmann::json& document) {
  std::set<std::string> keys;
  add_document_keys(document, "", keys);
  return keys;
}

}  // namespace mtuscope
