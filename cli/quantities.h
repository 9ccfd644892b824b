// Sizes of memory and lengths of time as a person writes them.

#ifndef MTUSCOPE_CLI_QUANTITIES_H_
#define MTUSCOPE_CLI_QUANTITIES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/units.h"

namespace mtuscope {

// "90" (seconds), "500ms", "90s", "10m", "1.5h", "7d"; nullopt for anything else, and for what is
// not more than 0 or longer than ten years.
std::optional<Duration> parse_duration(std::string_view text);

// "64M", "512k", "2G" (powers of 1024, with or without "B" or "iB"), or bytes; nullopt for anything
// else, and for what is not more than 0 or 2^60 or more.
std::optional<uint64_t> parse_memory_size(std::string_view text);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_QUANTITIES_H_
