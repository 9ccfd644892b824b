#include "cli/quantities.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(Quantities, DurationsHaveUnits) {
  EXPECT_EQ(parse_duration("90"), Duration::milliseconds(90'000));
  EXPECT_EQ(parse_duration("500ms"), Duration::milliseconds(500));
  EXPECT_EQ(parse_duration("90s"), Duration::milliseconds(90'000));
  EXPECT_EQ(parse_duration("1.5h"), Duration::milliseconds(5'400'000));
  EXPECT_EQ(parse_duration("7d"), Duration::milliseconds(604'800'000));
}

TEST(Quantities, WhatIsNoDurationIsRefused) {
  for (const char* text : {"", "m", "-5s", "0", "5 m", "5x", "5mm", "1e9", "99999d", "nan", "inf"})
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
}

TEST(Quantities, SizesOfMemoryArePowersOf1024) {
  EXPECT_EQ(parse_memory_size("64M"), 64u << 20);
  EXPECT_EQ(parse_memory_size("64MiB"), 64u << 20);
  EXPECT_EQ(parse_memory_size("64MB"), 64u << 20);
  EXPECT_EQ(parse_memory_size("512k"), 512u << 10);
  EXPECT_EQ(parse_memory_size("1.5G"), 3u << 29);
  EXPECT_EQ(parse_memory_size("1000000"), 1'000'000u);
}

TEST(Quantities, WhatIsNoSizeOfMemoryIsRefused) {
  for (const char* text : {"", "M", "-1M", "0", "64 M", "64X", "64MM", "iB", "1iB", "9999999T"})
    EXPECT_EQ(parse_memory_size(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mtuscope
