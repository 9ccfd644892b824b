#include "cli/plain_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mtuscope {
namespace {

// "2.1", "2", "47", "470": for a value that was rounded to two significant digits.
std::string two_digits(double value) {
  const double tenths = std::round(value * 10);
  const bool whole = value >= 9.95 || std::fmod(tenths, 10) == 0;
  return fmt::format("{:.{}f}", value, whole ? 0 : 1);
}

}  // namespace

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string count_words(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s");
}

std::string byte_words(uint64_t bytes) {
  if (bytes < 1000) return count_words(bytes, "byte");
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", value, value < 9.95 ? 1 : 0, kUnits[unit]);
}

std::string sentence(std::string_view text) {
  std::string result(text);
  if (result.empty()) return result;
  // A word like "wg0" or "tcp_mtu_probing" is a name, and stays as it is.
  const std::string_view word = text.substr(0, text.find_first_of(" ,:"));
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto is_word = [&](char c) { return is_small(c) || (c >= 'A' && c <= 'Z') || c == '-'; };
  if (is_small(result[0]) && std::ranges::all_of(word, is_word)) {
    result[0] = static_cast<char>(result[0] - 'a' + 'A');
  }
  if (std::string_view(".!?").find(result.back()) == std::string_view::npos) result += '.';
  return result;
}

std::string chance_words(double chance) {
  if (!(chance >= 0)) return "unknown";
  if (chance > 0.1) return fmt::format("{:.0f} %", std::min(chance, 1.0) * 100);
  if (chance < 1e-12) return "less than 1 in a trillion";
  // Two significant digits: more would pretend to a precision that the model does not have.
  const double odds = 1 / chance;
  const double step = std::pow(10, std::floor(std::log10(odds)) - 1);
  const double rounded = std::round(odds / step) * step;
  if (rounded >= 0.9995e9) return "1 in " + two_digits(rounded / 1e9) + " billion";
  if (rounded >= 0.9995e6) return "1 in " + two_digits(rounded / 1e6) + " million";
  return "1 in " + grouped(static_cast<uint64_t>(std::llround(rounded)));
}

std::string bracket_picture(const Bracket& bracket) {
  if (!bracket.lower && !bracket.upper) return {};
  if (!bracket.upper) {
    return fmt::format("delivered up to {} | larger was never tested", bracket.lower->bytes);
  }
  const uint32_t upper = bracket.upper->bytes;
  if (!bracket.lower) return fmt::format("smaller unknown | lost from {}", upper);
  const uint32_t lower = bracket.lower->bytes;
  std::string unknown;
  if (lower + 2 == upper) unknown = fmt::format("{} unknown | ", lower + 1);
  if (lower + 2 < upper) unknown = fmt::format("{}-{} unknown | ", lower + 1, upper - 1);
  return fmt::format("delivered up to {} | {}lost from {}", lower, unknown, upper);
}

std::string bracket_words(const Bracket& bracket) {
  if (bracket.exact()) return fmt::format("path MTU {}", bracket.lower->bytes);
  if (bracket.lower && bracket.upper) {
    return fmt::format("{} <= path MTU < {}", bracket.lower->bytes, bracket.upper->bytes);
  }
  if (bracket.lower) return fmt::format("path MTU at least {}", bracket.lower->bytes);
  if (bracket.upper) return fmt::format("path MTU below {}", bracket.upper->bytes);
  return "path MTU unknown";
}

std::string frame_filter(const std::vector<FrameNumber>& frames) {
  if (frames.empty()) return {};
  if (frames.size() == 1) return fmt::format("frame.number == {}", frames.front().value);
  std::string set;
  for (size_t i = 0; i < frames.size();) {
    size_t last = i;
    while (last + 1 < frames.size() && frames[last + 1].value == frames[last].value + 1) ++last;
    if (!set.empty()) set += ", ";
    set += std::to_string(frames[i].value);
    if (last > i) set += (last == i + 1 ? ", " : "..") + std::to_string(frames[last].value);
    i = last + 1;
  }
  return "frame.number in {" + set + "}";
}

std::string_view title(FindingKind kind) {
  switch (kind) {
    case FindingKind::kPmtuBlackhole:
      return "Path-MTU black hole";
    case FindingKind::kPtbIgnored:
      return "Packet-too-big message ignored";
    case FindingKind::kPtbSuspect:
      return "Packet-too-big message that cannot be right";
    case FindingKind::kPmtudWorking:
      return "Path-MTU discovery works";
    case FindingKind::kMssClamped:
      return "MSS clamped";
    case FindingKind::kSizeDependentLoss:
      return "Large packets lost more often";
    case FindingKind::kFragmentLoss:
      return "Fragments lost";
    case FindingKind::kFragmentation:
      return "Fragmentation";
    case FindingKind::kRandomLoss:
      return "Packets lost and sent again";
    case FindingKind::kZeroWindow:
      return "Receiver stopped reading";
    case FindingKind::kPathOutage:
      return "Path outage";
    case FindingKind::kDataUndelivered:
      return "No data passes, whatever its size";
    case FindingKind::kSynUnanswered:
      return "SYN without answer";
    case FindingKind::kConnectionRefused:
      return "Connection refused";
    case FindingKind::kDnsUnanswered:
      return "DNS query without answer";
    case FindingKind::kNotTested:
      return "Not tested";
    case FindingKind::kCaptureQuality:
      return "Capture quality";
  }
  return to_string(kind);
}

}  // namespace mtuscope
