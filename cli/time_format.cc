#include "cli/time_format.h"

#include <fmt/format.h>

#include <chrono>

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

}  // namespace mtuscope
