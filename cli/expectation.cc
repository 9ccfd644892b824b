#include "cli/expectation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "capture/error.h"
#include "cli/nearest.h"

namespace mtuscope {
namespace {

using Type = JsonValue::Type;
constexpr auto kVantages =
    std::to_array({Vantage::kUnknown, Vantage::kSender, Vantage::kMiddle, Vantage::kReceiver});
constexpr auto kConfidences = std::to_array({Confidence::kSuspected, Confidence::kConfirmed});
constexpr auto kSeverities =
    std::to_array({Severity::kInfo, Severity::kWarning, Severity::kCritical});

// Reads values of one file; every complaint names the file, the line and the key.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  Expectation expectation(JsonValue document) const {
    if (!document.is(Type::kObject)) {
      fail(document, "an expectation is an object: { ... }", "docs/check.md shows one.");
    }
    Expectation result;
    for (size_t i = 0; i < document.keys.size(); ++i) {
      top_level(document.keys[i], document.items[i], result);
    }
    result.document = std::move(document);
    return result;
  }

 private:
  [[noreturn]] void fail(const JsonValue& at, const std::string& what, std::string hint) const {
    throw Error(ErrorKind::kFormat, fmt::format("{}:{}: {}", path_, at.line, what),
                std::move(hint));
  }

  // `name` is none of `known`.
  [[noreturn]] void unknown(const JsonValue& at, std::string_view what, std::string_view name,
                            const std::vector<std::string>& known) const {
    const std::optional<std::string> meant = nearest(name, known);
    fail(at, fmt::format("unknown {} \"{}\"", what, name),
         meant ? fmt::format("Did you mean \"{}\"?", *meant)
               : fmt::format("It is one of: {}", fmt::join(known, ", ")));
  }

  void top_level(const std::string& key, const JsonValue& value, Expectation& result) const {
    if (key == "must") {
      result.must = findings(key, value);
    } else if (key == "must_not") {
      result.must_not = findings(key, value);
    } else if (key == "exit") {
      for (const JsonValue* status : one_or_more(value))
        result.exit.push_back(exit_status(*status));
    } else if (key == "captures") {
      for (const JsonValue* capture : one_or_more(value)) {
        result.captures.push_back(word(key, *capture));
      }
    } else if (key == "filter") {
      result.filter = word(key, value);
    } else if (key == "truth") {
      result.truth = word(key, value);
    } else if (key != "recipe" && key != "$schema") {
      unknown(value, "key", key,
              {"exit", "must", "must_not", "captures", "filter", "truth", "recipe", "$schema"});
    }
  }

  std::vector<WantedFinding> findings(const std::string& key, const JsonValue& value) const {
    if (!value.is(Type::kArray)) {
      fail(value, fmt::format("\"{}\" is a list of findings: [ {{ ... }} ]", key),
           "docs/check.md shows one.");
    }
    std::vector<WantedFinding> result;
    for (const JsonValue& item : value.items) result.push_back(finding(item));
    return result;
  }

  WantedFinding finding(const JsonValue& value) const {
    if (!value.is(Type::kObject)) {
      fail(value, "a finding is an object: {\"kind\": \"pmtu-blackhole\", ... }",
           "docs/check.md names its keys.");
    }
    WantedFinding result;
    result.text = to_text(value);
    result.line = value.line;
    // First: a mistyped "kind" is told as such.
    for (size_t i = 0; i < value.keys.size(); ++i) property(value.keys[i], value.items[i], result);
    if (value.find("kind") == nullptr) {
      fail(value, "a finding without \"kind\"", "Name the kind: \"kind\": \"pmtu-blackhole\".");
    }
    return result;
  }

