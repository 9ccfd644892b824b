#include "analysis/report/readable_duration.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>

namespace mtuscope {

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
