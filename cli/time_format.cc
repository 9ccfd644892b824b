#include "cli/time_format.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

namespace mtuscope {
namespace {

struct CalendarTime {
  int year;
  unsigned month, day;
  int hour, minute, second;
  int nanosecond;
};

// Rounds towards the past, so that the parts below a day are never negative. In integers, because
// chrono's own conversion of the first day of the range back to nanoseconds overflows.
CalendarTime calendar(Timestamp time) {
  constexpr int64_t kNsPerSecond = 1'000'000'000;
  constexpr int64_t kSecondsPerDay = 86'400;
  const auto floor_divide = [](int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); };
  const int64_t seconds = floor_divide(time.ns, kNsPerSecond);
  const int64_t day = floor_divide(seconds, kSecondsPerDay);
  const int second_of_day = static_cast<int>(seconds - day * kSecondsPerDay);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(day)}}};
  return {int{date.year()},
          unsigned{date.month()},
          unsigned{date.day()},
          second_of_day / 3600,
          second_of_day / 60 % 60,
          second_of_day % 60,
          static_cast<int>((time.ns % kNsPerSecond + kNsPerSecond) % kNsPerSecond)};
}

}  // namespace

std::string rfc3339(Timestamp time) {
  const CalendarTime t = calendar(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", t.year, t.month, t.day, t.hour,
                     t.minute, t.second, t.nanosecond);
}

std::string readable_time(Timestamp time) {
  const CalendarTime t = calendar(time);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03} UTC", t.year, t.month, t.day,
                     t.hour, t.minute, t.second, t.nanosecond / 1'000'000);
}

std::string readable_duration(Duration duration) {
  const char* sign = duration.ns < 0 ? "-" : "";
  // As unsigned, because the most negative value has no positive counterpart.
  const uint64_t ns =
      duration.ns < 0 ? 0 - static_cast<uint64_t>(duration.ns) : static_cast<uint64_t>(duration.ns);
  if (ns == 0) return "0 s";
  const double seconds = static_cast<double>(ns) * 1e-9;
  // The limits are where three digits would round up into the next unit.
  if (seconds < 0.9995e-3) return fmt::format("{}{:.3g} us", sign, seconds * 1e6);
  if (seconds < 0.9995) return fmt::format("{}{:.3g} ms", sign, seconds * 1e3);
  if (seconds < 99.95) return fmt::format("{}{:.3g} s", sign, seconds);
  const uint64_t whole = static_cast<uint64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{}{} min {} s", sign, whole / 60, whole % 60);
  if (whole < uint64_t{48} * 3600)
    return fmt::format("{}{} h {} min", sign, whole / 3600, whole / 60 % 60);
  return fmt::format("{}{} days {} h", sign, whole / 86400, whole / 3600 % 24);
}

}  // namespace mtuscope