  void property(const std::string& key, const JsonValue& value, WantedFinding& result) const {
    if (key == "kind") {
      const std::vector<FindingKind> kinds = finding_kinds();
      result.kind = name_of(key, value, kinds);
    } else if (key == "severity") {
      result.severity = names_of(key, value, kSeverities);
    } else if (key == "confidence") {
      result.confidence = names_of(key, value, kConfidences);
    } else if (key == "vantage") {
      result.vantage = names_of(key, value, kVantages);
    } else if (key == "src" || key == "dst" || key == "reporter") {
      auto& wanted = key == "src" ? result.src : key == "dst" ? result.dst : result.reporter;
      for (const JsonValue* item : one_or_more(value)) wanted.push_back(address(key, *item));
    } else if (key == "lower" || key == "upper" || key == "pmtu") {
      auto& wanted = key == "lower" ? result.lower : key == "upper" ? result.upper : result.pmtu;
      wanted = size(key, value);
    } else if (key == "recovered") {
      if (!value.is(Type::kBool)) fail(value, "\"recovered\" is true or false", kSeeDocs);
      result.recovered = value.flag;
    } else if (key == "min_flows") {
      result.min_flows = value.whole_number();
      if (!result.min_flows) fail(value, "\"min_flows\" is a number of flows", kSeeDocs);
    } else {
      unknown(value, "key of a finding", key,
              {"kind", "severity", "confidence", "vantage", "src", "dst", "lower", "upper", "pmtu",
               "reporter", "recovered", "min_flows"});
    }
  }

  // A single value stands for a list of one.
  static std::vector<const JsonValue*> one_or_more(const JsonValue& value) {
    if (!value.is(Type::kArray)) return {&value};
    std::vector<const JsonValue*> items;
    for (const JsonValue& item : value.items) items.push_back(&item);
    return items;
  }

  std::string word(const std::string& key, const JsonValue& value) const {
    if (!value.is(Type::kText)) fail(value, fmt::format("\"{}\" is text in quotes", key), kSeeDocs);
    return value.text;
  }

  int exit_status(const JsonValue& value) const {
    const std::optional<uint64_t> status = value.whole_number();
    if (!status || (*status != 0 && *status != 1 && *status != 3)) {
      fail(value, fmt::format("{} is no exit status of an analysis", to_text(value)),
           "It is 0 (nothing wrong), 1 (a problem) or 3 (inconclusive), or a list of them.");
    }
    return static_cast<int>(*status);
  }

  // The value of `all` whose to_string() is written here.
  template <typename Values>
  typename Values::value_type name_of(const std::string& key, const JsonValue& value,
                                      const Values& all) const {
    const std::string name = word(key, value);
    std::vector<std::string> known;
    for (const auto& one : all) {
      if (to_string(one) == name) return one;
      known.emplace_back(to_string(one));
    }
    unknown(value, key, name, known);
  }

  template <typename Values>
  std::vector<typename Values::value_type> names_of(const std::string& key, const JsonValue& value,
                                                    const Values& all) const {
    std::vector<typename Values::value_type> result;
    for (const JsonValue* item : one_or_more(value)) result.push_back(name_of(key, *item, all));
    return result;
  }

  std::optional<IpAddress> address(const std::string& key, const JsonValue& value) const {
    if (value.is(Type::kNull)) return std::nullopt;
    const std::string text = word(key, value);
    const std::optional<IpAddress> parsed = IpAddress::parse(text);
    if (!parsed) {
      fail(value, fmt::format("\"{}\" is no IP address: \"{}\"", key, text),
           "Write it without a port: \"10.9.0.2\" or \"fd09::2\".");
    }
    return parsed;
  }

  WantedSize size(const std::string& key, const JsonValue& value) const {
    if (value.is(Type::kNull)) return {.unknown = true};
    const std::vector<const JsonValue*> ends = one_or_more(value);
    std::vector<uint32_t> bytes;
    for (const JsonValue* end : ends) {
      const std::optional<uint64_t> number = end->whole_number();
      if (number && *number <= UINT32_MAX) bytes.push_back(static_cast<uint32_t>(*number));
    }
    const bool well_formed =
        bytes.size() == ends.size() && (bytes.size() == 1 || bytes.size() == 2);
    if (!well_formed || bytes.front() > bytes.back()) {
      fail(value,
           fmt::format("\"{}\" is a size, or [least, greatest], or null: {}", key, to_text(value)),
           "Sizes are bytes of whole IP packets: \"lower\": [1280, 1400].");
    }
    return {.least = bytes.front(), .greatest = bytes.back()};
  }

  static constexpr const char* kSeeDocs = "docs/check.md explains every key.";
  const std::string& path_;
};

}  // namespace

Expectation parse_expectation(std::string_view text, const std::string& path) {
  return Reader(path).expectation(parse_json(text, path));
}

}  // namespace mtuscope
