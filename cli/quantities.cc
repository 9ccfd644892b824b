#include "cli/quantities.h"

#include <array>
#include <charconv>
#include <utility>

namespace mtuscope {
namespace {

// A number that is more than 0, and what follows it.
std::optional<std::pair<double, std::string_view>> number_and_unit(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc() || !(number > 0)) return std::nullopt;
  return std::pair(number, std::string_view(at, static_cast<size_t>(end - at)));
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, double>, 6> kUnits = {
      {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}};
  constexpr double kTenYears = 10 * 366 * 86400.0;
  const auto parsed = number_and_unit(text);
  if (!parsed) return std::nullopt;
  for (const auto& [unit, seconds] : kUnits) {
    if (parsed->second != unit) continue;
    const double length = parsed->first * seconds;
    if (length > kTenYears) return std::nullopt;
    return Duration::from_seconds(length);
  }
  return std::nullopt;
}

std::optional<uint64_t> parse_memory_size(std::string_view text) {
  const auto parsed = number_and_unit(text);
  if (!parsed) return std::nullopt;
  auto [number, unit] = *parsed;
  if (unit.ends_with("iB")) {
    unit.remove_suffix(2);
    if (unit.empty()) return std::nullopt;
  } else if (unit.ends_with('B')) {
    unit.remove_suffix(1);
  }
  if (unit.size() > 1) return std::nullopt;
  if (!unit.empty()) {
    constexpr std::string_view kLetters = "kmgt";
    const size_t power = kLetters.find(static_cast<char>(unit[0] | 0x20));
    if (power == std::string_view::npos) return std::nullopt;
    for (size_t i = 0; i <= power; ++i) number *= 1024;
  }
  if (!(number < 1e18)) return std::nullopt;
  return static_cast<uint64_t>(number);
}

}  // namespace mtuscope
